import { NO_REGISTER } from '../isa/registers.ts';
import type { shift as rows } from '../isa/rows/shift.ts';
import { type Cpu, Flag, type Semantic, type SemanticsOf, statusFlags } from './cpu.ts';

/** An operand moved by a count of bits; counts that are out of range move all bits away (see `Values`). */
type Move = <V, B>(cpu: Cpu<V, B>, value: V, count: V) => V;

/** The bit that is moved out at one end of a value. */
type End = <V, B>(cpu: Cpu<V, B>, value: V) => B;

const top: End = (cpu, value) => cpu.sign(cpu.width, value);
const bottom: End = (cpu, value) => cpu.bit(value, 0);

/** SHL, SHR, SAR. C is the last bit moved out, so that at the end before the last step. */
const shiftBy =
  (move: Move, end: End, leavesCarry: 'undefined' | 'defined'): Semantic =>
  (cpu) => {
    const { width } = cpu;
    const value = cpu.read(0);
    const count = countOf(cpu, 1);
    const result = move(cpu, value, count);
    cpu.write(0, result);
    setShiftFlags(cpu, result, end(cpu, move(cpu, value, oneLess(cpu, count))));
    setOverflow(cpu, value, move(cpu, value, cpu.constant(1)));
    setUndefinedOverflow(cpu, count);
    // The carry of a count past the operand is 0 (SHL, SHR) on CPUs, and undefined (SDM 2B SAL/SAR/SHL/SHR).
    if (leavesCarry === 'undefined' && width < 32) {
      cpu.setUndefinedIf(cpu.lessUnsigned(8, cpu.constant(width - 1), count), Flag.C);
    }
    cpu.flagsOnlyIf(cpu.negate(cpu.isZero(8, count)));
  };

/** ROL, ROR. */
const rotateBy =
  (move: Move, end: End): Semantic =>
  (cpu) => {
    const value = cpu.read(0);
    const count = countOf(cpu, 1);
    cpu.write(0, move(cpu, value, count));
    cpu.setFlag(Flag.C, end(cpu, move(cpu, value, oneLess(cpu, count))));
    if (!keepsOverflow(cpu)) setOverflow(cpu, value, move(cpu, value, cpu.constant(1)));
    setUndefinedOverflow(cpu, count);
    cpu.flagsOnlyIf(cpu.negate(cpu.isZero(8, count)));
  };

/** RCL, RCR: a ring of one bit more than the operand has. */
const rotateThroughCarryBy =
  (move: Move, end: End): Semantic =>
  (cpu) => {
    const value = cpu.read(0);
    const count = ringCountOf(cpu);
    cpu.write(0, move(cpu, value, count));
    cpu.setFlag(Flag.C, end(cpu, move(cpu, value, oneLess(cpu, count))));
    setOverflow(cpu, value, move(cpu, value, cpu.constant(1)));
    setUndefinedOverflow(cpu, count);
    cpu.flagsOnlyIf(cpu.negate(cpu.isZero(8, count)));
  };

/** SHLD, SHRD. */
const doubleShiftBy =
  (move: <V, B>(cpu: Cpu<V, B>, value: V, filler: V, count: V) => V, end: End): Semantic =>
  (cpu) => {
    const { width } = cpu;
    const value = cpu.read(0);
    const filler = cpu.read(1);
    const count = countOf(cpu, 2);
    const result = move(cpu, value, filler, count);
    cpu.write(0, result);
    setShiftFlags(cpu, result, end(cpu, move(cpu, value, filler, oneLess(cpu, count))));
    setOverflow(cpu, value, move(cpu, value, filler, cpu.constant(1)));
    setUndefinedOverflow(cpu, count);
    if (width < 32) cpu.setUndefinedIf(cpu.lessUnsigned(8, cpu.constant(width), count), statusFlags);
    cpu.flagsOnlyIf(cpu.negate(cpu.isZero(8, count)));
  };

const shiftLeft: Move = (cpu, value, count) => cpu.shiftLeft(cpu.width, value, count);

