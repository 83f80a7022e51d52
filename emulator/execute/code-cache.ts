/** Instructions of a page that have been made ready to run, by their offset. */
import { maxLengthBytes } from '../decode/decoder.ts';
import type { PageCode } from '../machine/memory.ts';
import { pageBytes } from '../machine/memory.ts';
import type { Operation } from './operation.ts';

export class CodePage implements PageCode {
  readonly #operations: (Operation | undefined)[] = new Array<Operation | undefined>(pageBytes);
  /** Which offsets were executed once: only a second time is worth an Operation of its own. */
  readonly #met = new Uint8Array(pageBytes);
  /** The bytes that decoded instructions cover. */
  #first = pageBytes;
  #end = 0;
  /** Decoders differ by mode and vendor: which one these came from. */
  readonly decoder: object;

  constructor(decoder: object) {
    this.decoder = decoder;
  }

  at(offset: number): Operation | undefined {
    return this.#operations[offset];
  }

  /** Has this offset been met before? */
  meet(offset: number): boolean {
    if (this.#met[offset] === 1) return true;
    this.#met[offset] = 1;
    return false;
  }

  keep(offset: number, operation: Operation): void {
    this.#operations[offset] = operation;
    this.#first = Math.min(this.#first, offset);
    this.#end = Math.max(this.#end, offset + operation.lengthBytes);
  }

  forget(offset: number, bytes: number): void {
    this.#met.fill(0, Math.max(0, offset - maxLengthBytes), offset + bytes);
    if (offset >= this.#end || offset + bytes <= this.#first) return;
    this.#operations.fill(undefined, this.#first, this.#end);
    this.#met.fill(0, this.#first, this.#end);
    this.#first = pageBytes;
    this.#end = 0;
  }
}
