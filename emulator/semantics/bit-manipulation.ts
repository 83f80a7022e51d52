import type { bitManipulation as rows } from '../isa/rows/bit-manipulation.ts';
import { type Cpu, Flag, type Semantic, type SemanticsOf, type Width } from './cpu.ts';

/** S and Z of a result; the rest is for the caller to say. P and A are undefined. */
const setSignAndZero = <V, B>(cpu: Cpu<V, B>, result: V): void => {
  cpu.setFlag(Flag.S, cpu.sign(cpu.width, result));
  cpu.setFlag(Flag.Z, cpu.isZero(cpu.width, result));
  cpu.setFlag(Flag.O, cpu.always(false));
  cpu.setFlag(Flag.A | Flag.P, cpu.always(false));
  cpu.setUndefined(Flag.A | Flag.P);
};

/** BLSR, BLSMSK, BLSI: of the source and the source less one; C is whether the source is zero, or is not. */
const lowestSetBit =
  (combine: <V, B>(cpu: Cpu<V, B>, source: V, less: V) => V, carriesOnZero: boolean): Semantic =>
  (cpu) => {
    const source = cpu.read(1);
    const result = combine(cpu, source, cpu.sub(cpu.width, source, cpu.constant(1)));
    const isNone = cpu.isZero(cpu.width, source);
    cpu.write(0, result);
    setSignAndZero(cpu, result);
    cpu.setFlag(Flag.C, carriesOnZero ? isNone : cpu.negate(isNone));
  };

/** The bits below `count`, of which as many as the operand has bits are all. */
const lowBits = <V, B>(cpu: Cpu<V, B>, count: V): V =>
  cpu.not(cpu.shiftLeft(cpu.width, cpu.not(cpu.constant(0)), count));

/** Shifts by the low 5 or 6 bits of a register, without flags. */
const shift =
  (by: <V, B>(cpu: Cpu<V, B>, width: Width, source: V, count: V) => V): Semantic =>
  (cpu) => {
    const { width } = cpu;
    const count = cpu.and(cpu.read(2), cpu.constant(width - 1));
    cpu.write(0, by(cpu, width, cpu.read(1), count));
  };

/** BMI1 and BMI2 (SDM 1 5.1.16.1, 5.1.16.2). */
export const bitManipulation: SemanticsOf<typeof rows> = {
  ANDN(cpu) {
    const result = cpu.and(cpu.not(cpu.read(1)), cpu.read(2));
    cpu.write(0, result);
    setSignAndZero(cpu, result);
    cpu.setFlag(Flag.C, cpu.always(false));
  },
  BEXTR(cpu) {
    const { width } = cpu;
    const control = cpu.read(2);
    const start = cpu.zeroExtend(8, control);
    const count = cpu.zeroExtend(8, cpu.shiftRight(width, control, cpu.constant(8)));
    const result = cpu.and(cpu.shiftRight(width, cpu.read(1), start), lowBits(cpu, count));
    cpu.write(0, result);
    cpu.setFlag(Flag.Z, cpu.isZero(width, result));
    cpu.setFlag(Flag.S | Flag.O | Flag.A | Flag.P | Flag.C, cpu.always(false));
    cpu.setUndefined(Flag.S | Flag.A | Flag.P);
  },
  BLSR: lowestSetBit((cpu, source, less) => cpu.and(source, less), true),
  BLSMSK: lowestSetBit((cpu, source, less) => cpu.xor(source, less), true),
  BLSI: lowestSetBit((cpu, source, less) => cpu.and(source, cpu.not(less)), false),

  BZHI(cpu) {
    const { width } = cpu;
    const index = cpu.zeroExtend(8, cpu.read(2));
    const result = cpu.and(cpu.read(1), lowBits(cpu, index));
    cpu.write(0, result);
    setSignAndZero(cpu, result);
    cpu.setFlag(Flag.C, cpu.lessUnsigned(width, cpu.constant(width - 1), index));
  },
  PDEP(cpu) {
    cpu.write(0, cpu.deposit(cpu.width, cpu.read(1), cpu.read(2)));
  },
  PEXT(cpu) {
    cpu.write(0, cpu.extract(cpu.width, cpu.read(1), cpu.read(2)));
  },
  /** Where both destinations are one register, it gets the high half: that one is written last (SDM 2B MULX). */
  MULX(cpu) {
    const { width } = cpu;
    const [factor, other] = [cpu.general(width, 2), cpu.read(2)];
    cpu.write(1, cpu.multiplyLow(width, factor, other));
    cpu.write(0, cpu.multiplyHighUnsigned(width, factor, other));
  },
  RORX(cpu) {
    cpu.write(0, cpu.rotateRight(cpu.width, cpu.read(1), cpu.read(2)));
  },
  SHLX: shift((cpu, width, source, count) => cpu.shiftLeft(width, source, count)),
  SARX: shift((cpu, width, source, count) => cpu.shiftRightSigned(width, source, count)),
  SHRX: shift((cpu, width, source, count) => cpu.shiftRight(width, source, count)),
};
