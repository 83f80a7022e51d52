/** Finite numbers without rounding: what tells whether a rounded result is exact, where doubles cannot. */
export interface Exact {
  /** Times 2 to the `exponent`. */
  readonly mantissa: bigint;
  readonly exponent: number;
}

const fractionBits = 52;
const view = new DataView(new ArrayBuffer(8));

/** Of a finite double. */
export const exactOf = (value: number): Exact => {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = Math.max(biased, 1) - 1023 - fractionBits;
  return { mantissa: bits >> 63n === 1n ? -magnitude : magnitude, exponent };
};

export const sumOf = (a: Exact, b: Exact): Exact => {
  const exponent = Math.min(a.exponent, b.exponent);
  return { mantissa: scaled(a, exponent) + scaled(b, exponent), exponent };
};

export const productOf = (a: Exact, b: Exact): Exact => ({
  mantissa: a.mantissa * b.mantissa,
  exponent: a.exponent + b.exponent,
});

export const magnitudeOf = ({ mantissa, exponent }: Exact): Exact => ({
  mantissa: mantissa < 0n ? -mantissa : mantissa,
  exponent,
});

/** Negative, 0 or positive as a is less than, equal to or greater than b. */
export const compareExact = (a: Exact, b: Exact): number => {
  const exponent = Math.min(a.exponent, b.exponent);
  const difference = scaled(a, exponent) - scaled(b, exponent);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

const scaled = ({ mantissa, exponent }: Exact, to: number): bigint => mantissa << BigInt(exponent - to);
