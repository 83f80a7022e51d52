import { Register } from '../isa/registers.ts';
import type { flagControl as rows } from '../isa/rows/flag-control.ts';
import { Flag, type Semantic, type SemanticsOf, Vector } from './cpu.ts';

const becomes =
  (flag: number, truth: boolean): Semantic =>
  (cpu) =>
    cpu.setFlag(flag, cpu.always(truth));

/** CLI, STI. Interrupts that STI enables wait for the end of the next instruction. */
const interruptFlagBecomes =
  (truth: boolean): Semantic =>
  (cpu) => {
    cpu.requireIoPrivilege();
    if (truth) cpu.holdInterruptsIf(cpu.negate(cpu.flag(Flag.I)));
    cpu.setFlag(Flag.I, cpu.always(truth));
  };

/** CLAC, STAC: no instructions above CPL 0 (SDM 2A CLAC, 2B STAC). */
const alignmentFlagBecomes =
  (truth: boolean): Semantic =>
  (cpu) => {
    if (cpu.privilegeLevel > 0) cpu.fault(Vector.UD);
    cpu.setFlag(Flag.K, cpu.always(truth));
  };

/** The flags in AH, whose bits are those of EFLAGS. */
const flagsOfAH = [
  { flag: Flag.S, position: 7 },
  { flag: Flag.Z, position: 6 },
  { flag: Flag.A, position: 4 },
  { flag: Flag.P, position: 2 },
  { flag: Flag.C, position: 0 },
] as const;

/** Flag control (SDM 1 5.1.11). */
export const flagControl: SemanticsOf<typeof rows> = {
  CMC(cpu) {
    cpu.setFlag(Flag.C, cpu.negate(cpu.flag(Flag.C)));
  },
  CLC: becomes(Flag.C, false),
  STC: becomes(Flag.C, true),
  CLI: interruptFlagBecomes(false),
  STI: interruptFlagBecomes(true),
  CLD: becomes(Flag.D, false),
  STD: becomes(Flag.D, true),
  SAHF(cpu) {
    const ah = cpu.register(Register.ah);
    for (const { flag, position } of flagsOfAH) cpu.setFlag(flag, cpu.bit(ah, position));
  },
  LAHF(cpu) {
    cpu.setRegister(Register.ah, cpu.flagsImage());
  },
  /** AL becomes FF where C is 1, else 0. */
  SALC(cpu) {
    cpu.setRegister(Register.al, cpu.select(cpu.flag(Flag.C), cpu.constant(-1), cpu.constant(0)));
  },
  CLAC: alignmentFlagBecomes(false),
  STAC: alignmentFlagBecomes(true),
};
