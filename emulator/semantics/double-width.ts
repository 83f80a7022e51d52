/** The upper half of the double-width accumulator: AH of AX, else rDX of rDX:rAX. */
import { Register } from '../isa/registers.ts';
import type { Cpu } from './cpu.ts';

const rDX = 2;

export const upperHalf = <V, B>(cpu: Cpu<V, B>): V =>
  cpu.width === 8 ? cpu.register(Register.ah) : cpu.general(cpu.width, rDX);

export const setUpperHalf = <V, B>(cpu: Cpu<V, B>, value: V): void => {
  if (cpu.width === 8) cpu.setRegister(Register.ah, value);
  else cpu.setGeneral(cpu.width, rDX, value);
};
