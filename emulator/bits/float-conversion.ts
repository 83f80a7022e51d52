/** Conversions between integers and floating-point numbers, and among these, as SSE has them (SDM 1 11.4.1.6). */
import {
  FloatException,
  type FloatWidth,
  floatOf,
  isDenormal,
  isNan,
  isSignaling,
  rounded,
  setFloat,
  setSingle,
} from './float-format.ts';
import { setBigInt, toSignedBigInt, type Word } from './word.ts';

const { I, D, O, U, P } = FloatException;

/** Rounded to nearest; the exceptions. */
export const floatFromInteger = (from: 32 | 64, to: FloatWidth, a: Word, into: Word): number => {
  const integer = toSignedBigInt(from, a);
  const result = rounded(to, to === 32 && from === 64 ? withTrace(integer) : Number(integer));
  setFloat(to, result, into);
  return BigInt(result) === integer ? 0 : P;
};

/** A double that a single is rounded from as from the integer: bits that are cut off leave a trace in the lowest that is kept. */
const withTrace = (integer: bigint): number => {
  if (BigInt(Number(integer)) === integer) return Number(integer);
  const kept = integer >> 16n;
  return Number(kept << 16n === integer ? kept : kept | 1n) * 2 ** 16;
};

/** To the nearest integer, or towards 0; what does not fit is the indefinite integer (SDM 1 4.8.3.7). */
export const integerFromFloat = (from: FloatWidth, to: 32 | 64, truncates: boolean, a: Word, into: Word): number => {
  const value = floatOf(from, a);
  const whole = truncates ? Math.trunc(value) : nearestEven(value);
  const limit = 2 ** (to - 1);
  if (!(whole >= -limit && whole < limit)) {
    into.lo = to === 32 ? -(2 ** 31) : 0;
    into.hi = to === 32 ? 0 : -(2 ** 31);
    return I;
  }
  setBigInt(BigInt(whole), into);
  if (to === 32) into.hi = 0;
  return whole === value ? 0 : P;
};

const nearestEven = (value: number): number => {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest < 0.5) return below;
  return rest > 0.5 || below % 2 !== 0 ? below + 1 : below;
};

export const doubleFromSingle = (a: Word, into: Word): number => {
  if (isNan(32, a)) {
    // Sign, the quiet bit and the payload, at the top of the fraction.
    const { lo } = a;
    into.hi = (lo & 0x8000_0000) | 0x7ff8_0000 | ((lo & 0x3f_ffff) >>> 3);
    into.lo = lo << 29;
    return isSignaling(32, a) ? I : 0;
  }
  setFloat(64, floatOf(32, a), into);
  return isDenormal(32, a) ? D : 0;
};

export const singleFromDouble = (a: Word, into: Word): number => {
  if (isNan(64, a)) {
    const { lo, hi } = a;
    const signals = isSignaling(64, a);
    into.lo = (hi & 0x8000_0000) | 0x7fc0_0000 | ((hi & 0x7_ffff) << 3) | (lo >>> 29);
    into.hi = 0;
    return signals ? I : 0;
  }
  const value = floatOf(64, a);
  const result = Math.fround(value);
  setSingle(result, into);
  const denormal = isDenormal(64, a) ? D : 0;
  if (result === value) return denormal;
  if (!Number.isFinite(result)) return O | P;
  const isTiny = Math.abs(value) < 2 ** -126 && Math.fround(Math.abs(value) * 2 ** 64) < 2 ** -62;
  return denormal | P | (isTiny || result === 0 ? U : 0);
};
