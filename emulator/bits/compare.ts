/** Conditions, as 1 and 0. */
import { signedOf, unsignedOf, type Width, type Word } from './word.ts';

export type Bit = 0 | 1;

const bitOf = (truth: boolean): Bit => (truth ? 1 : 0);

export const equal = (width: Width, a: Word, b: Word): Bit =>
  width === 64 ? bitOf(a.lo === b.lo && a.hi === b.hi) : bitOf(unsignedOf(width, a) === unsignedOf(width, b));

export const isZero = (width: Width, a: Word): Bit =>
  width === 64 ? bitOf((a.lo | a.hi) === 0) : bitOf(unsignedOf(width, a) === 0);

export const lessUnsigned = (width: Width, a: Word, b: Word): Bit =>
  width === 64
    ? bitOf(a.hi === b.hi ? a.lo >>> 0 < b.lo >>> 0 : a.hi >>> 0 < b.hi >>> 0)
    : bitOf(unsignedOf(width, a) < unsignedOf(width, b));

export const lessSigned = (width: Width, a: Word, b: Word): Bit =>
  width === 64
    ? bitOf(a.hi === b.hi ? a.lo >>> 0 < b.lo >>> 0 : a.hi < b.hi)
    : bitOf(signedOf(width, a) < signedOf(width, b));

/** One bit of the value, by a position below 64. */
export const bitAt = (a: Word, position: number): Bit =>
  ((position < 32 ? a.lo >>> position : a.hi >>> (position - 32)) & 1) === 1 ? 1 : 0;

/** An even number of ones in the low byte (SDM 1 3.4.3.1). */
export const evenParity = ({ lo }: Word): Bit => {
  const folded = (lo ^ (lo >>> 4)) & 15;
  return ((0x9669 >>> folded) & 1) === 1 ? 1 : 0;
};
