import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, borrows, carries, sub } from './add.ts';
import { bitAt, equal, evenParity, isZero, lessSigned, lessUnsigned } from './compare.ts';
import { byteSwap, countLeadingZeros, countTrailingZeros, crc32, deposit, extract, populationCount } from './count.ts';
import {
  divideSigned,
  divideUnsigned,
  divisionFailsUnsigned,
  multiplyHighSigned,
  multiplyHighUnsigned,
  multiplyLow,
} from './multiply.ts';
import { rotateLeft, rotateRight, shiftLeft, shiftRight, shiftRightSigned } from './shift.ts';
import { setBigInt, toBigInt, toSignedBigInt, type Width, Word } from './word.ts';

const widths = fc.constantFrom<Width>(8, 16, 32, 64);
const edges = [0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x7fffffffn, 0x80000000n, 0xffffffffn];
const values = fc.oneof(
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(...edges, 0x7fffffffffffffffn, 0x8000000000000000n, 0xffffffffffffffffn, 0x1_0000_0000n),
);

const word = (value: bigint): Word => {
  const into = new Word();
  setBigInt(value, into);
  return into;
};

/** Runs `operation` into a Word full of rubbish, and gives its low `width` bits. */
const result = (width: Width, operation: (into: Word) => void): bigint => {
  const into = word(0xdead_beef_dead_beefn);
  operation(into);
  return toBigInt(width, into);
};

const unsigned = (width: Width, value: bigint): bigint => BigInt.asUintN(width, value);
const signed = (width: Width, value: bigint): bigint => BigInt.asIntN(width, value);

