/** Instructions of a page that have been made ready to run, by their offset. */
import { maxLengthBytes } from '../decode/decoder.ts';
import { type Page, type PageCode, pageBytes } from '../machine/memory.ts';
import type { Operation } from './operation.ts';

/** No page has this number. */
const nowhere = -1;

export class CodePage implements PageCode {
  readonly operations: (Operation | undefined)[];
  /** Which offsets were executed once: only a second time is worth an Operation of its own. */
  readonly #met: Uint8Array;
  /** The bytes that decoded instructions cover. */
  #first = pageBytes;
  #end = 0;
  /** Decoders differ by mode and vendor: which one these came from. */
  readonly decoder: object;
  /** Where the page is, as long as its code may be executed without asking. */
  low = nowhere;
  high = 0;
  /** What a tier keeps of this page. */
  hot: object | null = null;

  /** Without a page: code that is nowhere. */
  constructor(decoder: object, bytes = pageBytes) {
    this.decoder = decoder;
    this.operations = new Array<Operation | undefined>(bytes).fill(undefined);
    this.#met = new Uint8Array(bytes);
  }

  /** Execution has been found to be allowed here. */
  settle({ low, high }: Page): void {
    this.low = low;
    this.high = high;
  }

  /** Has this offset been met before? */
  meet(offset: number): boolean {
    if (this.#met[offset] === 1) return true;
    this.#met[offset] = 1;
    return false;
  }

  keep(offset: number, operation: Operation): void {
    this.operations[offset] = operation;
    operation.low = (this.low << 12) | offset;
    operation.high = this.high;
    if (offset < this.#first) this.#first = offset;
    const end = offset + operation.lengthBytes;
    if (end > this.#end) this.#end = end;
  }

  forget(offset: number, bytes: number): void {
    this.#met.fill(0, Math.max(0, offset - maxLengthBytes), offset + bytes);
    if (offset < this.#end && offset + bytes > this.#first) this.#forgetAll();
  }

  retire(): void {
    this.low = nowhere;
    this.hot = null;
    this.#met.fill(0);
    if (this.#first < this.#end) this.#forgetAll();
  }

  #forgetAll(): void {
    for (let offset = this.#first; offset < this.#end; offset++) {
      const operation = this.operations[offset];
      if (operation !== undefined) operation.leave();
    }
    this.operations.fill(undefined, this.#first, this.#end);
    this.#met.fill(0, this.#first, this.#end);
    this.#first = pageBytes;
    this.#end = 0;
    this.hot = null;
  }
}