/** Shift and rotate (SDM 1 5.1.5). */
export const shift: SemanticsOf<typeof rows> = {
  SHL: shiftBy(shiftLeft, top, 'undefined'),
  SHR: shiftBy((cpu, value, count) => cpu.shiftRight(cpu.width, value, count), bottom, 'undefined'),
  SAR: shiftBy((cpu, value, count) => cpu.shiftRightSigned(cpu.width, value, count), bottom, 'defined'),
  ROL: rotateBy((cpu, value, count) => cpu.rotateLeft(cpu.width, value, count), top),
  ROR: rotateBy((cpu, value, count) => cpu.rotateRight(cpu.width, value, count), bottom),
  RCL: rotateThroughCarryBy((cpu, value, count) => {
    const { width } = cpu;
    const carry = cpu.shiftLeft(width, cpu.fromCondition(cpu.flag(Flag.C)), oneLess(cpu, count));
    const wrapped = cpu.shiftRight(width, value, less(cpu, width + 1, count));
    return cpu.or(cpu.or(cpu.shiftLeft(width, value, count), carry), wrapped);
  }, top),
  RCR: rotateThroughCarryBy((cpu, value, count) => {
    const { width } = cpu;
    const carry = cpu.shiftLeft(width, cpu.fromCondition(cpu.flag(Flag.C)), less(cpu, width, count));
    const wrapped = cpu.shiftLeft(width, value, less(cpu, width + 1, count));
    return cpu.or(cpu.or(cpu.shiftRight(width, value, count), carry), wrapped);
  }, bottom),

  // Counts past 16 bits are undefined (SDM 2B SHLD): on CPUs the destination follows the source into itself.
  SHLD: doubleShiftBy((cpu, value, filler, count) => {
    const { width } = cpu;
    const shifted = cpu.or(cpu.shiftLeft(width, value, count), cpu.shiftRight(width, filler, less(cpu, width, count)));
    if (width >= 32) return shifted;
    const past = cpu.sub(8, count, cpu.constant(width));
    const again = cpu.shiftRight(width, value, less(cpu, 2 * width, count));
    return cpu.or(shifted, cpu.or(cpu.shiftLeft(width, filler, past), again));
  }, top),
  SHRD: doubleShiftBy((cpu, value, filler, count) => {
    const { width } = cpu;
    const shifted = cpu.or(cpu.shiftRight(width, value, count), cpu.shiftLeft(width, filler, less(cpu, width, count)));
    if (width >= 32) return shifted;
    const past = cpu.sub(8, count, cpu.constant(width));
    const again = cpu.shiftLeft(width, value, less(cpu, 2 * width, count));
    return cpu.or(shifted, cpu.or(cpu.shiftRight(width, filler, past), again));
  }, bottom),
};

/** Operand k modulo 32, or 64 for 64-bit operands. */
const countOf = <V, B>(cpu: Cpu<V, B>, k: number): V => cpu.and(cpu.read(k), cpu.constant(cpu.width === 64 ? 63 : 31));

/** The count on the ring: modulo 9 and 17 for operands of 8 and 16 bits (SDM 2B RCL/RCR/ROL/ROR). */
const ringCountOf = <V, B>(cpu: Cpu<V, B>): V => {
  const count = countOf(cpu, 1);
  const { width } = cpu;
  return width < 32 ? cpu.remainderUnsigned(8, cpu.constant(0), count, cpu.constant(width + 1)) : count;
};

const oneLess = <V, B>(cpu: Cpu<V, B>, count: V): V => cpu.sub(8, count, cpu.constant(1));

const less = <V, B>(cpu: Cpu<V, B>, from: number, count: V): V => cpu.sub(8, cpu.constant(from), count);

const setShiftFlags = <V, B>(cpu: Cpu<V, B>, result: V, carry: B): void => {
  cpu.setResultFlags(cpu.width, result);
  cpu.setFlag(Flag.C, carry);
  // Undefined, and 0 on Intel's CPUs.
  cpu.setFlag(Flag.A, cpu.always(false));
  cpu.setUndefined(Flag.A);
};

/** O says whether the sign changes: defined for a count of one; of more bits, Intel's CPUs tell it of the first. */
const setOverflow = <V, B>(cpu: Cpu<V, B>, value: V, movedByOne: V): void => {
  cpu.setFlag(Flag.O, cpu.differ(cpu.sign(cpu.width, value), cpu.sign(cpu.width, movedByOne)));
};

const setUndefinedOverflow = <V, B>(cpu: Cpu<V, B>, count: V): void => {
  cpu.setUndefinedIf(cpu.negate(cpu.equal(8, count, cpu.constant(1))), Flag.O);
};

/** Intel's CPUs leave O alone where a register is rotated by an immediate of more than one. */
const keepsOverflow = <V, B>(cpu: Cpu<V, B>): boolean => {
  if (cpu.isMemory(0) || cpu.registerOf(1) !== NO_REGISTER) return false;
  return (cpu.immediateOf(1) & (cpu.width === 64 ? 63 : 31)) !== 1;
};
