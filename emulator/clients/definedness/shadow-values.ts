/** The algebra on values with their undefined bits. Values are worked out by the evaluator's own arithmetic. */
import type { Bit } from '../../bits/compare.ts';
import { setBigInt, toBigInt, type Word } from '../../bits/word.ts';
import { WordValues } from '../../execute/word-values.ts';
import type { Values, Width } from '../../semantics/cpu.ts';
import { allOf, andMask, orMask, upwards, whole } from './masks.ts';

export interface Shadowed {
  /** Modulo 2^64; what stands above the width means nothing. */
  readonly value: bigint;
  /** Bits that nobody has defined. */
  readonly mask: bigint;
}

export interface ShadowedTruth {
  readonly truth: boolean;
  readonly isDefined: boolean;
}

export const defined = (value: bigint): Shadowed => ({ value, mask: 0n });

class Arithmetic extends WordValues {
  of(value: bigint): Word {
    const into = this.take();
    setBigInt(value, into);
    return into;
  }

  begin(): void {
    this.rewind();
  }
}

const arithmetic = new Arithmetic();

type Operation = (by: Arithmetic, ...words: Word[]) => Word;
type Question = (by: Arithmetic, ...words: Word[]) => Bit;

const valueBy = (operation: Operation, ...values: Shadowed[]): bigint => {
  arithmetic.begin();
  return toBigInt(64, operation(arithmetic, ...values.map(({ value }) => arithmetic.of(value))));
};

const truthBy = (question: Question, ...values: Shadowed[]): boolean => {
  arithmetic.begin();
  return question(arithmetic, ...values.map(({ value }) => arithmetic.of(value))) === 1;
};

const masksOf = (values: readonly Shadowed[]): bigint[] => values.map(({ mask }) => mask);

export class ShadowValues implements Values<Shadowed, ShadowedTruth> {
  constant(value: number): Shadowed {
    return defined(BigInt.asUintN(64, BigInt(value | 0)));
  }

  /** Undefined as a whole, if anything is. */
  private wholly(width: Width, operation: Operation, ...values: Shadowed[]): Shadowed {
    return { value: valueBy(operation, ...values), mask: whole(width, ...masksOf(values)) };
  }

  private carrying(width: Width, operation: Operation, ...values: Shadowed[]): Shadowed {
    return { value: valueBy(operation, ...values), mask: upwards(width, ...masksOf(values)) };
  }

  /** Bits move as they are by a count; by an undefined count nobody knows where. */
  private moved(width: Width, operation: Operation, a: Shadowed, count: Shadowed): Shadowed {
    const value = valueBy(operation, a, count);
    if ((count.mask & 0xffn) !== 0n) return { value, mask: allOf(width) };
    return { value, mask: valueBy(operation, { value: a.mask & allOf(width), mask: 0n }, count) & allOf(width) };
  }

  private asked(width: Width, question: Question, ...values: Shadowed[]): ShadowedTruth {
    return { truth: truthBy(question, ...values), isDefined: whole(width, ...masksOf(values)) === 0n };
  }

  add(width: Width, a: Shadowed, b: Shadowed): Shadowed {
    return this.carrying(width, (by, x, y) => by.add(width, x, y), a, b);
  }
  sub(width: Width, a: Shadowed, b: Shadowed): Shadowed {
    return this.carrying(width, (by, x, y) => by.sub(width, x, y), a, b);
  }
  and(a: Shadowed, b: Shadowed): Shadowed {
    return { value: a.value & b.value, mask: andMask(a.value, a.mask, b.value, b.mask) };
  }
  or(a: Shadowed, b: Shadowed): Shadowed {
    return { value: a.value | b.value, mask: orMask(a.value, a.mask, b.value, b.mask) };
  }
  xor(a: Shadowed, b: Shadowed): Shadowed {
    return { value: a.value ^ b.value, mask: a.mask | b.mask };
  }
  not(a: Shadowed): Shadowed {
    return { value: BigInt.asUintN(64, ~a.value), mask: a.mask };
  }

