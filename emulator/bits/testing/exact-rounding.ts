/** Rounding of fractions to binary floating point, slow and by definition (IEEE 754-2008 4.3.1, 7; SDM 1 4.9.1). */
import { FloatException, type FloatWidth } from '../float-format.ts';

/** A finite number that is not 0: numerator / denominator, the latter positive. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

interface Format {
  readonly precision: number;
  readonly smallestExponent: number;
  readonly largestExponent: number;
}

const formats: Readonly<Record<FloatWidth, Format>> = {
  32: { precision: 24, smallestExponent: -126, largestExponent: 127 },
  64: { precision: 53, smallestExponent: -1022, largestExponent: 1023 },
};

const { D, O, U, P } = FloatException;

/** Bits of a format as a fraction, for finite numbers. */
export const fractionOf = (width: FloatWidth, bits: bigint): Fraction => {
  const { precision, smallestExponent } = formats[width];
  const fractionBits = BigInt(precision - 1);
  const biased = Number((bits >> fractionBits) & ((1n << BigInt(width - precision)) - 1n));
  const fraction = bits & ((1n << fractionBits) - 1n);
  const magnitude = biased === 0 ? fraction : fraction | (1n << fractionBits);
  const exponent = Math.max(biased, 1) - 1 + smallestExponent - precision + 1;
  const signed = bits >> BigInt(width - 1) === 1n ? -magnitude : magnitude;
  return exponent < 0
    ? { numerator: signed, denominator: 1n << BigInt(-exponent) }
    : { numerator: signed << BigInt(exponent), denominator: 1n };
};

const isDenormalBits = (width: FloatWidth, bits: bigint): boolean => {
  const magnitude = BigInt.asUintN(width - 1, bits);
  return magnitude !== 0n && magnitude < 1n << BigInt(formats[width].precision - 1);
};

export interface Rounded {
  readonly bits: bigint;
  readonly exceptions: number;
}

/** To nearest, ties to even, with the exceptions of rounding. */
export const round = (width: FloatWidth, { numerator, denominator }: Fraction): Rounded => {
  const { precision, smallestExponent, largestExponent } = formats[width];
  const isNegative = numerator < 0n;
  const magnitude = { numerator: isNegative ? -numerator : numerator, denominator };
  const free = significandOf(magnitude, precision, Number.NEGATIVE_INFINITY);
  const kept = significandOf(magnitude, precision, smallestExponent);
  const sign = isNegative ? 1n << BigInt(width - 1) : 0n;
  const inexact = kept.isExact ? 0 : P;
  const infinity = ((1n << BigInt(width - precision)) - 1n) << BigInt(precision - 1);
  if (kept.exponent > largestExponent) return { bits: sign | infinity, exceptions: O | P };
  const isTiny = free.exponent < smallestExponent;
  const hidden = 1n << BigInt(precision - 1);
  const biased = kept.significand < hidden ? 0n : BigInt(kept.exponent - smallestExponent + 1);
  const bits = sign | (biased << BigInt(precision - 1)) | (kept.significand & (hidden - 1n));
  return { bits, exceptions: inexact | (isTiny && !kept.isExact ? U : 0) };
};

interface Significand {
  readonly significand: bigint;
  /** Of the number: its highest bit, where it is not below the smallest. */
  readonly exponent: number;
  readonly isExact: boolean;
}

const significandOf = ({ numerator, denominator }: Fraction, precision: number, smallest: number): Significand => {
  let exponent = numerator.toString(2).length - denominator.toString(2).length;
  if (isBelowPower(numerator, denominator, exponent)) exponent--;
  exponent = Math.max(exponent, smallest);
  const shift = precision - 1 - exponent;
  const [top, bottom] =
    shift >= 0 ? [numerator << BigInt(shift), denominator] : [numerator, denominator << BigInt(-shift)];
  const below = top / bottom;
  const rest = 2n * (top - below * bottom);
  const isUp = rest > bottom || (rest === bottom && below % 2n === 1n);
  const significand = isUp ? below + 1n : below;
  const isCarried = significand === 1n << BigInt(precision);
  return {
    significand: isCarried ? significand >> 1n : significand,
    exponent: isCarried ? exponent + 1 : exponent,
    isExact: rest === 0n,
  };
};

const isBelowPower = (numerator: bigint, denominator: bigint, exponent: number): boolean =>
  exponent >= 0 ? numerator < denominator << BigInt(exponent) : numerator << BigInt(-exponent) < denominator;

/** D where one of them is denormal. */
export const denormalOf = (width: FloatWidth, ...operands: bigint[]): number =>
  operands.some((bits) => isDenormalBits(width, bits)) ? D : 0;
