import { describe, expect, it } from 'vitest';
import type { Bit } from '../bits/compare.ts';
import { setBigInt, toBigInt, type Width, Word } from '../bits/word.ts';
import { WordValues } from '../execute/word-values.ts';
import type { Values } from './cpu.ts';
import { noisy, ReferenceValues, unsigned } from './testing/reference-values.ts';

type Operation = <V, B>(on: Values<V, B>, width: Width, values: readonly [V, V, V]) => V;
type Condition = <V, B>(on: Values<V, B>, width: Width, values: readonly [V, V, V]) => B;

const operations = {
  add: (on, width, [a, b]) => on.add(width, a, b),
  sub: (on, width, [a, b]) => on.sub(width, a, b),
  and: (on, _, [a, b]) => on.and(a, b),
  or: (on, _, [a, b]) => on.or(a, b),
  xor: (on, _, [a, b]) => on.xor(a, b),
  not: (on, _, [a]) => on.not(a),
  shiftLeft: (on, width, [a, b]) => on.shiftLeft(width, a, b),
  shiftRight: (on, width, [a, b]) => on.shiftRight(width, a, b),
  shiftRightSigned: (on, width, [a, b]) => on.shiftRightSigned(width, a, b),
  rotateLeft: (on, width, [a, b]) => on.rotateLeft(width, a, b),
  rotateRight: (on, width, [a, b]) => on.rotateRight(width, a, b),
  multiplyLow: (on, width, [a, b]) => on.multiplyLow(width, a, b),
  multiplyHighUnsigned: (on, width, [a, b]) => on.multiplyHighUnsigned(width, a, b),
  multiplyHighSigned: (on, width, [a, b]) => on.multiplyHighSigned(width, a, b),
  divideUnsigned: (on, width, [a, b, c]) => on.divideUnsigned(width, a, b, c),
  remainderUnsigned: (on, width, [a, b, c]) => on.remainderUnsigned(width, a, b, c),
  divideSigned: (on, width, [a, b, c]) => on.divideSigned(width, a, b, c),
  remainderSigned: (on, width, [a, b, c]) => on.remainderSigned(width, a, b, c),
  countLeadingZeros: (on, width, [a]) => on.countLeadingZeros(width, a),
  countTrailingZeros: (on, width, [a]) => on.countTrailingZeros(width, a),
  populationCount: (on, width, [a]) => on.populationCount(width, a),
  byteSwap: (on, width, [a]) => (width < 32 ? a : on.byteSwap(width, a)),
  deposit: (on, width, [a, b]) => on.deposit(width, a, b),
  extract: (on, width, [a, b]) => on.extract(width, a, b),
  carries: (on, width, [a, b]) => on.carries(a, b, on.add(width, a, b)),
  borrows: (on, width, [a, b]) => on.borrows(a, b, on.sub(width, a, b)),
} as const satisfies Record<string, Operation>;

/** Exact in all 64 bits, and of 32 where it is a CRC. */
const extensions = {
  zeroExtend: (on, width, [a]) => on.zeroExtend(width, a),
  signExtend: (on, width, [a]) => on.signExtend(width, a),
  crc32: (on, width, [a, b]) => on.zeroExtend(32, on.crc32(width, a, b)),
} as const satisfies Record<string, Operation>;

const conditions = {
  divisionFailsUnsigned: (on, width, [a, b, c]) => on.divisionFailsUnsigned(width, a, b, c),
  divisionFailsSigned: (on, width, [a, b, c]) => on.divisionFailsSigned(width, a, b, c),
  equal: (on, width, [a, b]) => on.equal(width, a, b),
  isZero: (on, width, [a]) => on.isZero(width, a),
  lessUnsigned: (on, width, [a, b]) => on.lessUnsigned(width, a, b),
  lessSigned: (on, width, [a, b]) => on.lessSigned(width, a, b),
  sign: (on, width, [a]) => on.sign(width, a),
  bitAt: (on, width, [a, b]) => on.bitAt(width, a, b),
  evenParity: (on, _, [a]) => on.evenParity(a),
} as const satisfies Record<string, Condition>;

const widths: readonly Width[] = [8, 16, 32, 64];
const edges = [0n, 1n, 2n, 7n, 8n, 31n, 32n, 63n, 64n, 0x7fn, 0x80n, 0xffn, 0xffffn, 0x8000n, 0x8000_0000n];
const more = [0xffff_ffffn, 1n << 63n, (1n << 63n) - 1n, (1n << 64n) - 1n, 0x0123_4567_89ab_cdefn];
const values = [...edges, ...more];

const triples = function* (width: Width): Generator<readonly [bigint, bigint, bigint]> {
  for (const [k, a] of values.entries())
    for (const b of values)
      yield [noisy(width, a), noisy(width, b), noisy(width, values[(k + Number(b % 7n)) % values.length])];
};

/** The fast algebra without its machine: a pool that is never rewound. */
const fast: Values<Word, Bit> = new WordValues();
const slow = new ReferenceValues();

const wordOf = (value: bigint): Word => {
  const word = new Word();
  setBigInt(value, word);
  return word;
};

const words = ([a, b, c]: readonly [bigint, bigint, bigint]): readonly [Word, Word, Word] => [
  wordOf(a),
  wordOf(b),
  wordOf(c),
];

describe('the algebra of Words is that of the reference', () => {
  it.each(Object.entries(operations))('in %s', (_, operation) => {
    for (const width of widths) {
      for (const triple of triples(width)) {
        const got = unsigned(width, toBigInt(64, operation(fast, width, words(triple))));
        expect(got, `${width} bits: ${triple}`).toBe(unsigned(width, operation(slow, width, triple)));
      }
    }
  });

  it.each(Object.entries(extensions))('in %s', (_, operation) => {
    for (const width of widths) {
      for (const triple of triples(width)) {
        expect(toBigInt(64, operation(fast, width, words(triple))), `${width} bits: ${triple}`).toBe(
          operation(slow, width, triple),
        );
      }
    }
  });

  it.each(Object.entries(conditions))('in %s', (_, condition) => {
    for (const width of widths) {
      for (const triple of triples(width)) {
        expect(condition(fast, width, words(triple)) === 1, `${width} bits: ${triple}`).toBe(
          condition(slow, width, triple),
        );
      }
    }
  });
});
