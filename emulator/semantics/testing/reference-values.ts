/**
 * The algebra over bigint, as plainly as it can be said: values are numbers from 0 to 2^64 - 1. What stands above a
 * width means nothing, so this fills it with noise: a semantic function that looks there gives wrong results.
 */
import type { Values, Width } from '../cpu.ts';

const noise = 0xa5c3_96f0_5a3c_690fn;

export const unsigned = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);
export const signed = (width: number, value: bigint): bigint => BigInt.asIntN(width, value);

/** The low bits of a value, with noise above them. */
export const noisy = (width: Width, value: bigint): bigint =>
  unsigned(64, (noise << BigInt(width)) | unsigned(width, value));

const isOne = (value: bigint, position: number): boolean => ((value >> BigInt(position)) & 1n) === 1n;
const positions = (width: Width): readonly number[] => Array.from({ length: width }, (_, k) => k);
const ones = (width: Width, value: bigint): number => positions(width).filter((k) => isOne(value, k)).length;
const countOf = (count: bigint): bigint => unsigned(8, count);

/** Quotient and remainder of high:low, where there are such. */
const divide = (dividend: bigint, divisor: bigint): { quotient: bigint; remainder: bigint } | null =>
  divisor === 0n ? null : { quotient: dividend / divisor, remainder: dividend % divisor };

export class ReferenceValues implements Values<bigint, boolean> {
  constant(value: number): bigint {
    return unsigned(64, BigInt(value | 0));
  }

  add(width: Width, a: bigint, b: bigint): bigint {
    return noisy(width, a + b);
  }

  sub(width: Width, a: bigint, b: bigint): bigint {
    return noisy(width, a - b);
  }

  and(a: bigint, b: bigint): bigint {
    return a & b;
  }

  or(a: bigint, b: bigint): bigint {
    return a | b;
  }

  xor(a: bigint, b: bigint): bigint {
    return a ^ b;
  }

  not(a: bigint): bigint {
    return unsigned(64, ~a);
  }

  shiftLeft(width: Width, a: bigint, count: bigint): bigint {
    return noisy(width, a << countOf(count));
  }

  shiftRight(width: Width, a: bigint, count: bigint): bigint {
    return noisy(width, unsigned(width, a) >> countOf(count));
  }

  shiftRightSigned(width: Width, a: bigint, count: bigint): bigint {
    return noisy(width, signed(width, a) >> countOf(count));
  }

  rotateLeft(width: Width, a: bigint, count: bigint): bigint {
    const twice = (unsigned(width, a) << BigInt(width)) | unsigned(width, a);
    return noisy(width, (twice << (countOf(count) % BigInt(width))) >> BigInt(width));
  }

  rotateRight(width: Width, a: bigint, count: bigint): bigint {
    const twice = (unsigned(width, a) << BigInt(width)) | unsigned(width, a);
    return noisy(width, twice >> (countOf(count) % BigInt(width)));
  }

  zeroExtend(from: Width, a: bigint): bigint {
    return unsigned(from, a);
  }

  signExtend(from: Width, a: bigint): bigint {
    return unsigned(64, signed(from, a));
  }

  multiplyLow(width: Width, a: bigint, b: bigint): bigint {
    return noisy(width, a * b);
  }

  multiplyHighUnsigned(width: Width, a: bigint, b: bigint): bigint {
    return noisy(width, (unsigned(width, a) * unsigned(width, b)) >> BigInt(width));
  }

  multiplyHighSigned(width: Width, a: bigint, b: bigint): bigint {
    return noisy(width, (signed(width, a) * signed(width, b)) >> BigInt(width));
  }

