import { type Cpu, Flag } from './cpu.ts';

/** What Jcc, SETcc and CMOVcc ask of the flags. */
export type Condition = <V, B>(cpu: Cpu<V, B>) => B;

const not =
  (condition: Condition): Condition =>
  (cpu) =>
    cpu.negate(condition(cpu));

const overflow: Condition = (cpu) => cpu.flag(Flag.O);
const below: Condition = (cpu) => cpu.flag(Flag.C);
const equal: Condition = (cpu) => cpu.flag(Flag.Z);
const belowOrEqual: Condition = (cpu) => cpu.either(cpu.flag(Flag.C), cpu.flag(Flag.Z));
const sign: Condition = (cpu) => cpu.flag(Flag.S);
const parity: Condition = (cpu) => cpu.flag(Flag.P);
const less: Condition = (cpu) => cpu.differ(cpu.flag(Flag.S), cpu.flag(Flag.O));
const lessOrEqual: Condition = (cpu) => cpu.either(cpu.flag(Flag.Z), less(cpu));

/** By the letters at the end of their mnemonics (SDM 1 appendix B). */
export const conditions = {
  O: overflow,
  NO: not(overflow),
  B: below,
  AE: not(below),
  E: equal,
  NE: not(equal),
  BE: belowOrEqual,
  A: not(belowOrEqual),
  S: sign,
  NS: not(sign),
  P: parity,
  NP: not(parity),
  L: less,
  GE: not(less),
  LE: lessOrEqual,
  G: not(lessOrEqual),
} as const;