  shiftLeft(width: Width, a: Shadowed, count: Shadowed): Shadowed {
    return this.moved(width, (by, x, n) => by.shiftLeft(width, x, n), a, count);
  }
  shiftRight(width: Width, a: Shadowed, count: Shadowed): Shadowed {
    return this.moved(width, (by, x, n) => by.shiftRight(width, x, n), a, count);
  }
  shiftRightSigned(width: Width, a: Shadowed, count: Shadowed): Shadowed {
    return this.moved(width, (by, x, n) => by.shiftRightSigned(width, x, n), a, count);
  }
  rotateLeft(width: Width, a: Shadowed, count: Shadowed): Shadowed {
    return this.moved(width, (by, x, n) => by.rotateLeft(width, x, n), a, count);
  }
  rotateRight(width: Width, a: Shadowed, count: Shadowed): Shadowed {
    return this.moved(width, (by, x, n) => by.rotateRight(width, x, n), a, count);
  }

  zeroExtend(from: Width, a: Shadowed): Shadowed {
    return { value: a.value & allOf(from), mask: a.mask & allOf(from) };
  }
  signExtend(from: Width, a: Shadowed): Shadowed {
    const extend = (bits: bigint): bigint => BigInt.asUintN(64, BigInt.asIntN(from, bits));
    return { value: extend(a.value), mask: extend(a.mask) };
  }

  multiplyLow(width: Width, a: Shadowed, b: Shadowed): Shadowed {
    return this.carrying(width, (by, x, y) => by.multiplyLow(width, x, y), a, b);
  }
  multiplyHighUnsigned(width: Width, a: Shadowed, b: Shadowed): Shadowed {
    return this.wholly(width, (by, x, y) => by.multiplyHighUnsigned(width, x, y), a, b);
  }
  multiplyHighSigned(width: Width, a: Shadowed, b: Shadowed): Shadowed {
    return this.wholly(width, (by, x, y) => by.multiplyHighSigned(width, x, y), a, b);
  }
  divideUnsigned(width: Width, high: Shadowed, low: Shadowed, divisor: Shadowed): Shadowed {
    return this.wholly(width, (by, x, y, z) => by.divideUnsigned(width, x, y, z), high, low, divisor);
  }
  remainderUnsigned(width: Width, high: Shadowed, low: Shadowed, divisor: Shadowed): Shadowed {
    return this.wholly(width, (by, x, y, z) => by.remainderUnsigned(width, x, y, z), high, low, divisor);
  }
  divideSigned(width: Width, high: Shadowed, low: Shadowed, divisor: Shadowed): Shadowed {
    return this.wholly(width, (by, x, y, z) => by.divideSigned(width, x, y, z), high, low, divisor);
  }
  remainderSigned(width: Width, high: Shadowed, low: Shadowed, divisor: Shadowed): Shadowed {
    return this.wholly(width, (by, x, y, z) => by.remainderSigned(width, x, y, z), high, low, divisor);
  }
  divisionFailsUnsigned(width: Width, high: Shadowed, low: Shadowed, divisor: Shadowed): ShadowedTruth {
    return this.asked(width, (by, x, y, z) => by.divisionFailsUnsigned(width, x, y, z), high, low, divisor);
  }
  divisionFailsSigned(width: Width, high: Shadowed, low: Shadowed, divisor: Shadowed): ShadowedTruth {
    return this.asked(width, (by, x, y, z) => by.divisionFailsSigned(width, x, y, z), high, low, divisor);
  }

  countLeadingZeros(width: Width, a: Shadowed): Shadowed {
    return this.wholly(width, (by, x) => by.countLeadingZeros(width, x), a);
  }
  countTrailingZeros(width: Width, a: Shadowed): Shadowed {
    return this.wholly(width, (by, x) => by.countTrailingZeros(width, x), a);
  }
  populationCount(width: Width, a: Shadowed): Shadowed {
    return this.wholly(width, (by, x) => by.populationCount(width, x), a);
  }
  byteSwap(width: Width, a: Shadowed): Shadowed {
    const swap = (value: bigint): bigint => valueBy((by, x) => by.byteSwap(width, x), defined(value));
    return { value: swap(a.value), mask: swap(a.mask) & allOf(width) };
  }
  deposit(width: Width, a: Shadowed, mask: Shadowed): Shadowed {
    return this.selected(width, (by, x, y) => by.deposit(width, x, y), a, mask);
  }
  extract(width: Width, a: Shadowed, mask: Shadowed): Shadowed {
    return this.selected(width, (by, x, y) => by.extract(width, x, y), a, mask);
  }