  #divideUnsigned(width: Width, high: bigint, low: bigint, divisor: bigint) {
    const dividend = (unsigned(width, high) << BigInt(width)) | unsigned(width, low);
    const answer = divide(dividend, unsigned(width, divisor));
    return answer === null || answer.quotient >= 1n << BigInt(width) ? null : answer;
  }

  #divideSigned(width: Width, high: bigint, low: bigint, divisor: bigint) {
    const dividend = (signed(width, high) << BigInt(width)) | unsigned(width, low);
    const answer = divide(dividend, signed(width, divisor));
    return answer === null || signed(width, answer.quotient) !== answer.quotient ? null : answer;
  }

  divideUnsigned(width: Width, high: bigint, low: bigint, divisor: bigint): bigint {
    return noisy(width, this.#divideUnsigned(width, high, low, divisor)?.quotient ?? 0n);
  }

  remainderUnsigned(width: Width, high: bigint, low: bigint, divisor: bigint): bigint {
    return noisy(width, this.#divideUnsigned(width, high, low, divisor)?.remainder ?? 0n);
  }

  divideSigned(width: Width, high: bigint, low: bigint, divisor: bigint): bigint {
    return noisy(width, this.#divideSigned(width, high, low, divisor)?.quotient ?? 0n);
  }

  remainderSigned(width: Width, high: bigint, low: bigint, divisor: bigint): bigint {
    return noisy(width, this.#divideSigned(width, high, low, divisor)?.remainder ?? 0n);
  }

  divisionFailsUnsigned(width: Width, high: bigint, low: bigint, divisor: bigint): boolean {
    return this.#divideUnsigned(width, high, low, divisor) === null;
  }

  divisionFailsSigned(width: Width, high: bigint, low: bigint, divisor: bigint): boolean {
    return this.#divideSigned(width, high, low, divisor) === null;
  }

  countLeadingZeros(width: Width, a: bigint): bigint {
    const highest = positions(width).findLast((k) => isOne(a, k)) ?? -1;
    return BigInt(width - 1 - highest);
  }

  countTrailingZeros(width: Width, a: bigint): bigint {
    return BigInt(positions(width).find((k) => isOne(a, k)) ?? width);
  }

  populationCount(width: Width, a: bigint): bigint {
    return BigInt(ones(width, a));
  }

  byteSwap(width: Width, a: bigint): bigint {
    let swapped = 0n;
    for (let k = 0; k < width; k += 8) swapped = (swapped << 8n) | unsigned(8, a >> BigInt(k));
    return noisy(width, swapped);
  }

  deposit(width: Width, a: bigint, mask: bigint): bigint {
    let from = 0;
    let result = 0n;
    for (const k of positions(width)) {
      if (isOne(mask, k) && isOne(a, from++)) result |= 1n << BigInt(k);
    }
    return noisy(width, result);
  }

  extract(width: Width, a: bigint, mask: bigint): bigint {
    let to = 0n;
    let result = 0n;
    for (const k of positions(width)) {
      if (isOne(mask, k)) result |= (isOne(a, k) ? 1n : 0n) << to++;
    }
    return noisy(width, result);
  }

  /** Long division by the polynomial 11EDC6F41, with all bits reflected (SDM 2A CRC32). */
  crc32(width: Width, remainder: bigint, data: bigint): bigint {
    const reflect = (bits: number, value: bigint): bigint => {
      let reflected = 0n;
      for (let k = 0; k < bits; k++) if (isOne(value, k)) reflected |= 1n << BigInt(bits - 1 - k);
      return reflected;
    };
    let dividend = (reflect(width, data) << 32n) ^ (reflect(32, remainder) << BigInt(width));
    for (let k = width + 31; k >= 32; k--) {
      if (isOne(dividend, k)) dividend ^= 0x1_1edc_6f41n << BigInt(k - 32);
    }
    return noisy(32, reflect(32, dividend));
  }

  /** The carry into position k + 1 is what a + b lacks to the sum there. */
  carries(a: bigint, b: bigint, sum: bigint): bigint {
    return unsigned(64, (a & b) | ((a ^ b) & ~sum));
  }

  borrows(a: bigint, b: bigint, difference: bigint): bigint {
    return unsigned(64, (~a & b) | (~(a ^ b) & difference));
  }

  select(condition: boolean, whenTrue: bigint, whenFalse: bigint): bigint {
    return condition ? whenTrue : whenFalse;
  }

  fromCondition(condition: boolean): bigint {
    return condition ? 1n : 0n;
  }

  equal(width: Width, a: bigint, b: bigint): boolean {
    return unsigned(width, a) === unsigned(width, b);
  }

  isZero(width: Width, a: bigint): boolean {
    return unsigned(width, a) === 0n;
  }

  lessUnsigned(width: Width, a: bigint, b: bigint): boolean {
    return unsigned(width, a) < unsigned(width, b);
  }

  lessSigned(width: Width, a: bigint, b: bigint): boolean {
    return signed(width, a) < signed(width, b);
  }

  sign(width: Width, a: bigint): boolean {
    return signed(width, a) < 0n;
  }

  bit(a: bigint, position: number): boolean {
    return isOne(a, position);
  }

  bitAt(width: Width, a: bigint, position: bigint): boolean {
    return isOne(a, Number(position % BigInt(width)));
  }

  evenParity(a: bigint): boolean {
    return ones(8, a) % 2 === 0;
  }

  always(truth: boolean): boolean {
    return truth;
  }

  both(a: boolean, b: boolean): boolean {
    return a && b;
  }

  either(a: boolean, b: boolean): boolean {
    return a || b;
  }

  differ(a: boolean, b: boolean): boolean {
    return a !== b;
  }

  negate(a: boolean): boolean {
    return !a;
  }
}
