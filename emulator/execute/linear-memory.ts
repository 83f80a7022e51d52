/**
 * Loads and stores at linear addresses, of one instruction: checked against pages, loads remembered for a replay, stores
 * held back until the instruction is known to end. Knows no segments.
 */
import { shiftLeft, shiftRight } from '../bits/shift.ts';
import { Word } from '../bits/word.ts';
import { type Memory, type Page, PageAccess, pageBytes } from '../machine/memory.ts';
import { type Stop, StopKind } from './stop.ts';

/** Bits of a page fault's error code (SDM 3A 4.7). */
export const PageFault = { present: 1, write: 2, user: 4, fetch: 16 } as const;

/** More than any instruction does: ENTER with 31 levels, each access in two parts. */
const most = 160;

/** One store, or one part of one that crosses pages. */
class StagedStore {
  page: Page | null = null;
  readonly address = new Word();
  readonly value = new Word();
  bytes = 0;
  isLocked = false;
  /** What a locked store's load has found. */
  readonly expected = new Word();
}

const words = (): readonly Word[] => Array.from({ length: most }, () => new Word());

export class LinearMemory {
  readonly #memory: Memory;
  readonly #stop: Stop;
  /** CPL 3. */
  isUser = false;
  is64 = true;
  /** CR0.PG: without paging, what is not mapped reads as ones and ignores writes. */
  isPaged = true;

  /** Values of the loads so far, for a replay. */
  readonly #loaded = words();
  #loads = 0;
  /** Loads which a resumed instruction takes from the last attempt. */
  #replayed = 0;
  /** What owners have answered to the parts of the load that comes next. */
  readonly #answers = words();
  #answerCount = 0;
  #answersUsed = 0;

  readonly stores: readonly StagedStore[] = Array.from({ length: most }, () => new StagedStore());
  storeCount = 0;
  /** The last load, which a locked store expects to find again. */
  readonly #last = new Word();

  constructor(memory: Memory, stop: Stop) {
    this.#memory = memory;
    this.#stop = stop;
  }

  /** A new instruction. */
  begin(): void {
    this.#loads = 0;
    this.#replayed = 0;
    this.#answerCount = 0;
    this.#answersUsed = 0;
    this.storeCount = 0;
  }

  /** The same instruction again, after `answer` to what it needed: memory that was read is not read again. */
  replay(answer: Word): void {
    const to = this.#answers[this.#answerCount++];
    to.lo = answer.lo;
    to.hi = answer.hi;
    this.#loads = 0;
    this.#answersUsed = 0;
    this.storeCount = 0;
  }

  /** How many loads this instruction has done; the values are `loadedValue(k)`. */
  get loadCount(): number {
    return this.#loads;
  }

