/** Numbers as all three syntaxes print them: `0x1f`, lower case, without leading zeros. */

/** An unsigned 32-bit number. */
export const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** A 64-bit number from its halves. */
export const hex64 = (high: number, low: number): string => {
  if (high === 0) return hex(low);
  return `0x${(high >>> 0).toString(16)}${(low >>> 0).toString(16).padStart(8, '0')}`;
};

/** `+0x10` or `-0x10`, for a term of a sum; '' for zero. */
export const signedTerm = (value: number): string => {
  if (value === 0) return '';
  return value < 0 ? `-0x${(-value).toString(16)}` : `+0x${value.toString(16)}`;
};

/** `0x10` or `-0x10`. */
export const signedHex = (value: number): string =>
  value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;

/** An unsigned number of 8, 16, 32 or 64 bits, from the halves of a wider one. */
export const hexOfBits = (high: number, low: number, bits: number): string => {
  if (bits === 64) return hex64(high, low);
  return bits === 32 ? hex(low) : hex(low & (bits === 8 ? 0xff : 0xffff));
};
