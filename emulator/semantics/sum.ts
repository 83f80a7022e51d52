/** Sums and differences of the operand's width, with the status flags that follow from them. */
import type { Cpu } from './cpu.ts';

export const addWithStatus = <V, B>(cpu: Cpu<V, B>, a: V, b: V): V => {
  const sum = cpu.add(cpu.width, a, b);
  cpu.setStatus(cpu.width, sum, cpu.carries(a, b, sum));
  return sum;
};

export const subtractWithStatus = <V, B>(cpu: Cpu<V, B>, a: V, b: V): V => {
  const difference = cpu.sub(cpu.width, a, b);
  cpu.setStatus(cpu.width, difference, cpu.borrows(a, b, difference));
  return difference;
};
