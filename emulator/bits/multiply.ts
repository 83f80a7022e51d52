/** Multiplication and division. Products of 64 bits and dividends that do not fit a double go through bigint. */
import { setBigInt, setNumber, signedOf, toBigInt, toSignedBigInt, unsignedOf, type Width, type Word } from './word.ts';

/** Bits 63:32 of the product of two unsigned 32-bit numbers. */
const high32 = (a: number, b: number): number => {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const cross = aLow * bHigh;
  const other = aHigh * bLow;
  const middle = (low >>> 16) + (cross & 0xffff) + (other & 0xffff);
  return (aHigh * bHigh + (cross >>> 16) + (other >>> 16) + (middle >>> 16)) | 0;
};

export const multiplyLow = (width: Width, a: Word, b: Word, into: Word): void => {
  if (width === 64) {
    const high = high32(a.lo >>> 0, b.lo >>> 0);
    into.hi = (high + Math.imul(a.hi, b.lo) + Math.imul(a.lo, b.hi)) | 0;
  }
  into.lo = Math.imul(a.lo, b.lo);
};

export const multiplyHighUnsigned = (width: Width, a: Word, b: Word, into: Word): void => {
  if (width === 64) {
    setBigInt((toBigInt(64, a) * toBigInt(64, b)) >> 64n, into);
    return;
  }
  into.lo =
    width === 32
      ? high32(a.lo >>> 0, b.lo >>> 0)
      : (Math.imul(unsignedOf(width, a), unsignedOf(width, b)) >>> width) | 0;
};

export const multiplyHighSigned = (width: Width, a: Word, b: Word, into: Word): void => {
  if (width === 64) {
    setBigInt((toSignedBigInt(64, a) * toSignedBigInt(64, b)) >> 64n, into);
    return;
  }
  if (width === 32) {
    const unsigned = high32(a.lo >>> 0, b.lo >>> 0);
    into.lo = (unsigned - (a.lo < 0 ? b.lo : 0) - (b.lo < 0 ? a.lo : 0)) | 0;
    return;
  }
  into.lo = Math.imul(signedOf(width, a), signedOf(width, b)) >> width;
};

/** A dividend high:low and its divisor, each half of `width` bits. */
export interface Division {
  readonly high: Word;
  readonly low: Word;
  readonly divisor: Word;
}

const wide = (width: Width, { high, low }: Division): bigint =>
  (toBigInt(width, high) << BigInt(width)) | toBigInt(width, low);

/** Does high:low fit a double exactly as an unsigned number? */
const isNarrowUnsigned = (width: Width, { high }: Division): boolean =>
  width < 32 || (width === 32 && high.lo >>> 0 < 0x20_0000);

const narrowUnsigned = (width: Width, { high, low }: Division): number =>
  unsignedOf(width, high) * 2 ** width + unsignedOf(width, low);

export const divisionFailsUnsigned = (width: Width, division: Division): boolean => {
  const { high, divisor } = division;
  return width === 64
    ? toBigInt(64, high) >= toBigInt(64, divisor)
    : unsignedOf(width, high) >= unsignedOf(width, divisor);
};

/** Quotient and remainder; both 0 where the quotient does not exist or fit. */
export const divideUnsigned = (width: Width, division: Division, quotient: Word, remainder: Word): void => {
  if (divisionFailsUnsigned(width, division)) {
    zeroBoth(quotient, remainder);
    return;
  }
  if (isNarrowUnsigned(width, division)) {
    const dividend = narrowUnsigned(width, division);
    const divisor = unsignedOf(width, division.divisor);
    const whole = Math.floor(dividend / divisor);
    quotient.lo = whole | 0;
    remainder.lo = (dividend - whole * divisor) | 0;
    return;
  }
  const dividend = wide(width, division);
  const divisor = toBigInt(width, division.divisor);
  setBigInt(dividend / divisor, quotient);
  setBigInt(dividend % divisor, remainder);
};

const zeroBoth = (quotient: Word, remainder: Word): void => {
  setNumber(0, quotient);
  setNumber(0, remainder);
};

const fitsSigned = (width: Width, value: bigint): boolean => BigInt.asIntN(width, value) === value;

/** Truncating; false (and zeros) where the quotient does not exist or fit. */
export const divideSigned = (width: Width, division: Division, quotient: Word, remainder: Word): boolean => {
  if (width <= 32 && isSignExtension(width, division)) return divideNarrow(width, division, quotient, remainder);
  const divisor = toSignedBigInt(width, division.divisor);
  const dividend = BigInt.asIntN(2 * width, wide(width, division));
  const whole = divisor === 0n ? 0n : dividend / divisor;
  if (divisor === 0n || !fitsSigned(width, whole)) {
    zeroBoth(quotient, remainder);
    return false;
  }
  setBigInt(whole, quotient);
  setBigInt(dividend % divisor, remainder);
  return true;
};

const isSignExtension = (width: Width, { high, low }: Division): boolean =>
  signedOf(width, high) === signedOf(width, low) >> 31;

/** The usual dividend: as wide as the divisor. */
const divideNarrow = (width: Width, { low, divisor: by }: Division, quotient: Word, remainder: Word): boolean => {
  const dividend = signedOf(width, low);
  const divisor = signedOf(width, by);
  const overflows = divisor === -1 && dividend === -(2 ** (width - 1));
  if (divisor === 0 || overflows) {
    zeroBoth(quotient, remainder);
    return false;
  }
  setNumber((dividend / divisor) | 0, quotient);
  setNumber((dividend % divisor) | 0, remainder);
  return true;
};
