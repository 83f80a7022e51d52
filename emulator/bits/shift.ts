/** Shifts and rotates. Counts are unsigned numbers; shifts by the width and more leave nothing (or the sign). */
import { signedOf, unsignedOf, type Width, type Word } from './word.ts';

const set = (into: Word, lo: number, hi: number): void => {
  into.lo = lo;
  into.hi = hi;
};

export const shiftLeft = (width: Width, { lo, hi }: Word, count: number, into: Word): void => {
  if (count >= width) set(into, 0, 0);
  else if (width !== 64) set(into, lo << count, 0);
  else if (count === 0) set(into, lo, hi);
  else if (count < 32) set(into, lo << count, (hi << count) | (lo >>> (32 - count)));
  else set(into, 0, lo << (count - 32));
};

export const shiftRight = (width: Width, a: Word, count: number, into: Word): void => {
  const { lo, hi } = a;
  if (count >= width) set(into, 0, 0);
  else if (width !== 64) set(into, (unsignedOf(width, a) >>> count) | 0, 0);
  else if (count === 0) set(into, lo, hi);
  else if (count < 32) set(into, (lo >>> count) | (hi << (32 - count)), hi >>> count);
  else set(into, hi >>> (count - 32), 0);
};

export const shiftRightSigned = (width: Width, a: Word, count: number, into: Word): void => {
  const { lo, hi } = a;
  if (width !== 64) {
    const shifted = signedOf(width, a) >> Math.min(count, 31);
    set(into, shifted, shifted >> 31);
  } else if (count >= 64) set(into, hi >> 31, hi >> 31);
  else if (count === 0) set(into, lo, hi);
  else if (count < 32) set(into, (lo >>> count) | (hi << (32 - count)), hi >> count);
  else set(into, hi >> (count - 32), hi >> 31);
};

/** By a count modulo the width. */
export const rotateLeft = (width: Width, a: Word, anyCount: number, into: Word): void => {
  const count = anyCount & (width - 1);
  const { lo, hi } = a;
  if (width === 64) rotateLeft64(lo, hi, count, into);
  else if (count === 0) set(into, lo, 0);
  else set(into, (lo << count) | (unsignedOf(width, a) >>> (width - count)), 0);
};

const rotateLeft64 = (lo: number, hi: number, count: number, into: Word): void => {
  const rest = count & 31;
  if (rest === 0) set(into, count === 0 ? lo : hi, count === 0 ? hi : lo);
  else if (count < 32) set(into, (lo << rest) | (hi >>> (32 - rest)), (hi << rest) | (lo >>> (32 - rest)));
  else set(into, (hi << rest) | (lo >>> (32 - rest)), (lo << rest) | (hi >>> (32 - rest)));
};

export const rotateRight = (width: Width, a: Word, count: number, into: Word): void =>
  rotateLeft(width, a, width - (count & (width - 1)), into);
