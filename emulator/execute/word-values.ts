/**
 * The concrete algebra: values are Words from a pool that is rewound before each instruction, conditions are 1 and 0.
 * Two 32-bit halves in objects, because that was measured fastest (ARCHITECTURE.md, Decisions). A Word that has been
 * handed out is never changed before the next instruction.
 */
import { add, borrows, carries, sub } from '../bits/add.ts';
import { type Bit, bitAt, equal, evenParity, isZero, lessSigned, lessUnsigned } from '../bits/compare.ts';
import {
  byteSwap,
  countLeadingZeros,
  countTrailingZeros,
  crc32,
  deposit,
  extract,
  populationCount,
} from '../bits/count.ts';
import {
  type Division,
  divideSigned,
  divideUnsigned,
  divisionFailsUnsigned,
  multiplyHighSigned,
  multiplyHighUnsigned,
  multiplyLow,
} from '../bits/multiply.ts';
import { rotateLeft, rotateRight, shiftLeft, shiftRight, shiftRightSigned } from '../bits/shift.ts';
import { signedOf, unsignedOf, type Width, Word } from '../bits/word.ts';
import type { Values } from '../semantics/cpu.ts';
import { WordPool } from './word-pool.ts';

const zero = new Word();
const one = Object.assign(new Word(), { lo: 1 });

export class WordValues extends WordPool implements Values<Word, Bit> {
  constant(value: number): Word {
    return value === 0 ? zero : this.number(value);
  }

  add(width: Width, a: Word, b: Word): Word {
    const into = this.take();
    add(width, a, b, into);
    return into;
  }

  sub(width: Width, a: Word, b: Word): Word {
    const into = this.take();
    sub(width, a, b, into);
    return into;
  }

  and(a: Word, b: Word): Word {
    const into = this.take();
    into.lo = a.lo & b.lo;
    into.hi = a.hi & b.hi;
    return into;
  }

  or(a: Word, b: Word): Word {
    const into = this.take();
    into.lo = a.lo | b.lo;
    into.hi = a.hi | b.hi;
    return into;
  }

  xor(a: Word, b: Word): Word {
    const into = this.take();
    into.lo = a.lo ^ b.lo;
    into.hi = a.hi ^ b.hi;
    return into;
  }

  not(a: Word): Word {
    const into = this.take();
    into.lo = ~a.lo;
    into.hi = ~a.hi;
    return into;
  }

  shiftLeft(width: Width, a: Word, count: Word): Word {
    const into = this.take();
    shiftLeft(width, a, count.lo & 0xff, into);
    return into;
  }

  shiftRight(width: Width, a: Word, count: Word): Word {
    const into = this.take();
    shiftRight(width, a, count.lo & 0xff, into);
    return into;
  }

  shiftRightSigned(width: Width, a: Word, count: Word): Word {
    const into = this.take();
    shiftRightSigned(width, a, count.lo & 0xff, into);
    return into;
  }

  rotateLeft(width: Width, a: Word, count: Word): Word {
    const into = this.take();
    rotateLeft(width, a, count.lo, into);
    return into;
  }

  rotateRight(width: Width, a: Word, count: Word): Word {
    const into = this.take();
    rotateRight(width, a, count.lo, into);
    return into;
  }

  zeroExtend(from: Width, a: Word): Word {
    if (from === 64) return a;
    const into = this.take();
    into.lo = unsignedOf(from, a) | 0;
    into.hi = 0;
    return into;
  }

  signExtend(from: Width, a: Word): Word {
    return from === 64 ? a : this.number(signedOf(from, a));
  }

  multiplyLow(width: Width, a: Word, b: Word): Word {
    const into = this.take();
    multiplyLow(width, a, b, into);
    return into;
  }

  multiplyHighUnsigned(width: Width, a: Word, b: Word): Word {
    const into = this.take();
    multiplyHighUnsigned(width, a, b, into);
    return into;
  }

  multiplyHighSigned(width: Width, a: Word, b: Word): Word {
    const into = this.take();
    multiplyHighSigned(width, a, b, into);
    return into;
  }

  readonly #division: { -readonly [Part in keyof Division]: Word } = { high: zero, low: zero, divisor: zero };
  readonly #unused = new Word();

