import type { logic as rows } from '../isa/rows/logic.ts';
import { type Cpu, Flag, type SemanticsOf } from './cpu.ts';

/** S, Z and P follow the result; O and C are 0. A is undefined, and 0 on both vendors' CPUs (SDM 2A AND, OR; 2B TEST, XOR). */
const setLogicFlags = <V, B>(cpu: Cpu<V, B>, result: V): void => {
  cpu.setStatus(cpu.width, result, cpu.constant(0));
  cpu.setUndefined(Flag.A);
};

/** Logical instructions (SDM 1 5.1.4). */
export const logic: SemanticsOf<typeof rows> = {
  AND(cpu) {
    const result = cpu.and(cpu.read(0), cpu.read(1));
    cpu.write(0, result);
    setLogicFlags(cpu, result);
  },
  OR(cpu) {
    const result = cpu.or(cpu.read(0), cpu.read(1));
    cpu.write(0, result);
    setLogicFlags(cpu, result);
  },
  XOR(cpu) {
    const result = cpu.xor(cpu.read(0), cpu.read(1));
    cpu.write(0, result);
    setLogicFlags(cpu, result);
  },
  NOT(cpu) {
    cpu.write(0, cpu.not(cpu.read(0)));
  },
  TEST(cpu) {
    setLogicFlags(cpu, cpu.and(cpu.read(0), cpu.read(1)));
  },
};
