/**
 * Linear memory as pages: RAM, and pages that somebody else serves (devices, regions that are watched or diverted).
 * It knows permissions, not who asks; no paging structures, no segments.
 */

export const pageBytes = 4096;

/** What a page allows, as bits. */
export const PageAccess = { read: 1, write: 2, execute: 4, user: 8 } as const;

/** Decoded code of a page, which a write to the page may make stale. */
export interface PageCode {
  /** These bytes of the page have changed. */
  forget(offset: number, bytes: number): void;
  /** Nothing of it holds any more, nor where the page is and what it allows. */
  retire(): void;
}

export class Page {
  /** Address bits 31:12, and 63:32. */
  readonly low: number;
  readonly high: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Bits of `PageAccess`. */
  #access: number;
  /** The same, where the page's bytes are RAM that can be used at once; else 0. */
  direct: number;
  /** Its content is its owner's: every access is asked for. */
  readonly isServed: boolean;
  code: PageCode | null = null;
  /** What instructions have written lies from here to before `dirtyEnd`, since somebody called `clean`. */
  dirtyFrom = pageBytes;
  dirtyEnd = 0;

  constructor(number: number, bytes: Uint8Array, access: number, isServed: boolean) {
    this.low = number % 2 ** 20;
    this.high = Math.floor(number / 2 ** 20) | 0;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isServed = isServed;
    this.#access = access;
    this.direct = isServed ? 0 : access;
  }

  get access(): number {
    return this.#access;
  }

  set access(access: number) {
    this.#access = access;
    this.direct = this.isServed ? 0 : access;
  }

  /** Address bits 63:12 as a number. */
  get number(): number {
    return (this.high >>> 0) * 2 ** 20 + this.low;
  }

  forgetCode(): void {
    if (this.code !== null) this.code.retire();
  }

  /** An instruction has written there. */
  soil(offset: number, bytes: number): void {
    if (offset < this.dirtyFrom) this.dirtyFrom = offset;
    if (offset + bytes > this.dirtyEnd) this.dirtyEnd = offset + bytes;
  }

  clean(): void {
    this.dirtyFrom = pageBytes;
    this.dirtyEnd = 0;
  }
}

/** A request that memory cannot serve: what was asked, and why not. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError';
}

/** Pages of a range: who may do what, and what they hold. */
export interface Mapping {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly execute?: boolean;
  /** May code at CPL 3 use it? */
  readonly user?: boolean;
  /** What backs the pages, shared with whoever holds it; as long as the range. Zeroed bytes of its own where absent. */
  readonly bytes?: Uint8Array;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const endOfMemory = 1n << 64n;
const pagesOfMemory = 2 ** 52;
const sets = 256;

const accessBits = ({ read = true, write = true, execute = true, user = true }: Mapping): number =>
  (read ? PageAccess.read : 0) |
  (write ? PageAccess.write : 0) |
  (execute ? PageAccess.execute : 0) |
  (user ? PageAccess.user : 0);

const absent = new Page(-1, new Uint8Array(0), 0, false);

export class Memory {
  readonly #pages = new Map<number, Page>();
  /** The pages that were used last, by the low bits of their number. */
  private readonly recent: Page[] = new Array<Page>(sets).fill(absent);