  #mask(forWrite: boolean): number {
    return PageAccess.read | (forWrite ? PageAccess.write : 0) | (this.isUser ? PageAccess.user : 0);
  }

  /** `bytes` (1, 2, 4, 8) at a linear address, into `into`; where it cannot be read, the stop says why. */
  load(low: number, high: number, bytes: number, forWrite: boolean, into: Word): void {
    const ordinal = this.#loads++;
    const log = this.#loaded[ordinal];
    if (ordinal < this.#replayed) {
      into.lo = log.lo;
      into.hi = log.hi;
      return;
    }
    const offset = low & (pageBytes - 1);
    const page = this.#memory.find(low, high);
    const mask = this.#mask(forWrite);
    if (page !== null && !page.isServed && offset + bytes <= pageBytes && (page.access & mask) === mask) {
      readPage(page, offset, bytes, into);
    } else {
      this.#loadParts(low, high, bytes, forWrite, into);
    }
    if (this.storeCount !== 0) this.#forward(low, bytes, into);
    log.lo = into.lo;
    log.hi = into.hi;
    this.#last.lo = into.lo;
    this.#last.hi = into.hi;
  }

  readonly #part = new Word();

  /** High half of the address where the next page begins: outside 64-bit mode what is past 4 GiB is at 0. */
  #highAfter(nextLow: number, high: number): number {
    return nextLow === 0 && this.is64 ? (high + 1) | 0 : high;
  }

  #loadParts(low: number, high: number, bytes: number, forWrite: boolean, into: Word): void {
    const first = Math.min(bytes, pageBytes - (low & (pageBytes - 1)));
    const nextLow = (low + first) | 0;
    const nextHigh = this.#highAfter(nextLow, high);
    into.lo = 0;
    into.hi = 0;
    if (!this.#isAllowed(low, high, forWrite)) return;
    if (first < bytes && !this.#isAllowed(nextLow, nextHigh, forWrite)) return;
    this.#loadPart(low, high, first, into);
    if (first === bytes) return;
    const part = this.#part;
    this.#loadPart(nextLow, nextHigh, bytes - first, part);
    shiftLeft(64, part, first * 8, part);
    into.lo |= part.lo;
    into.hi |= part.hi;
  }

  /** Does the page of an address allow the access? If not, this is the page fault. */
  #isAllowed(low: number, high: number, forWrite: boolean): boolean {
    const page = this.#memory.find(low, high);
    const mask = this.#mask(forWrite);
    if (page !== null && (page.access & mask) === mask) return true;
    if (page === null && !this.isPaged) return true;
    const present = page === null ? 0 : PageFault.present;
    this.#stop.pageFault(present | (forWrite ? PageFault.write : 0) | (this.isUser ? PageFault.user : 0), low, high);
    return false;
  }

  /** 1 to 8 bytes of one page, zero-extended. */
  #loadPart(low: number, high: number, bytes: number, into: Word): void {
    const page = this.#memory.find(low, high);
    if (page === null) {
      into.lo = -1;
      into.hi = -1;
      keepBytes(into, bytes);
    } else if (page.isServed) {
      this.#loadServed(low, high, bytes, into);
    } else {
      readBytes(page, low & (pageBytes - 1), bytes, into);
    }
  }

  #loadServed(low: number, high: number, bytes: number, into: Word): void {
    if (this.#answersUsed < this.#answerCount) {
      const answer = this.#answers[this.#answersUsed++];
      into.lo = answer.lo;
      into.hi = answer.hi;
      keepBytes(into, bytes);
      return;
    }
    this.ask(low, high, bytes, false);
  }

  /** The answer to a port read, or a need for one. */
  loadPort(port: number, bytes: number, into: Word): void {
    const ordinal = this.#loads++;
    const log = this.#loaded[ordinal];
    if (ordinal < this.#replayed) {
      into.lo = log.lo;
      into.hi = log.hi;
      return;
    }
    into.lo = 0;
    into.hi = 0;
    if (this.#answersUsed < this.#answerCount) this.#loadServed(port, 0, bytes, into);
    else this.ask(port, 0, bytes, true);
    log.lo = into.lo;
    log.hi = into.hi;
  }

  /** Asks the owner, unless something else came first. Loads before this one are kept for the replay. */
  ask(low: number, high: number, bytes: number, isPort: boolean): void {
    const stop = this.#stop;
    if (!stop.set(StopKind.need)) return;
    const ordinal = this.#loads - 1;
    if (ordinal > this.#replayed) {
      this.#replayed = ordinal;
      this.#answerCount = 0;
    }
    stop.isPort = isPort;
    stop.isWrite = false;
    stop.isLocked = false;
    stop.bytes = bytes;
    stop.address.lo = low;
    stop.address.hi = high;
  }

  /** Holds a store of `bytes` (1, 2, 4, 8) back; where it cannot be done, the stop says why. */
  store(low: number, high: number, bytes: number, value: Word, isLocked: boolean): void {
    const offset = low & (pageBytes - 1);
    const page = this.#memory.find(low, high);
    const mask = this.#mask(true);
    if (page !== null && offset + bytes <= pageBytes && (page.access & mask) === mask) {
      this.#stage(page, low, high, bytes, value, isLocked);
      return;
    }
    const first = Math.min(bytes, pageBytes - offset);
    const nextLow = (low + first) | 0;
    const nextHigh = this.#highAfter(nextLow, high);
    if (!this.#isAllowed(low, high, true)) return;
    if (first < bytes && !this.#isAllowed(nextLow, nextHigh, true)) return;
    this.#stage(page, low, high, first, value, isLocked);
    if (first === bytes) return;
    const rest = this.#part;
    shiftRight(64, value, first * 8, rest);
    this.#stage(this.#memory.find(nextLow, nextHigh), nextLow, nextHigh, bytes - first, rest, isLocked);
  }

  /** Checks a store without doing it. */
  probe(low: number, high: number, bytes: number): void {
    const first = pageBytes - (low & (pageBytes - 1));
    if (!this.#isAllowed(low, high, true) || first >= bytes) return;
    const nextLow = (low + first) | 0;
    this.#isAllowed(nextLow, this.#highAfter(nextLow, high), true);
  }

  #stage(page: Page | null, low: number, high: number, bytes: number, value: Word, isLocked: boolean): void {
    const staged = this.stores[this.storeCount++];
    staged.page = page;
    staged.address.lo = low;
    staged.address.hi = high;
    staged.bytes = bytes;
    staged.value.lo = value.lo;
    staged.value.hi = value.hi;
    staged.isLocked = isLocked;
    if (!isLocked) return;
    staged.expected.lo = this.#last.lo;
    staged.expected.hi = this.#last.hi;
  }

  /** A load sees the stores of its own instruction: ENTER reads frames that it may just have pushed over. */
  #forward(low: number, bytes: number, into: Word): void {
    for (let k = 0; k < this.storeCount; k++) {
      const { address, bytes: count, value } = this.stores[k];
      const distance = (address.lo - low) | 0;
      if (distance >= bytes || distance <= -count) continue;
      for (let b = 0; b < count; b++) {
        const place = distance + b;
        if (place >= 0 && place < bytes) setByte(into, place, byteOf(value, b));
      }
    }
  }

  /** Stores to RAM become memory. */
  commit(): void {
    for (let k = 0; k < this.storeCount; k++) {
      const { page, address, bytes, value } = this.stores[k];
      if (page === null || page.isServed) continue;
      const offset = address.lo & (pageBytes - 1);
      writePage(page, offset, bytes, value);
      page.isDirty = true;
      if (page.code !== null) page.code.forget(offset, bytes);
    }
  }
}

const byteOf = ({ lo, hi }: Word, k: number): number => (k < 4 ? lo >>> (8 * k) : hi >>> (8 * (k - 4))) & 0xff;

const setByte = (into: Word, k: number, byte: number): void => {
  const shift = 8 * (k & 3);
  if (k < 4) into.lo = (into.lo & ~(0xff << shift)) | (byte << shift);
  else into.hi = (into.hi & ~(0xff << shift)) | (byte << shift);
};

const keepBytes = (into: Word, bytes: number): void => {
  if (bytes >= 8) return;
  if (bytes > 4) {
    into.hi &= (1 << (8 * (bytes - 4))) - 1;
  } else {
    into.hi = 0;
    if (bytes < 4) into.lo &= (1 << (8 * bytes)) - 1;
  }
};

const readPage = ({ view }: Page, offset: number, bytes: number, into: Word): void => {
  switch (bytes) {
    case 1:
      into.lo = view.getUint8(offset);
      into.hi = 0;
      return;
    case 2:
      into.lo = view.getUint16(offset, true);
      into.hi = 0;
      return;
    case 4:
      into.lo = view.getInt32(offset, true);
      into.hi = 0;
      return;
    default:
      into.lo = view.getInt32(offset, true);
      into.hi = view.getInt32(offset + 4, true);
  }
};

const readBytes = ({ bytes: from }: Page, offset: number, bytes: number, into: Word): void => {
  into.lo = 0;
  into.hi = 0;
  for (let k = 0; k < bytes; k++) setByte(into, k, from[offset + k]);
};

const writePage = ({ view, bytes: to }: Page, offset: number, bytes: number, value: Word): void => {
  switch (bytes) {
    case 1:
      view.setUint8(offset, value.lo & 0xff);
      return;
    case 2:
      view.setUint16(offset, value.lo & 0xffff, true);
      return;
    case 4:
      view.setInt32(offset, value.lo, true);
      return;
    case 8:
      view.setInt32(offset, value.lo, true);
      view.setInt32(offset + 4, value.hi, true);
      return;
    default:
      for (let k = 0; k < bytes; k++) to[offset + k] = byteOf(value, k);
  }
};
