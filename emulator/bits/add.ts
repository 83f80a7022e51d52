/** Addition, subtraction, and the carries from which C, A and O come. */
import type { Width, Word } from './word.ts';

export const add = (width: Width, a: Word, b: Word, into: Word): void => {
  const lo = (a.lo + b.lo) | 0;
  if (width === 64) into.hi = (a.hi + b.hi + (lo >>> 0 < a.lo >>> 0 ? 1 : 0)) | 0;
  into.lo = lo;
};

export const sub = (width: Width, a: Word, b: Word, into: Word): void => {
  if (width === 64) into.hi = (a.hi - b.hi - (a.lo >>> 0 < b.lo >>> 0 ? 1 : 0)) | 0;
  into.lo = (a.lo - b.lo) | 0;
};

/** The carry out of each bit position of a + b (+ carry in) = sum. */
export const carries = (a: Word, b: Word, sum: Word, into: Word): void => {
  const lo = (a.lo & b.lo) | ((a.lo | b.lo) & ~sum.lo);
  into.hi = (a.hi & b.hi) | ((a.hi | b.hi) & ~sum.hi);
  into.lo = lo;
};

/** The borrow out of each bit position of a - b (- borrow in) = difference. */
export const borrows = (a: Word, b: Word, difference: Word, into: Word): void => {
  const lo = (~a.lo & b.lo) | ((~a.lo | b.lo) & difference.lo);
  into.hi = (~a.hi & b.hi) | ((~a.hi | b.hi) & difference.hi);
  into.lo = lo;
};