  /** Maps RAM. Throws a MemoryError where the range is no whole pages, wraps, or overlaps what is mapped. */
  map(address: bigint, lengthBytes: number, mapping: Mapping = {}): void {
    const backing = mapping.bytes ?? new Uint8Array(lengthBytes);
    if (backing.length !== lengthBytes) {
      throw new MemoryError(`${lengthBytes} bytes cannot be backed by ${backing.length}`);
    }
    this.#add(address, lengthBytes, (number, k) => {
      const bytes = backing.subarray(k * pageBytes, (k + 1) * pageBytes);
      return new Page(number, bytes, accessBits(mapping), false);
    });
  }

  /** Maps pages whose every access is asked of their owner. Throws as `map` does. */
  serve(address: bigint, lengthBytes: number, mapping: Omit<Mapping, 'bytes'> = {}): void {
    const nothing = new Uint8Array(0);
    this.#add(address, lengthBytes, (number) => new Page(number, nothing, accessBits(mapping), true));
  }

  #add(address: bigint, lengthBytes: number, pageOf: (number: number, k: number) => Page): void {
    const first = this.#checked(address, lengthBytes);
    const count = lengthBytes / pageBytes;
    for (let k = 0; k < count; k++) {
      if (!this.#pages.has(first + k)) continue;
      throw new MemoryError(`${hex(BigInt(first + k) * BigInt(pageBytes))} is mapped already: unmap it first`);
    }
    for (let k = 0; k < count; k++) this.#pages.set(first + k, pageOf(first + k, k));
    this.recent.fill(absent);
  }

  /** The number of the first page of a range of whole pages. */
  #checked(address: bigint, lengthBytes: number): number {
    const bytes = BigInt(pageBytes);
    if (address < 0n || address + BigInt(lengthBytes) > endOfMemory) {
      throw new MemoryError(`${lengthBytes} bytes at ${hex(address)} leave the 64-bit address space`);
    }
    if (address % bytes !== 0n || lengthBytes % pageBytes !== 0 || lengthBytes <= 0) {
      throw new MemoryError(
        `${lengthBytes} bytes at ${hex(address)} are no whole pages: use multiples of ${pageBytes}`,
      );
    }
    return Number(address / bytes);
  }

  /** Throws a MemoryError where a page of the range is not mapped. */
  unmap(address: bigint, lengthBytes: number): void {
    const first = this.#checked(address, lengthBytes);
    const count = lengthBytes / pageBytes;
    for (let k = 0; k < count; k++) this.#pageNumbered(first + k);
    for (let k = 0; k < count; k++) {
      this.#pageNumbered(first + k).forgetCode();
      this.#pages.delete(first + k);
    }
    this.recent.fill(absent);
  }

  /** Changes what mapped pages allow. Throws a MemoryError where one is not mapped. */
  protect(address: bigint, lengthBytes: number, mapping: Omit<Mapping, 'bytes'>): void {
    const first = this.#checked(address, lengthBytes);
    const pages = Array.from({ length: lengthBytes / pageBytes }, (_, k) => this.#pageNumbered(first + k));
    for (const page of pages) {
      page.forgetCode();
      page.access = accessBits(mapping);
    }
  }

  #pageNumbered(number: number): Page {
    const page = this.#pages.get(number);
    if (page === undefined) throw new MemoryError(`${hex(BigInt(number) * BigInt(pageBytes))} is not mapped`);
    return page;
  }

  /** The page of a linear address given as signed halves, or null. */
  find(low: number, high: number): Page | null {
    const number = low >>> 12;
    const recent = this.recent[number & (sets - 1)];
    if (recent.low === number && recent.high === high) return recent;
    return this.findSlow(number, high);
  }

  private findSlow(number: number, high: number): Page | null {
    const page = this.#pages.get((high >>> 0) * 2 ** 20 + number);
    if (page === undefined) return null;
    this.recent[number & (sets - 1)] = page;
    return page;
  }

  /** Bytes as a debugger reads them, whatever the pages allow. Throws a MemoryError where one is not RAM. */
  read(address: bigint, lengthBytes: number): Uint8Array {
    const into = new Uint8Array(lengthBytes);
    this.#walk(address, lengthBytes, (page, from, count, at) => {
      into.set(page.bytes.subarray(from, from + count), at);
    });
    return into;
  }

  /** Writes as a debugger does, whatever the pages allow. Throws a MemoryError, and writes nothing, where one is not RAM. */
  write(address: bigint, bytes: Uint8Array): void {
    if (Number(address & 0xfffn) + bytes.length > pageBytes) this.#walk(address, bytes.length, () => {});
    this.#walk(address, bytes.length, (page, from, count, at) => {
      page.bytes.set(bytes.subarray(at, at + count), from);
      page.code?.forget(from, count);
    });
  }

  #walk(
    address: bigint,
    lengthBytes: number,
    visit: (page: Page, from: number, count: number, at: number) => void,
  ): void {
    let number = Number(address >> 12n);
    let from = Number(address & 0xfffn);
    if (address < 0n || number + Math.floor((from + lengthBytes - 1) / pageBytes) >= pagesOfMemory) {
      throw new MemoryError(`${lengthBytes} bytes at ${hex(address)} leave the 64-bit address space`);
    }
    for (let at = 0; at < lengthBytes; number++) {
      const page = this.#pageNumbered(number);
      if (page.isServed)
        throw new MemoryError(`${hex(address + BigInt(at))} is served by its owner: it holds no bytes`);
      const count = Math.min(pageBytes - from, lengthBytes - at);
      visit(page, from, count, at);
      at += count;
      from = 0;
    }
  }

  /** All pages, by address. */
  pages(): readonly Page[] {
    return [...this.#pages.values()].sort((a, b) => a.number - b.number);
  }
}
