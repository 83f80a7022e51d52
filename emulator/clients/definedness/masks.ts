/**
 * How undefined bits spread through operations: 1 in a mask is a bit that nobody has given a value. What an operation
 * cannot be said to keep apart becomes undefined as a whole, so that no undefined bit is ever taken for a defined one.
 */
import type { Width } from '../../semantics/cpu.ts';

export const allOf = (width: Width): bigint => (1n << BigInt(width)) - 1n;

/** Every bit, if any within the width is undefined. */
export const whole = (width: Width, ...masks: bigint[]): bigint =>
  masks.some((mask) => (mask & allOf(width)) !== 0n) ? allOf(width) : 0n;

/** From the lowest undefined bit upwards: carries. */
export const upwards = (width: Width, ...masks: bigint[]): bigint => {
  const any = masks.reduce((sum, mask) => sum | (mask & allOf(width)), 0n);
  return (any | -any) & allOf(width);
};

/** A defined 0 decides an AND, a defined 1 an OR. */
export const andMask = (a: bigint, maskA: bigint, b: bigint, maskB: bigint): bigint =>
  (maskA & maskB) | (maskA & b) | (maskB & a);
export const orMask = (a: bigint, maskA: bigint, b: bigint, maskB: bigint): bigint =>
  (maskA & maskB) | (maskA & ~b) | (maskB & ~a);
