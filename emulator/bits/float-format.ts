/** Binary floating-point numbers of 32 and 64 bits (IEEE 754; SDM 1 4.2.2) as patterns in Words and as numbers. */
import type { Word } from './word.ts';

export type FloatWidth = 32 | 64;

/** Exceptions, as bits of MXCSR (SDM 1 10.2.3.1): invalid, denormal, divide by zero, overflow, underflow, inexact. */
export const FloatException = { I: 1, D: 2, Z: 4, O: 8, U: 0x10, P: 0x20 } as const;

const bytes = new DataView(new ArrayBuffer(8));

const doubleOf = ({ lo, hi }: Word): number => {
  bytes.setInt32(0, lo, true);
  bytes.setInt32(4, hi, true);
  return bytes.getFloat64(0, true);
};

const setDouble = (value: number, into: Word): void => {
  bytes.setFloat64(0, value, true);
  into.lo = bytes.getInt32(0, true);
  into.hi = bytes.getInt32(4, true);
};

const singleOf = ({ lo }: Word): number => {
  bytes.setInt32(0, lo, true);
  return bytes.getFloat32(0, true);
};

export const setSingle = (value: number, into: Word): void => {
  bytes.setFloat32(0, value, true);
  into.lo = bytes.getInt32(0, true);
  into.hi = 0;
};

export const floatOf = (width: FloatWidth, a: Word): number => (width === 64 ? doubleOf(a) : singleOf(a));

export const setFloat = (width: FloatWidth, value: number, into: Word): void => {
  if (width === 64) setDouble(value, into);
  else setSingle(value, into);
};

/** Rounded to nearest, ties to even. */
export const rounded = (width: FloatWidth, value: number): number => (width === 64 ? value : Math.fround(value));

export const isNan = (width: FloatWidth, { lo, hi }: Word): boolean => {
  if (width === 32) return (lo & 0x7fff_ffff) > 0x7f80_0000;
  const high = hi & 0x7fff_ffff;
  return high > 0x7ff0_0000 || (high === 0x7ff0_0000 && lo !== 0);
};

/** Of a NaN: its highest fraction bit is 0. */
export const isSignaling = (width: FloatWidth, a: Word): boolean =>
  isNan(width, a) && (width === 64 ? a.hi & 0x8_0000 : a.lo & 0x40_0000) === 0;

/** Smaller than any normal number, and not 0. */
export const isDenormal = (width: FloatWidth, { lo, hi }: Word): boolean => {
  if (width === 32) return (lo & 0x7f80_0000) === 0 && (lo & 0x7f_ffff) !== 0;
  return (hi & 0x7ff0_0000) === 0 && ((hi & 0xf_ffff) | lo) !== 0;
};

/** A NaN as a quiet one with its sign and payload. */
export const setQuiet = (width: FloatWidth, a: Word, into: Word): void => {
  into.lo = width === 64 ? a.lo : a.lo | 0x40_0000;
  into.hi = width === 64 ? a.hi | 0x8_0000 : 0;
};

/** The NaN that an invalid operation gives (SDM 1 4.8.3.7). */
export const setIndefinite = (width: FloatWidth, into: Word): void => {
  into.lo = width === 64 ? 0 : 0xffc0_0000 | 0;
  into.hi = width === 64 ? 0xfff8_0000 | 0 : 0;
};

export const smallestNormal = (width: FloatWidth): number => (width === 64 ? 2 ** -1022 : 2 ** -126);
