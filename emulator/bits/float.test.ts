import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calculate, exceptionsOfOrder, type FloatOperation, Order, orderOf } from './float.ts';
import { doubleFromSingle, floatFromInteger, integerFromFloat, singleFromDouble } from './float-conversion.ts';
import { FloatException, type FloatWidth } from './float-format.ts';
import { denormalOf, type Fraction, fractionOf, round } from './testing/exact-rounding.ts';
import { setBigInt, toBigInt, Word } from './word.ts';

const { I, D, Z, O, U, P } = FloatException;
const widths = fc.constantFrom<FloatWidth>(32, 64);

const word = (value: bigint): Word => {
  const into = new Word();
  setBigInt(value, into);
  return into;
};

const fractionBits = { 32: 23n, 64: 52n } as const;
const exponentMask = { 32: 0xffn, 64: 0x7ffn } as const;

/** Finite numbers, close to each other, to 0 and to the largest, with few and with many bits. */
const numbers = (width: FloatWidth): fc.Arbitrary<bigint> => {
  const top = Number(exponentMask[width]) - 1;
  const middle = Math.floor(top / 2);
  const exponents = fc.oneof(
    fc.integer({ min: 0, max: top }),
    fc.integer({ min: middle - 30, max: middle + 60 }),
    fc.constantFrom(0, 1, 2, middle >> 1, (middle >> 1) + 1, middle + (middle >> 1), top - 1, top),
  );
  const all = (1n << fractionBits[width]) - 1n;
  const fractions = fc.oneof(
    fc.bigInt({ min: 0n, max: all }),
    fc.constantFrom(0n, 1n, all, all - 1n, 1n << (fractionBits[width] - 1n)),
    fc.bigInt({ min: 0n, max: 63n }).map((few) => few << (fractionBits[width] - 6n)),
  );
  return fc
    .tuple(fc.boolean(), exponents, fractions)
    .map(
      ([isNegative, exponent, fraction]) =>
        ((isNegative ? 1n : 0n) << BigInt(width - 1)) | (BigInt(exponent) << fractionBits[width]) | fraction,
    );
};

const pairs = widths.chain((width) => fc.tuple(fc.constant(width), numbers(width), numbers(width)));

const exact: Readonly<Record<'add' | 'sub' | 'mul' | 'div', (a: Fraction, b: Fraction) => Fraction>> = {
  add: (a, b) => ({
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  }),
  sub: (a, b) => exact.add(a, { ...b, numerator: -b.numerator }),
  mul: (a, b) => ({ numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator }),
  div: (a, b) => {
    const sign = b.numerator < 0n ? -1n : 1n;
    return { numerator: sign * a.numerator * b.denominator, denominator: sign * a.denominator * b.numerator };
  },
};

const calculated = (operation: FloatOperation, width: FloatWidth, a: bigint, b: bigint): [bigint, number] => {
  const into = word(0xdead_beef_dead_beefn);
  const exceptions = calculate(operation, width, word(a), word(b), into);
  return [toBigInt(64, into), exceptions];
};

