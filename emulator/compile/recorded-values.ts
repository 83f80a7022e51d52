/**
 * The algebra that writes JavaScript: each operation is a statement on 32-bit halves. What is frequent is written out;
 * the rest calls the arithmetic of `bits/` as the evaluator does.
 */
import type { Values, Width } from '../semantics/cpu.ts';
import { RecordedShifts } from './recorded-shifts.ts';
import { type Part, type Term, type Truth, termOf, text } from './term.ts';

export class RecordedValues extends RecordedShifts implements Values<Term, Truth> {
  constant(value: number): Term {
    return termOf(value | 0, value < 0 ? -1 : 0);
  }

  add(width: Width, a: Term, b: Term): Term {
    const known = this.foldedTerm((by, w, x, y) => by.add(w, x, y), width, a, b);
    if (known !== null) return known;
    const lo = this.source.name(`(${text(a.lo)} + ${text(b.lo)}) | 0`);
    if (width !== 64) return termOf(lo);
    const carry = a.lo === 0 || b.lo === 0 ? '' : ` + (${lo} >>> 0 < ${text(a.lo)} >>> 0 ? 1 : 0)`;
    return termOf(lo, this.source.name(`(${text(a.hi)} + ${text(b.hi)}${carry}) | 0`));
  }

  sub(width: Width, a: Term, b: Term): Term {
    const known = this.foldedTerm((by, w, x, y) => by.sub(w, x, y), width, a, b);
    if (known !== null) return known;
    const lo = this.source.name(`(${text(a.lo)} - ${text(b.lo)}) | 0`);
    if (width !== 64) return termOf(lo);
    const borrow = `(${text(a.lo)} >>> 0 < ${text(b.lo)} >>> 0 ? 1 : 0)`;
    return termOf(lo, this.source.name(`(${text(a.hi)} - ${text(b.hi)} - ${borrow}) | 0`));
  }

  and(a: Term, b: Term): Term {
    return termOf(this.bitwise('&', a.lo, b.lo), this.bitwise('&', a.hi, b.hi));
  }

  or(a: Term, b: Term): Term {
    return termOf(this.bitwise('|', a.lo, b.lo), this.bitwise('|', a.hi, b.hi));
  }

  xor(a: Term, b: Term): Term {
    return termOf(this.bitwise('^', a.lo, b.lo), this.bitwise('^', a.hi, b.hi));
  }

  not(a: Term): Term {
    return termOf(this.inverted(a.lo), this.inverted(a.hi));
  }

  private inverted(part: Part): Part {
    return typeof part === 'number' ? ~part : this.source.name(`~${part}`);
  }

  zeroExtend(from: Width, a: Term): Term {
    if (from === 64) return a;
    return from === 32 ? termOf(a.lo) : termOf(this.bitwise('&', a.lo, from === 8 ? 0xff : 0xffff));
  }

  signExtend(from: Width, a: Term): Term {
    if (from === 64) return a;
    const known = this.foldedTerm((by, w, x) => by.signExtend(w, x), from, a);
    if (known !== null) return known;
    const lo = this.source.part(from === 32 ? a.lo : this.signed(from, a.lo));
    return this.term(lo, `${lo} >> 31`);
  }

  multiplyLow(width: Width, a: Term, b: Term): Term {
    if (width === 64) return this.called('multiplyLow', width, a, b);
    return this.term(`Math.imul(${a.lo}, ${b.lo})`);
  }

  multiplyHighUnsigned(width: Width, a: Term, b: Term): Term {
    return this.called('multiplyHighUnsigned', width, a, b);
  }
  multiplyHighSigned(width: Width, a: Term, b: Term): Term {
    return this.called('multiplyHighSigned', width, a, b);
  }
  divideUnsigned(width: Width, high: Term, low: Term, divisor: Term): Term {
    return this.called('divideUnsigned', width, high, low, divisor);
  }
  remainderUnsigned(width: Width, high: Term, low: Term, divisor: Term): Term {
    const known = this.foldedTerm((by, w, x, y, z) => by.remainderUnsigned(w, x, y, z), width, high, low, divisor);
    return known ?? this.called('remainderUnsigned', width, high, low, divisor);
  }
  divideSigned(width: Width, high: Term, low: Term, divisor: Term): Term {
    return this.called('divideSigned', width, high, low, divisor);
  }
  remainderSigned(width: Width, high: Term, low: Term, divisor: Term): Term {
    return this.called('remainderSigned', width, high, low, divisor);
  }
  divisionFailsUnsigned(width: Width, high: Term, low: Term, divisor: Term): Truth {
    return this.calledTruth('divisionFailsUnsigned', width, high, low, divisor);
  }
  divisionFailsSigned(width: Width, high: Term, low: Term, divisor: Term): Truth {
    return this.calledTruth('divisionFailsSigned', width, high, low, divisor);
  }
  countLeadingZeros(width: Width, a: Term): Term {
    return this.called('countLeadingZeros', width, a);
  }
  countTrailingZeros(width: Width, a: Term): Term {
    return this.called('countTrailingZeros', width, a);
  }
  populationCount(width: Width, a: Term): Term {
    return this.called('populationCount', width, a);
  }
  byteSwap(width: Width, a: Term): Term {
    return this.called('byteSwap', width, a);
  }
  deposit(width: Width, a: Term, mask: Term): Term {
    return this.called('deposit', width, a, mask);
  }
  extract(width: Width, a: Term, mask: Term): Term {
    return this.called('extract', width, a, mask);
  }
  crc32(width: Width, remainder: Term, data: Term): Term {
    return this.called('crc32', width, remainder, data);
  }