  /** Bits go where another value's bits say. */
  private selected(width: Width, operation: Operation, a: Shadowed, by: Shadowed): Shadowed {
    const value = valueBy(operation, a, by);
    if (whole(width, by.mask) !== 0n) return { value, mask: allOf(width) };
    return { value, mask: valueBy(operation, defined(a.mask), by) & allOf(width) };
  }

  crc32(width: Width, remainder: Shadowed, data: Shadowed): Shadowed {
    const value = valueBy((by, x, y) => by.crc32(width, x, y), remainder, data);
    return { value, mask: whole(width, data.mask) | whole(32, remainder.mask) ? allOf(32) : 0n };
  }
  carries(a: Shadowed, b: Shadowed, sum: Shadowed): Shadowed {
    return this.carrying(64, (by, x, y, z) => by.carries(x, y, z), a, b, sum);
  }
  borrows(a: Shadowed, b: Shadowed, difference: Shadowed): Shadowed {
    return this.carrying(64, (by, x, y, z) => by.borrows(x, y, z), a, b, difference);
  }

  /** By an undefined condition either may come: what both agree in is defined. */
  select(condition: ShadowedTruth, whenTrue: Shadowed, whenFalse: Shadowed): Shadowed {
    const chosen = condition.truth ? whenTrue : whenFalse;
    if (condition.isDefined) return chosen;
    return { value: chosen.value, mask: whenTrue.mask | whenFalse.mask | (whenTrue.value ^ whenFalse.value) };
  }
  fromCondition({ truth, isDefined }: ShadowedTruth): Shadowed {
    return { value: truth ? 1n : 0n, mask: isDefined ? 0n : 1n };
  }

  /** Where defined bits differ, the others do not matter. */
  equal(width: Width, a: Shadowed, b: Shadowed): ShadowedTruth {
    const undefinedBits = (a.mask | b.mask) & allOf(width);
    const differ = ((a.value ^ b.value) & allOf(width) & ~undefinedBits) !== 0n;
    const truth = truthBy((by, x, y) => by.equal(width, x, y), a, b);
    return { truth, isDefined: undefinedBits === 0n || differ };
  }
  isZero(width: Width, a: Shadowed): ShadowedTruth {
    return this.equal(width, a, defined(0n));
  }
  lessUnsigned(width: Width, a: Shadowed, b: Shadowed): ShadowedTruth {
    return this.asked(width, (by, x, y) => by.lessUnsigned(width, x, y), a, b);
  }
  lessSigned(width: Width, a: Shadowed, b: Shadowed): ShadowedTruth {
    return this.asked(width, (by, x, y) => by.lessSigned(width, x, y), a, b);
  }
  sign(width: Width, a: Shadowed): ShadowedTruth {
    return this.bit(a, width - 1);
  }
  bit(a: Shadowed, position: number): ShadowedTruth {
    const one = 1n << BigInt(position);
    return { truth: (a.value & one) !== 0n, isDefined: (a.mask & one) === 0n };
  }
  bitAt(width: Width, a: Shadowed, position: Shadowed): ShadowedTruth {
    const { truth, isDefined } = this.bit(a, Number(position.value & BigInt(width - 1)));
    return { truth, isDefined: isDefined && (position.mask & BigInt(width - 1)) === 0n };
  }
  evenParity(a: Shadowed): ShadowedTruth {
    return this.asked(8, (by, x) => by.evenParity(x), a);
  }
  always(truth: boolean): ShadowedTruth {
    return { truth, isDefined: true };
  }
  both(a: ShadowedTruth, b: ShadowedTruth): ShadowedTruth {
    const isDecided = (a.isDefined && !a.truth) || (b.isDefined && !b.truth);
    return { truth: a.truth && b.truth, isDefined: isDecided || (a.isDefined && b.isDefined) };
  }
  either(a: ShadowedTruth, b: ShadowedTruth): ShadowedTruth {
    const isDecided = (a.isDefined && a.truth) || (b.isDefined && b.truth);
    return { truth: a.truth || b.truth, isDefined: isDecided || (a.isDefined && b.isDefined) };
  }
  differ(a: ShadowedTruth, b: ShadowedTruth): ShadowedTruth {
    return { truth: a.truth !== b.truth, isDefined: a.isDefined && b.isDefined };
  }
  negate(a: ShadowedTruth): ShadowedTruth {
    return { truth: !a.truth, isDefined: a.isDefined };
  }
}
