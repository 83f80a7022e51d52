/** Shifts and rotates as JavaScript: by known counts written out on halves, else called where a value has two of them. */
import type { Width } from '../semantics/cpu.ts';
import { Recording } from './recording.ts';
import { type Part, type Term, termOf, text } from './term.ts';

export class RecordedShifts extends Recording {
  shiftLeft(width: Width, a: Term, count: Term): Term {
    const known = this.foldedTerm((by, w, x, n) => by.shiftLeft(w, x, n), width, a, count);
    if (known !== null) return known;
    const { lo, hi } = a;
    if (typeof count.lo === 'number') {
      const n = count.lo & 0xff;
      if (n >= width) return termOf(0);
      if (n === 0) return a;
      if (width !== 64) return this.term(`${text(lo)} << ${n}`);
      if (n >= 32) return this.term(0, n === 32 ? lo : `${text(lo)} << ${n - 32}`);
      return this.term(`${text(lo)} << ${n}`, `(${text(hi)} << ${n}) | (${text(lo)} >>> ${32 - n})`);
    }
    if (width === 64) return this.called('shiftLeft', width, a, count);
    const n = this.source.name(`${count.lo} & 255`);
    return this.term(`${n} < ${width} ? ${text(lo)} << ${n} : 0`);
  }

  shiftRight(width: Width, a: Term, count: Term): Term {
    const known = this.foldedTerm((by, w, x, n) => by.shiftRight(w, x, n), width, a, count);
    if (known !== null) return known;
    const { lo, hi } = a;
    const from = this.unsigned(width, lo);
    if (typeof count.lo === 'number') {
      const n = count.lo & 0xff;
      if (n >= width) return termOf(0);
      if (n === 0) return a;
      if (width !== 64) return this.term(`${from} >>> ${n}`);
      if (n >= 32) return this.term(n === 32 ? hi : `${text(hi)} >>> ${n - 32}`);
      return this.term(`(${text(lo)} >>> ${n}) | (${text(hi)} << ${32 - n})`, `${text(hi)} >>> ${n}`);
    }
    if (width === 64) return this.called('shiftRight', width, a, count);
    const n = this.source.name(`${count.lo} & 255`);
    return this.term(`${n} < ${width} ? (${from} >>> ${n}) | 0 : 0`);
  }

  shiftRightSigned(width: Width, a: Term, count: Term): Term {
    const known = this.foldedTerm((by, w, x, n) => by.shiftRightSigned(w, x, n), width, a, count);
    if (known !== null) return known;
    const { lo, hi } = a;
    const from = this.signed(width, lo);
    if (typeof count.lo === 'number') {
      const n = count.lo & 0xff;
      if (n === 0) return a;
      if (width !== 64) return this.term(`${from} >> ${Math.min(n, 31)}`);
      if (n >= 32) return this.term(`${text(hi)} >> ${Math.min(n - 32, 31)}`, `${text(hi)} >> 31`);
      return this.term(`(${text(lo)} >>> ${n}) | (${text(hi)} << ${32 - n})`, `${text(hi)} >> ${n}`);
    }
    if (width === 64) return this.called('shiftRightSigned', width, a, count);
    const n = this.source.name(`${count.lo} & 255`);
    return this.term(`${from} >> (${n} < 31 ? ${n} : 31)`);
  }

  rotateLeft(width: Width, a: Term, count: Term): Term {
    const known = this.foldedTerm((by, w, x, n) => by.rotateLeft(w, x, n), width, a, count);
    if (known !== null) return known;
    if (typeof count.lo !== 'number') return this.called('rotateLeft', width, a, count);
    return this.rotatedLeft(width, a, count.lo & (width - 1));
  }

  rotateRight(width: Width, a: Term, count: Term): Term {
    const known = this.foldedTerm((by, w, x, n) => by.rotateRight(w, x, n), width, a, count);
    if (known !== null) return known;
    if (typeof count.lo !== 'number') return this.called('rotateRight', width, a, count);
    return this.rotatedLeft(width, a, -count.lo & (width - 1));
  }

  private rotatedLeft(width: Width, a: Term, n: number): Term {
    const { lo, hi } = a;
    if (n === 0) return a;
    if (width !== 64) return this.term(`(${text(lo)} << ${n}) | (${this.unsigned(width, lo)} >>> ${width - n})`);
    const [low, high] = n < 32 ? [lo, hi] : [hi, lo];
    const m = n & 31;
    if (m === 0) return termOf(low, high);
    const joined = (first: Part, second: Part): string => `(${text(first)} << ${m}) | (${text(second)} >>> ${32 - m})`;
    return this.term(joined(low, high), joined(high, low));
  }
}