describe('Words of any width, held against bigint', () => {
  it('add, subtract and multiply modulo the width', () => {
    fc.assert(
      fc.property(widths, values, values, (width, a, b) => {
        expect(result(width, (into) => add(width, word(a), word(b), into))).toBe(unsigned(width, a + b));
        expect(result(width, (into) => sub(width, word(a), word(b), into))).toBe(unsigned(width, a - b));
        expect(result(width, (into) => multiplyLow(width, word(a), word(b), into))).toBe(unsigned(width, a * b));
      }),
    );
  });

  it('give the high half of products, unsigned and signed', () => {
    fc.assert(
      fc.property(widths, values, values, (width, a, b) => {
        const high = (product: bigint): bigint => unsigned(width, product >> BigInt(width));
        expect(result(width, (into) => multiplyHighUnsigned(width, word(a), word(b), into))).toBe(
          high(unsigned(width, a) * unsigned(width, b)),
        );
        expect(result(width, (into) => multiplyHighSigned(width, word(a), word(b), into))).toBe(
          high(signed(width, a) * signed(width, b)),
        );
      }),
    );
  });

  it('carry and borrow out of each position as a sum of the bits below it does', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: 0, max: 63 }), (a, b, position) => {
        const low = (value: bigint): bigint => BigInt.asUintN(position + 1, value);
        const sum = word(a + b);
        const carried = new Word();
        carries(word(a), word(b), sum, carried);
        expect(bitAt(carried, position)).toBe(Number((low(a) + low(b)) >> BigInt(position + 1)));
        const difference = word(a - b);
        const borrowed = new Word();
        borrows(word(a), word(b), difference, borrowed);
        expect(bitAt(borrowed, position)).toBe(low(a) < low(b) ? 1 : 0);
      }),
    );
  });

  it('shift by any count, and rotate modulo the width', () => {
    fc.assert(
      fc.property(widths, values, fc.integer({ min: 0, max: 255 }), (width, a, count) => {
        const n = BigInt(count);
        const rotation = BigInt(count % width);
        const value = unsigned(width, a);
        expect(result(width, (into) => shiftLeft(width, word(a), count, into))).toBe(unsigned(width, a << n));
        expect(result(width, (into) => shiftRight(width, word(a), count, into))).toBe(value >> n);
        expect(result(width, (into) => shiftRightSigned(width, word(a), count, into))).toBe(
          unsigned(width, signed(width, a) >> n),
        );
        const left = unsigned(width, (value << rotation) | (value >> (BigInt(width) - rotation)));
        const right = unsigned(width, (value >> rotation) | (value << (BigInt(width) - rotation)));
        expect(result(width, (into) => rotateLeft(width, word(a), count, into))).toBe(left);
        expect(result(width, (into) => rotateRight(width, word(a), count, into))).toBe(right);
      }),
    );
  });

  it('compare as unsigned and as signed numbers', () => {
    fc.assert(
      fc.property(widths, values, values, (width, a, b) => {
        const bit = (truth: boolean): number => (truth ? 1 : 0);
        expect(equal(width, word(a), word(b))).toBe(bit(unsigned(width, a) === unsigned(width, b)));
        expect(isZero(width, word(a))).toBe(bit(unsigned(width, a) === 0n));
        expect(lessUnsigned(width, word(a), word(b))).toBe(bit(unsigned(width, a) < unsigned(width, b)));
        expect(lessSigned(width, word(a), word(b))).toBe(bit(signed(width, a) < signed(width, b)));
        expect(toSignedBigInt(width, word(a))).toBe(signed(width, a));
      }),
    );
  });

  it('divide a double width by a width, and say when the quotient does not fit', () => {
    fc.assert(
      fc.property(widths, values, values, values, (width, a, b, d) => {
        const division = { high: word(a), low: word(b), divisor: word(d) };
        const quotient = new Word();
        const remainder = new Word();
        const dividend = (unsigned(width, a) << BigInt(width)) | unsigned(width, b);
        const divisor = unsigned(width, d);
        const fails = divisor === 0n || (dividend / divisor) >> BigInt(width) !== 0n;
        expect(divisionFailsUnsigned(width, division)).toBe(fails);
        divideUnsigned(width, division, quotient, remainder);
        expect(toBigInt(width, quotient)).toBe(fails ? 0n : dividend / divisor);
        expect(toBigInt(width, remainder)).toBe(fails ? 0n : dividend % divisor);
      }),
    );
  });

  it('divide signed numbers toward zero', () => {
    const dividends = fc.oneof(
      values,
      values.map((value) => -value),
    );
    fc.assert(
      fc.property(widths, dividends, values, fc.boolean(), (width, a, d, isWide) => {
        const dividend = isWide ? BigInt.asIntN(2 * width, a * 0x1234567n) : signed(width, a);
        const division = { high: word(dividend >> BigInt(width)), low: word(dividend), divisor: word(d) };
        const quotient = new Word();
        const remainder = new Word();
        const divisor = signed(width, d);
        const fits = divisor !== 0n && signed(width, dividend / divisor) === dividend / divisor;
        expect(divideSigned(width, division, quotient, remainder)).toBe(fits);
        expect(toSignedBigInt(width, quotient)).toBe(fits ? dividend / divisor : 0n);
        expect(toSignedBigInt(width, remainder)).toBe(fits ? dividend % divisor : 0n);
      }),
    );
  });

  it('count zeros and ones', () => {
    fc.assert(
      fc.property(widths, values, (width, a) => {
        const digits = unsigned(width, a).toString(2).padStart(width, '0');
        expect(countLeadingZeros(width, word(a))).toBe(/^0*/.exec(digits)?.[0].length);
        expect(countTrailingZeros(width, word(a))).toBe(/0*$/.exec(digits)?.[0].length);
        expect(populationCount(width, word(a))).toBe(digits.replaceAll('0', '').length);
        const lowOnes = (a & 0xffn).toString(2).replaceAll('0', '').length;
        expect(evenParity(word(a))).toBe(lowOnes % 2 === 0 ? 1 : 0);
      }),
    );
  });

  it('reverse bytes', () => {
    expect(result(64, (into) => byteSwap(64, word(0x0102_0304_0506_0708n), into))).toBe(0x0807_0605_0403_0201n);
    expect(result(32, (into) => byteSwap(32, word(0x0102_0304n), into))).toBe(0x0403_0201n);
    expect(result(16, (into) => byteSwap(16, word(0x0102n), into))).toBe(0x0201n);
  });

  it('deposit what they extract', () => {
    fc.assert(
      fc.property(fc.constantFrom<Width>(32, 64), values, values, (width, a, mask) => {
        const extracted = new Word();
        extract(width, word(a), word(mask), extracted);
        expect(result(width, (into) => deposit(width, extracted, word(mask), into))).toBe(unsigned(width, a & mask));
      }),
    );
  });

  it('sum the CRC-32C of its published check value', () => {
    let remainder = -1;
    for (const character of '123456789') remainder = crc32(8, remainder, word(BigInt(character.charCodeAt(0))));
    expect(~remainder >>> 0).toBe(0xe306_9283);
  });
});
