/** Finds the blocks of a page's code that are reached from where it was met, among what has been executed already. */
import type { CodePage } from '../execute/code-cache.ts';
import { type Operation, Repeat } from '../execute/operation.ts';
import type { Surroundings } from '../execute/tier.ts';
import { pageBytes } from '../machine/memory.ts';
import { RecordedOperation, type Transfer } from './recorded-operation.ts';
import { Source, type Term, Uncompilable } from './term.ts';

/** Operations that follow each other, entered at the first only. */
export interface Block {
  readonly start: number;
  readonly end: number;
  readonly operations: readonly Operation[];
}

/** Compilers of JavaScript give up on functions that are much longer. */
const mostOperations = 300;

/** The offset in the page of a known target, or -1. */
export const offsetIn = (code: CodePage, { lo, hi }: Term): number =>
  typeof lo === 'number' && lo >>> 12 === code.low && hi === code.high ? lo & (pageBytes - 1) : -1;

export const findBlocks = (code: CodePage, entries: readonly number[], around: Surroundings): readonly Block[] => {
  const finder = new Finder(code, around);
  finder.follow(entries);
  return finder.blocks();
};

interface Found {
  readonly operation: Operation;
  readonly transfer: Transfer | null;
}

class Finder {
  readonly #code: CodePage;
  readonly #around: Surroundings;
  readonly #found = new Map<number, Found | null>();
  readonly #leaders = new Set<number>();
  #count = 0;

  constructor(code: CodePage, around: Surroundings) {
    this.#code = code;
    this.#around = around;
  }

  follow(entries: readonly number[]): void {
    const waiting = [...entries].reverse();
    for (let leader = waiting.pop(); leader !== undefined; leader = waiting.pop()) {
      if (this.#leaders.has(leader) || this.#at(leader) === null) continue;
      this.#leaders.add(leader);
      waiting.push(...this.#walk(leader));
    }
  }

  /** Up to the next transfer: where code goes on after it. */
  #walk(leader: number): readonly number[] {
    let offset = leader;
    for (let found = this.#at(offset); found !== null; found = this.#at(offset)) {
      offset += found.operation.lengthBytes;
      if (found.transfer === null) continue;
      const target = offsetIn(this.#code, found.transfer.target);
      return target === -1 ? [offset] : [offset, target];
    }
    return [];
  }

  /** What can be compiled there. */
  #at(offset: number): Found | null {
    const known = this.#found.get(offset);
    if (known !== undefined) return known;
    const found = this.#count < mostOperations ? this.#record(this.#code.operations[offset]) : null;
    this.#found.set(offset, found);
    if (found !== null) this.#count++;
    return found;
  }

  #record(operation: Operation | undefined): Found | null {
    if (operation === undefined || operation.isPlain === 0 || operation.repeat !== Repeat.none) return null;
    try {
      const { transfer } = new RecordedOperation(new Source(), this.#around, operation, ';');
      return { operation, transfer };
    } catch (error) {
      if (error instanceof Uncompilable) return null;
      throw error;
    }
  }

  blocks(): readonly Block[] {
    return [...this.#leaders].sort((a, b) => a - b).map((start) => this.#block(start));
  }

  #block(start: number): Block {
    const operations: Operation[] = [];
    let end = start;
    for (let found = this.#at(end); found !== null; found = this.#at(end)) {
      operations.push(found.operation);
      end += found.operation.lengthBytes;
      if (found.transfer !== null || this.#leaders.has(end)) break;
    }
    return { start, end, operations };
  }
}