  carries(a: Term, b: Term, sum: Term): Term {
    return termOf(this.carried(a.lo, b.lo, sum.lo), this.carried(a.hi, b.hi, sum.hi));
  }

  private carried(a: Part, b: Part, sum: Part): Part {
    if (a === 0 && b === 0) return 0;
    if (a === 0 || b === 0) return this.source.name(`${text(a === 0 ? b : a)} & ~${text(sum)}`);
    return this.source.name(`(${text(a)} & ${text(b)}) | ((${text(a)} | ${text(b)}) & ~${text(sum)})`);
  }

  borrows(a: Term, b: Term, difference: Term): Term {
    return termOf(this.borrowed(a.lo, b.lo, difference.lo), this.borrowed(a.hi, b.hi, difference.hi));
  }

  private borrowed(a: Part, b: Part, difference: Part): Part {
    if (a === 0 && b === 0 && difference === 0) return 0;
    const not = `~${text(a)}`;
    return this.source.name(`(${not} & ${text(b)}) | ((${not} | ${text(b)}) & ${text(difference)})`);
  }

  select(condition: Truth, whenTrue: Term, whenFalse: Term): Term {
    if (typeof condition === 'boolean') return condition ? whenTrue : whenFalse;
    return termOf(this.chosen(condition, whenTrue.lo, whenFalse.lo), this.chosen(condition, whenTrue.hi, whenFalse.hi));
  }

  private chosen(condition: string, whenTrue: Part, whenFalse: Part): Part {
    return whenTrue === whenFalse ? whenTrue : this.source.name(`${condition} ? ${whenTrue} : ${whenFalse}`);
  }

  fromCondition(condition: Truth): Term {
    if (typeof condition === 'boolean') return termOf(condition ? 1 : 0);
    return this.term(`${condition} ? 1 : 0`);
  }

  equal(width: Width, a: Term, b: Term): Truth {
    const known = this.folded((by, w, x, y) => by.equal(w, x, y), width, [a, b]);
    if (known !== null) return known === 1;
    if (width === 64) return this.source.name(`${text(a.lo)} === ${text(b.lo)} && ${text(a.hi)} === ${text(b.hi)}`);
    if (width === 32) return this.source.name(`${text(a.lo)} === ${text(b.lo)}`);
    return this.source.name(`((${text(a.lo)} ^ ${text(b.lo)}) & ${width === 8 ? 255 : 65535}) === 0`);
  }

  isZero(width: Width, a: Term): Truth {
    const known = this.folded((by, w, x) => by.isZero(w, x), width, [a]);
    if (known !== null) return known === 1;
    return this.source.name(`${width === 64 ? `(${text(a.lo)} | ${text(a.hi)})` : this.unsigned(width, a.lo)} === 0`);
  }

  lessUnsigned(width: Width, a: Term, b: Term): Truth {
    const known = this.folded((by, w, x, y) => by.lessUnsigned(w, x, y), width, [a, b]);
    if (known !== null) return known === 1;
    const low = `${this.unsigned(width, a.lo)} >>> 0 < ${this.unsigned(width, b.lo)} >>> 0`;
    if (width !== 64) return this.source.name(low);
    return this.source.name(`${text(a.hi)} === ${text(b.hi)} ? ${low} : ${text(a.hi)} >>> 0 < ${text(b.hi)} >>> 0`);
  }

  lessSigned(width: Width, a: Term, b: Term): Truth {
    const known = this.folded((by, w, x, y) => by.lessSigned(w, x, y), width, [a, b]);
    if (known !== null) return known === 1;
    if (width !== 64) return this.source.name(`${this.signed(width, a.lo)} < ${this.signed(width, b.lo)}`);
    const low = `${text(a.lo)} >>> 0 < ${text(b.lo)} >>> 0`;
    return this.source.name(`${text(a.hi)} === ${text(b.hi)} ? ${low} : ${text(a.hi)} < ${text(b.hi)}`);
  }

  sign(width: Width, a: Term): Truth {
    return this.bit(a, width - 1);
  }

  bit(a: Term, position: number): Truth {
    const part = position < 32 ? a.lo : a.hi;
    const mask = 1 << (position & 31);
    if (typeof part === 'number') return (part & mask) !== 0;
    return this.source.name((position & 31) === 31 ? `${part} < 0` : `(${part} & ${mask}) !== 0`);
  }

  bitAt(width: Width, a: Term, position: Term): Truth {
    if (typeof position.lo === 'number') return this.bit(a, position.lo & (width - 1));
    if (width === 64) return this.calledTruth('bitAt', width, a, position);
    return this.source.name(`((${text(a.lo)} >>> (${position.lo} & ${width - 1})) & 1) !== 0`);
  }

  evenParity(a: Term): Truth {
    return this.source.name(`((38505 >>> ((${text(a.lo)} ^ (${text(a.lo)} >>> 4)) & 15)) & 1) !== 0`);
  }

  always(truth: boolean): Truth {
    return truth;
  }

  both(a: Truth, b: Truth): Truth {
    if (typeof a === 'boolean') return a && b;
    if (typeof b === 'boolean') return b && a;
    return this.source.name(`${a} && ${b}`);
  }

  either(a: Truth, b: Truth): Truth {
    if (typeof a === 'boolean') return a || b;
    if (typeof b === 'boolean') return b || a;
    return this.source.name(`${a} || ${b}`);
  }

  differ(a: Truth, b: Truth): Truth {
    if (typeof a === 'boolean') return a ? this.negate(b) : b;
    if (typeof b === 'boolean') return b ? this.negate(a) : a;
    return this.source.name(`${a} !== ${b}`);
  }

  negate(a: Truth): Truth {
    return typeof a === 'boolean' ? !a : this.source.name(`!${a}`);
  }
}
