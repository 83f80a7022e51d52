/** What the recorded operations are made of: statements, operations on known values, and calls of the evaluator's arithmetic. */
import type { Bit } from '../bits/compare.ts';
import { Word } from '../bits/word.ts';
import { WordValues } from '../execute/word-values.ts';
import type { Width } from '../semantics/cpu.ts';
import { type Part, type Source, type Term, type Truth, termOf, text } from './term.ts';

/** The evaluator's arithmetic, for what is not written out: on halves. */
export class Arithmetic extends WordValues {
  /** A value of an operation that comes now. */
  of(lo: number, hi: number): Word {
    return this.pair(lo, hi);
  }

  /** Values of operations that came before are gone. */
  begin(): void {
    this.rewind();
  }
}

type Operation = (arithmetic: Arithmetic, width: Width, ...terms: Word[]) => Word | Bit;

const folding = new Arithmetic();

export class Recording {
  readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  /** What it is, where all terms are known. */
  protected folded(operation: Operation, width: Width, terms: readonly Term[]): Word | Bit | null {
    folding.begin();
    const words: Word[] = [];
    for (const { lo, hi } of terms) {
      if (typeof lo !== 'number' || typeof hi !== 'number') return null;
      words.push(folding.of(lo, hi));
    }
    return operation(folding, width, ...words);
  }

  protected foldedTerm(operation: Operation, width: Width, ...terms: Term[]): Term | null {
    const word = this.folded(operation, width, terms);
    return word instanceof Word ? termOf(word.lo, word.hi) : null;
  }

  /** By the evaluator's own operation of that name. */
  protected called(name: string, width: Width, ...terms: Term[]): Term {
    const word = this.call(name, width, terms);
    return termOf(this.source.part(`${word}.lo`), this.source.part(`${word}.hi`));
  }

  protected calledTruth(name: string, width: Width, ...terms: Term[]): Truth {
    return this.source.truth(`${this.call(name, width, terms)} === 1`);
  }

  protected call(name: string, width: Width, terms: readonly Term[]): string {
    this.source.line('A.begin();');
    const given = terms.map(({ lo, hi }) => `A.of(${lo}, ${hi})`);
    return this.source.name(`A.${name}(${[width, ...given].join(', ')})`);
  }

  protected term(lo: Part, hi: Part = 0): Term {
    return termOf(this.source.part(lo), this.source.part(hi));
  }

  protected bitwise(operator: '&' | '|' | '^', a: Part, b: Part): Part {
    if (typeof a === 'number' && typeof b === 'number')
      return operator === '&' ? a & b : operator === '|' ? a | b : a ^ b;
    if (a === 0 || b === 0) return operator === '&' ? 0 : a === 0 ? b : a;
    if (operator === '&' && (a === -1 || b === -1)) return a === -1 ? b : a;
    return this.source.name(`${text(a)} ${operator} ${text(b)}`);
  }

  /** Zero-extended to 32 bits. */
  protected unsigned(width: Width, lo: Part): string {
    return width === 8 ? `(${text(lo)} & 255)` : width === 16 ? `(${text(lo)} & 65535)` : text(lo);
  }

  protected signed(width: Width, lo: Part): string {
    if (width !== 8 && width !== 16) return text(lo);
    return `((${text(lo)} << ${32 - width}) >> ${32 - width})`;
  }
}