describe('arithmetic of doubles and singles', () => {
  it.each(['add', 'sub', 'mul', 'div'] as const)(
    '%s rounds, and tells what it lost, as exact fractions do',
    (operation) => {
      fc.assert(
        fc.property(pairs, ([width, a, b]) => {
          const [x, y] = [fractionOf(width, a), fractionOf(width, b)];
          fc.pre(y.numerator !== 0n || operation !== 'div');
          const result = exact[operation](x, y);
          fc.pre(result.numerator !== 0n);
          const { bits, exceptions } = round(width, result);
          expect(calculated(operation, width, a, b)).toEqual([bits, exceptions | denormalOf(width, a, b)]);
        }),
        { numRuns: 2000 },
      );
    },
  );

  it('takes the root that is nearest', () => {
    fc.assert(
      fc.property(pairs, ([width, , positive]) => {
        const b = BigInt.asUintN(width - 1, positive);
        const y = fractionOf(width, b);
        fc.pre(y.numerator !== 0n);
        // More digits than any rounding looks at; whether there are others is told apart by one more bit.
        const scale = 2n ** 2400n;
        const squared = (y.numerator * scale * scale) / y.denominator;
        const root = rootOf(squared);
        const isExact = root * root * y.denominator === y.numerator * scale * scale;
        const { bits, exceptions } = round(width, {
          numerator: isExact ? root : 2n * root + 1n,
          denominator: isExact ? scale : 2n * scale,
        });
        expect(calculated('sqrt', width, 0n, b)).toEqual([bits, exceptions | denormalOf(width, b)]);
      }),
    );
  });

  // Results and exceptions as an Intel CPU has them (family 6, model 167).
  it.each<[FloatOperation, FloatWidth, bigint, bigint, bigint, number]>([
    ['add', 64, 0x7ff0_0000_0000_0001n, 0x7ff8_0000_0000_0002n, 0x7ff8_0000_0000_0001n, I],
    ['add', 64, 0x3ff0_0000_0000_0000n, 0xfff8_0000_0000_0002n, 0xfff8_0000_0000_0002n, 0],
    ['add', 64, 0x7ff8_0000_0000_0003n, 0x7ff0_0000_0000_0001n, 0x7ff8_0000_0000_0003n, I],
    ['sub', 64, 0x7ff0_0000_0000_0000n, 0x7ff0_0000_0000_0000n, 0xfff8_0000_0000_0000n, I],
    ['add', 64, 0x7ff0_0000_0000_0000n, 0x0000_0000_0000_0001n, 0x7ff0_0000_0000_0000n, D],
    ['mul', 32, 0n, 0x7f80_0000n, 0xffc0_0000n, I],
    ['mul', 64, 0x8000_0000_0000_0000n, 0x3ff0_0000_0000_0000n, 0x8000_0000_0000_0000n, 0],
    ['div', 64, 0x3ff0_0000_0000_0000n, 0x8000_0000_0000_0000n, 0xfff0_0000_0000_0000n, Z],
    ['div', 64, 0x0000_0000_0000_0001n, 0n, 0x7ff0_0000_0000_0000n, Z],
    ['div', 64, 0n, 0n, 0xfff8_0000_0000_0000n, I],
    ['div', 64, 0x7ff0_0000_0000_0000n, 0n, 0x7ff0_0000_0000_0000n, 0],
    ['div', 32, 0x7f80_0000n, 0x8000_0001n, 0xff80_0000n, D],
    ['sqrt', 64, 0n, 0x8000_0000_0000_0000n, 0x8000_0000_0000_0000n, 0],
    ['sqrt', 64, 0n, 0x8000_0000_0000_0001n, 0xfff8_0000_0000_0000n, I],
    ['min', 64, 0n, 0x8000_0000_0000_0000n, 0x8000_0000_0000_0000n, 0],
    ['max', 64, 0x7ff8_0000_0000_0000n, 0x3ff0_0000_0000_0000n, 0x3ff0_0000_0000_0000n, I],
    ['min', 32, 0x1n, 0x3f80_0000n, 0x1n, D],
    ['mul', 64, 0x0010_0000_0000_0000n, 0x3fef_ffff_ffff_ffffn, 0x0010_0000_0000_0000n, U | P],
    ['mul', 64, 0x001f_ffff_ffff_ffffn, 0x3fe0_0000_0000_0000n, 0x0010_0000_0000_0000n, P | U],
    ['mul', 64, 0x7fef_ffff_ffff_ffffn, 0x4000_0000_0000_0000n, 0x7ff0_0000_0000_0000n, O | P],
  ])('%s of %i bits: %s, %s', (operation, width, a, b, bits, exceptions) => {
    expect(calculated(operation, width, a, b)).toEqual([bits, exceptions]);
  });
});

/** The largest integer whose square is not larger. */
const rootOf = (square: bigint): bigint => {
  let root = 1n << BigInt((square.toString(2).length + 2) >> 1);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
};