  #divide(high: Word, low: Word, divisor: Word): Division {
    this.#division.high = high;
    this.#division.low = low;
    this.#division.divisor = divisor;
    return this.#division;
  }

  divideUnsigned(width: Width, high: Word, low: Word, divisor: Word): Word {
    const into = this.take();
    divideUnsigned(width, this.#divide(high, low, divisor), into, this.#unused);
    return into;
  }

  remainderUnsigned(width: Width, high: Word, low: Word, divisor: Word): Word {
    const into = this.take();
    divideUnsigned(width, this.#divide(high, low, divisor), this.#unused, into);
    return into;
  }

  divideSigned(width: Width, high: Word, low: Word, divisor: Word): Word {
    const into = this.take();
    divideSigned(width, this.#divide(high, low, divisor), into, this.#unused);
    return into;
  }

  remainderSigned(width: Width, high: Word, low: Word, divisor: Word): Word {
    const into = this.take();
    divideSigned(width, this.#divide(high, low, divisor), this.#unused, into);
    return into;
  }

  divisionFailsUnsigned(width: Width, high: Word, low: Word, divisor: Word): Bit {
    return divisionFailsUnsigned(width, this.#divide(high, low, divisor)) ? 1 : 0;
  }

  divisionFailsSigned(width: Width, high: Word, low: Word, divisor: Word): Bit {
    return divideSigned(width, this.#divide(high, low, divisor), this.#unused, this.#unused) ? 0 : 1;
  }

  countLeadingZeros(width: Width, a: Word): Word {
    return this.number(countLeadingZeros(width, a));
  }

  countTrailingZeros(width: Width, a: Word): Word {
    return this.number(countTrailingZeros(width, a));
  }

  populationCount(width: Width, a: Word): Word {
    return this.number(populationCount(width, a));
  }

  byteSwap(width: Width, a: Word): Word {
    const into = this.take();
    byteSwap(width, a, into);
    return into;
  }

  deposit(width: Width, a: Word, mask: Word): Word {
    const into = this.take();
    deposit(width, a, mask, into);
    return into;
  }

  extract(width: Width, a: Word, mask: Word): Word {
    const into = this.take();
    extract(width, a, mask, into);
    return into;
  }

  crc32(width: Width, remainder: Word, data: Word): Word {
    const into = this.take();
    into.lo = crc32(width, remainder.lo, data);
    into.hi = 0;
    return into;
  }

  carries(a: Word, b: Word, sum: Word): Word {
    const into = this.take();
    carries(a, b, sum, into);
    return into;
  }

  borrows(a: Word, b: Word, difference: Word): Word {
    const into = this.take();
    borrows(a, b, difference, into);
    return into;
  }

  select(condition: Bit, whenTrue: Word, whenFalse: Word): Word {
    return condition === 1 ? whenTrue : whenFalse;
  }

  fromCondition(condition: Bit): Word {
    return condition === 1 ? one : zero;
  }

  equal(width: Width, a: Word, b: Word): Bit {
    return equal(width, a, b);
  }

  isZero(width: Width, a: Word): Bit {
    return isZero(width, a);
  }

  lessUnsigned(width: Width, a: Word, b: Word): Bit {
    return lessUnsigned(width, a, b);
  }

  lessSigned(width: Width, a: Word, b: Word): Bit {
    return lessSigned(width, a, b);
  }

  sign(width: Width, a: Word): Bit {
    return bitAt(a, width - 1);
  }

  bit(a: Word, position: number): Bit {
    return bitAt(a, position);
  }

  bitAt(width: Width, a: Word, position: Word): Bit {
    return bitAt(a, position.lo & (width - 1));
  }

  evenParity(a: Word): Bit {
    return evenParity(a);
  }

  always(truth: boolean): Bit {
    return truth ? 1 : 0;
  }

  both(a: Bit, b: Bit): Bit {
    return a === 1 ? b : 0;
  }

  either(a: Bit, b: Bit): Bit {
    return a === 1 ? 1 : b;
  }

  differ(a: Bit, b: Bit): Bit {
    return a === b ? 0 : 1;
  }

  negate(a: Bit): Bit {
    return a === 1 ? 0 : 1;
  }
}
