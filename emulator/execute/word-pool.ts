/** Words that are handed out and come back all together, so that an instruction allocates nothing. */
import { copy, setNumber, Word } from '../bits/word.ts';

/** Enough for ENTER with 31 levels; it grows if that is ever wrong. */
const poolSize = 256;

export class WordPool {
  readonly #pool: Word[] = Array.from({ length: poolSize }, () => new Word());
  #taken = 0;

  /** All Words handed out so far are free again. */
  protected rewind(): void {
    this.#taken = 0;
  }

  protected take(): Word {
    const taken = this.#taken++;
    if (taken === this.#pool.length) this.#pool.push(new Word());
    return this.#pool[taken];
  }

  protected number(value: number): Word {
    const into = this.take();
    setNumber(value, into);
    return into;
  }

  protected duplicate(a: Word): Word {
    const into = this.take();
    copy(a, into);
    return into;
  }
}
