/**
 * Integers of up to 64 bits as two signed 32-bit halves. A value of width w is the low w bits of a Word; what stands
 * above them means nothing, and operations of width w do not look there. Results go into a Word of the caller's, so
 * that nothing is allocated.
 */
export type Width = 8 | 16 | 32 | 64;

/** A number of bits as a width; 64 where it is none. */
export const widthOf = (bits: number): Width => (bits === 8 ? 8 : bits === 16 ? 16 : bits === 32 ? 32 : 64);

/** A number of bits as an operand or address size. */
export const sizeOf = (bits: number): 16 | 32 | 64 => (bits === 16 ? 16 : bits === 32 ? 32 : 64);

export class Word {
  /** Bits 31:0, signed. */
  lo = 0;
  /** Bits 63:32, signed. */
  hi = 0;
}

/** Low bits of up to 32, as an unsigned number. */
export const unsignedOf = (width: Width, a: Word): number =>
  width === 32 ? a.lo >>> 0 : width === 8 ? a.lo & 0xff : width === 16 ? a.lo & 0xffff : a.lo >>> 0;

/** Low bits of up to 32, as a signed number. */
export const signedOf = (width: Width, a: Word): number =>
  width === 32 ? a.lo : width === 8 ? (a.lo << 24) >> 24 : width === 16 ? (a.lo << 16) >> 16 : a.lo;

export const copy = (a: Word, into: Word): void => {
  into.lo = a.lo;
  into.hi = a.hi;
};

/** A 32-bit signed number, sign-extended. */
export const setNumber = (value: number, into: Word): void => {
  into.lo = value | 0;
  into.hi = value < 0 ? -1 : 0;
};

/** Modulo 2^width. */
export const toBigInt = (width: Width, a: Word): bigint =>
  width === 64 ? (BigInt(a.hi >>> 0) << 32n) | BigInt(a.lo >>> 0) : BigInt(unsignedOf(width, a));

export const toSignedBigInt = (width: Width, a: Word): bigint => BigInt.asIntN(width, toBigInt(64, a));

/** The low 64 bits of any bigint. */
export const setBigInt = (value: bigint, into: Word): void => {
  into.lo = Number(BigInt.asIntN(32, value));
  into.hi = Number(BigInt.asIntN(32, value >> 32n));
};
