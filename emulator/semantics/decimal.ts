/** Decimal arithmetic (SDM 1 5.1.3): digits in AL, or one each in AH and AL. */
import { Register } from '../isa/registers.ts';
import { type Cpu, Flag, type Semantic, Vector } from './cpu.ts';

const rAX = 0;

/** AAA and AAS: AX is adjusted by one digit and by one carry between AL and AH. */
const adjustUnpacked =
  (correct: <V, B>(cpu: Cpu<V, B>, ax: V, correction: V) => V): Semantic =>
  (cpu) => {
    const ax = cpu.general(16, rAX);
    const isOver = isDigitOver(cpu, ax);
    const corrected = cpu.select(isOver, correct(cpu, ax, cpu.constant(0x106)), ax);
    const result = cpu.and(corrected, cpu.constant(0xff0f));
    cpu.setGeneral(16, rAX, result);
    setDigitFlags(cpu, result);
    cpu.setFlag(Flag.A | Flag.C, isOver);
    cpu.setUndefined(Flag.O | Flag.S | Flag.Z | Flag.P);
  };

export const decimal = {
  DAA(cpu) {
    const al = cpu.general(8, rAX);
    const isLowOver = isDigitOver(cpu, al);
    const isHighOver = isPairOver(cpu, al);
    const low = cpu.select(isLowOver, cpu.add(8, al, cpu.constant(6)), al);
    const result = cpu.select(isHighOver, cpu.add(8, low, cpu.constant(0x60)), low);
    cpu.setGeneral(8, rAX, result);
    setDigitFlags(cpu, result);
    cpu.setFlag(Flag.A, isLowOver);
    cpu.setFlag(Flag.C, isHighOver);
    cpu.setUndefined(Flag.O);
  },
  DAS(cpu) {
    const al = cpu.general(8, rAX);
    const isLowOver = isDigitOver(cpu, al);
    const isHighOver = isPairOver(cpu, al);
    const low = cpu.select(isLowOver, cpu.sub(8, al, cpu.constant(6)), al);
    const result = cpu.select(isHighOver, cpu.sub(8, low, cpu.constant(0x60)), low);
    const borrows = cpu.both(isLowOver, cpu.lessUnsigned(8, al, cpu.constant(6)));
    cpu.setGeneral(8, rAX, result);
    setDigitFlags(cpu, result);
    cpu.setFlag(Flag.A, isLowOver);
    cpu.setFlag(Flag.C, cpu.either(isHighOver, borrows));
    cpu.setUndefined(Flag.O);
  },
  AAA: adjustUnpacked((cpu, ax, correction) => cpu.add(16, ax, correction)),
  AAS: adjustUnpacked((cpu, ax, correction) => cpu.sub(16, ax, correction)),
  AAM(cpu) {
    if ((cpu.immediateOf(0) & 0xff) === 0) cpu.fault(Vector.DE);
    const zero = cpu.constant(0);
    const al = cpu.general(8, rAX);
    const base = cpu.read(0);
    const units = cpu.remainderUnsigned(8, zero, al, base);
    cpu.setRegister(Register.ah, cpu.divideUnsigned(8, zero, al, base));
    cpu.setGeneral(8, rAX, units);
    setDigitFlags(cpu, units);
    cpu.setFlag(Flag.A | Flag.C, cpu.always(false));
    cpu.setUndefined(Flag.O | Flag.A | Flag.C);
  },
  /** O, A and C are undefined: Intel's CPUs have those of the addition. */
  AAD(cpu) {
    const al = cpu.general(8, rAX);
    const tens = cpu.multiplyLow(8, cpu.register(Register.ah), cpu.read(0));
    const sum = cpu.add(8, al, tens);
    cpu.setGeneral(16, rAX, cpu.zeroExtend(8, sum));
    cpu.setStatus(8, sum, cpu.carries(al, tens, sum));
    cpu.setUndefined(Flag.O | Flag.A | Flag.C);
  },
} as const satisfies Readonly<Record<string, Semantic>>;

/** Is the low digit above 9, or has it been carried out of? */
const isDigitOver = <V, B>(cpu: Cpu<V, B>, al: V): B =>
  cpu.either(cpu.flag(Flag.A), cpu.lessUnsigned(8, cpu.constant(9), cpu.and(al, cpu.constant(0xf))));

/** Are both digits together above 99, or have they been carried out of? */
const isPairOver = <V, B>(cpu: Cpu<V, B>, al: V): B =>
  cpu.either(cpu.flag(Flag.C), cpu.lessUnsigned(8, cpu.constant(0x99), al));

/** S, Z and P of AL; O is 0 on Intel's CPUs, and so are S, Z and P as of AL where they are undefined. */
const setDigitFlags = <V, B>(cpu: Cpu<V, B>, al: V): void => {
  cpu.setResultFlags(8, al);
  cpu.setFlag(Flag.O, cpu.always(false));
};
