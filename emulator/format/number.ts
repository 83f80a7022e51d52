/** Numbers as all three syntaxes print them: `0x1f`, lower case, without leading zeros. */

/** Most numbers are below it, and others consist of parts that are: their texts are made once. More would not be at hand. */
const partEnd = 0x1000;
const partBits = 12;
const partMask = partEnd - 1;

/** `make` of the numbers below it, each made when it is asked for first. */
const remembering = (make: (value: number) => string): ((value: number) => string) => {
  const texts = new Array<string>(partEnd).fill('');
  return (value) => {
    const known = texts[value];
    if (known !== '') return known;
    const made = make(value);
    texts[value] = made;
    return made;
  };
};

const padded = remembering((value) => value.toString(16).padStart(3, '0'));

/** An unsigned number of 32 bits behind `before`. */
const behind = (before: string): ((value: number) => string) => {
  const short = remembering((value) => before + value.toString(16));
  return (value) => {
    if (value < partEnd) return short(value);
    const part = padded(value & partMask);
    const above = value >>> partBits;
    return above < partEnd ? short(above) + part : short(above >>> partBits) + padded(above & partMask) + part;
  };
};

const unsignedHex = behind('0x');
const plus = behind('+0x');
const minus = behind('-0x');

/** An unsigned 32-bit number. */
export const hex = (value: number): string => unsignedHex(value >>> 0);

/** A 64-bit number from its halves. */
export const hex64 = (high: number, low: number): string =>
  high === 0 ? hex(low) : (high === -1 ? allOnes : hex(high)) + eightDigits(low);

/** The upper half of small negative numbers. */
const allOnes = '0xffffffff';

const highDigits = remembering((value) => value.toString(16).padStart(2, '0'));

const eightDigits = (value: number): string =>
  highDigits(value >>> 24) + padded((value >>> partBits) & partMask) + padded(value & partMask);

/** Numbers of the language are exact here, and so are sums of one with what an instruction adds. */
export const exactBelow = 2 ** 52;

/** A number from 0 to below 2^53. */
export const hexOfNumber = (value: number): string => hex64(Math.floor(value / 2 ** 32), value | 0);

/** `+0x10` or `-0x10`, for a term of a sum; '' for zero. */
export const signedTerm = (value: number): string => (value === 0 ? '' : value < 0 ? minus(-value) : plus(value));

/** `0x10` or `-0x10`. */
export const signedHex = (value: number): string => (value < 0 ? minus(-value) : unsignedHex(value));

/** An unsigned number of 8, 16, 32 or 64 bits, from the halves of a wider one. */
export const hexOfBits = (high: number, low: number, bits: number): string => {
  if (bits === 64) return hex64(high, low);
  return bits === 32 ? hex(low) : hex(low & (bits === 8 ? 0xff : 0xffff));
};