describe('comparisons', () => {
  it('order numbers as fractions are ordered', () => {
    fc.assert(
      fc.property(pairs, ([width, a, b]) => {
        const difference = exact.sub(fractionOf(width, a), fractionOf(width, b)).numerator;
        const order = difference < 0n ? Order.less : difference > 0n ? Order.greater : Order.equal;
        expect(orderOf(width, word(a), word(b))).toBe(order);
        expect(exceptionsOfOrder(width, word(a), word(b), true)).toBe(denormalOf(width, a, b));
      }),
    );
  });

  it.each([
    [0x7ff8_0000_0000_0000n, false, 0],
    [0x7ff8_0000_0000_0000n, true, I],
    [0x7ff0_0000_0000_0001n, false, I],
  ])('%s is unordered; quiet NaNs signal: %s', (nan, signalsQuiet, exceptions) => {
    expect(orderOf(64, word(nan), word(1n))).toBe(Order.unordered);
    expect(exceptionsOfOrder(64, word(1n), word(nan), signalsQuiet)).toBe(exceptions);
  });
});

describe('conversions', () => {
  it('round integers as fractions', () => {
    const integers = fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer({ min: 0, max: 63 }));
    fc.assert(
      fc.property(widths, integers, (width, [wide, shift]) => {
        const integer = wide >> BigInt(shift);
        fc.pre(integer !== 0n);
        const into = new Word();
        const exceptions = floatFromInteger(64, width, word(integer), into);
        const expected = round(width, { numerator: integer, denominator: 1n });
        expect([toBigInt(64, into), exceptions]).toEqual([expected.bits, expected.exceptions]);
      }),
      { numRuns: 2000 },
    );
  });

  it('give the nearest integer, the even one of two, or cut what follows the point off', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom<32 | 64>(32, 64), fc.boolean(), ([width, a], bits, truncates) => {
        const { numerator, denominator } = fractionOf(width, a);
        const cut = numerator / denominator;
        const rest = 2n * (numerator - cut * denominator);
        const magnitude = rest < 0n ? -rest : rest;
        const isAway = magnitude > denominator || (magnitude === denominator && cut % 2n !== 0n);
        const nearest = isAway ? cut + (rest < 0n ? -1n : 1n) : cut;
        const whole = truncates ? cut : nearest;
        const fits = BigInt.asIntN(bits, whole) === whole;
        const into = new Word();
        const exceptions = integerFromFloat(width, bits, truncates, word(a), into);
        const expected = fits ? BigInt.asUintN(bits, whole) : 1n << BigInt(bits - 1);
        expect(toBigInt(64, into)).toBe(expected);
        expect(exceptions).toBe(fits ? (rest === 0n ? 0 : P) : I);
      }),
      { numRuns: 2000 },
    );
  });

  it('widen exactly, and narrow as fractions are rounded', () => {
    fc.assert(
      fc.property(numbers(32), numbers(64), (single, double) => {
        const into = new Word();
        expect(doubleFromSingle(word(single), into)).toBe(denormalOf(32, single));
        const widened = fractionOf(64, toBigInt(64, into));
        expect(exact.sub(widened, fractionOf(32, single)).numerator).toBe(0n);
        const fraction = fractionOf(64, double);
        fc.pre(fraction.numerator !== 0n);
        const exceptions = singleFromDouble(word(double), into);
        const expected = round(32, fraction);
        expect([toBigInt(64, into), exceptions]).toEqual([expected.bits, expected.exceptions | denormalOf(64, double)]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [0x7ff4_0000_0000_0001n, 0x7fe0_0000n, I],
    [0xfff8_0000_e000_0000n, 0xffc0_0007n, 0],
  ])('keep what fits of the payload of %s', (double, single, exceptions) => {
    const into = new Word();
    expect(singleFromDouble(word(double), into)).toBe(exceptions);
    expect(toBigInt(64, into)).toBe(single);
  });
});
