/** Words that are handed out and come back all together, so that an instruction allocates nothing. */
import { copy, setNumber, Word } from '../bits/word.ts';

/** Enough for ENTER with 31 levels; it grows if that is ever wrong. */
const poolSize = 256;

export class WordPool {
  private readonly pool: Word[] = Array.from({ length: poolSize }, () => new Word());
  private taken = 0;

  /** All Words handed out so far are free again. */
  protected rewind(): void {
    this.taken = 0;
  }

  protected take(): Word {
    return this.pool[this.taken++] ?? this.grow();
  }

  private grow(): Word {
    const word = new Word();
    this.pool.push(word);
    return word;
  }

  protected number(value: number): Word {
    const into = this.take();
    setNumber(value, into);
    return into;
  }

  protected pair(low: number, high: number): Word {
    const into = this.take();
    into.lo = low;
    into.hi = high;
    return into;
  }

  protected duplicate(a: Word): Word {
    const into = this.take();
    copy(a, into);
    return into;
  }
}
