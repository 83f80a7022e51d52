/**
 * Loads and stores at linear addresses, of one instruction: checked against pages, loads remembered for a replay, stores
 * held back until the instruction is known to end. Knows no segments.
 */
import { shiftLeft, shiftRight } from '../bits/shift.ts';
import { copy, Word } from '../bits/word.ts';
import { type Memory, type Page, PageAccess, pageBytes } from '../machine/memory.ts';
import { byteOf, keepBytes, readBytes, readPage, setByte, writePage } from './page-bytes.ts';
import { type Stop, StopKind } from './stop.ts';

/** Bits of a page fault's error code (SDM 3A 4.7). */
export const PageFault = { present: 1, write: 2, user: 4, fetch: 16 } as const;

/** More than any instruction does: ENTER with 31 levels, each access in two parts. */
const most = 160;

const bytesOfPage = pageBytes;
const inPage = pageBytes - 1;

/** One store, or one part of one that crosses pages. */
export class StagedStore {
  page: Page | null = null;
  /** Address and value, in halves. */
  low = 0;
  high = 0;
  valueLow = 0;
  valueHigh = 0;
  bytes = 0;
  isLocked = false;
  /** Somebody takes it who is asked first. */
  isAsked = false;
  /** What a locked store's load has found. */
  readonly expected = new Word();
}

const words = (): readonly Word[] => Array.from({ length: most }, () => new Word());

export class LinearMemory {
  private readonly memory: Memory;
  private readonly stop: Stop;
  #isUser = false;
  /** What a page must allow, as bits of PageAccess. */
  readMask: number = PageAccess.read;
  writeMask: number = PageAccess.read | PageAccess.write;
  is64 = true;
  /** CR0.PG: without paging, what is not mapped reads as ones and ignores writes. */
  isPaged = true;

  /** Values of the loads so far, for a replay. */
  private readonly loaded = words();
  private loads = 0;
  /** Loads which a resumed instruction takes from the last attempt. */
  private replayed = 0;
  /** What owners have answered to the parts of the load that comes next. */
  private readonly answers = words();
  private answerCount = 0;
  private answersUsed = 0;

  readonly stores: readonly StagedStore[] = Array.from({ length: most }, () => new StagedStore());
  storeCount = 0;
  /** Is any of the stores to be taken by an owner? */
  hasServedStores = false;
  /** Locked stores to RAM have an owner too. */
  asksLocked = false;

  constructor(memory: Memory, stop: Stop) {
    this.memory = memory;
    this.stop = stop;
  }

  /** CPL 3. */
  get isUser(): boolean {
    return this.#isUser;
  }

  set isUser(isUser: boolean) {
    this.#isUser = isUser;
    this.readMask = PageAccess.read | (isUser ? PageAccess.user : 0);
    this.writeMask = this.readMask | PageAccess.write;
  }

  /** A new instruction. */
  begin(): void {
    this.replayed = 0;
    this.answerCount = 0;
    this.beginAttempt();
  }

  private beginAttempt(): void {
    this.loads = 0;
    this.answersUsed = 0;
    this.storeCount = 0;
    this.hasServedStores = false;
  }

  /** The next of instructions that end without asking anybody: `commit` has left no stores. */
  beginPlain(): void {
    this.loads = 0;
  }

  /** The same instruction again, after `answer` to what it needed: memory that was read is not read again. */
  replay(answer: Word): void {
    const to = this.answers[this.answerCount++];
    to.lo = answer.lo;
    to.hi = answer.hi;
    this.beginAttempt();
  }

  /** `bytes` (1, 2, 4, 8) at a linear address, in a Word that lasts until `begin`; where they cannot be read, the stop says why. */
  load(low: number, high: number, bytes: number, forWrite: boolean): Word {
    const ordinal = this.loads++;
    const into = this.loaded[ordinal];
    if (ordinal < this.replayed) return into;
    const offset = low & inPage;
    const page = this.memory.find(low, high);
    const mask = forWrite ? this.writeMask : this.readMask;
    if (page !== null && (page.direct & mask) === mask && offset + bytes <= bytesOfPage) {
      readPage(page, offset, bytes, into);
    } else {
      this.loadParts(low, high, bytes, forWrite, into);
    }
    if (this.storeCount !== 0) this.forward(low, bytes, into);
    return into;
  }

  private readonly part = new Word();

  /** High half of the address where the next page begins: outside 64-bit mode what is past 4 GiB is at 0. */
  private highAfter(nextLow: number, high: number): number {
    return nextLow === 0 && this.is64 ? (high + 1) | 0 : high;
  }

  private loadParts(low: number, high: number, bytes: number, forWrite: boolean, into: Word): void {
    const first = Math.min(bytes, pageBytes - (low & (pageBytes - 1)));
    const nextLow = (low + first) | 0;
    const nextHigh = this.highAfter(nextLow, high);
    into.lo = 0;
    into.hi = 0;
    if (!this.isAllowed(low, high, forWrite)) return;
    if (first < bytes && !this.isAllowed(nextLow, nextHigh, forWrite)) return;
    this.loadPart(low, high, first, into);
    if (first === bytes) return;
    const part = this.part;
    this.loadPart(nextLow, nextHigh, bytes - first, part);
    shiftLeft(64, part, first * 8, part);
    into.lo |= part.lo;
    into.hi |= part.hi;
  }

  /** Does the page of an address allow the access? If not, this is the page fault. */
  private isAllowed(low: number, high: number, forWrite: boolean): boolean {
    const page = this.memory.find(low, high);
    const mask = forWrite ? this.writeMask : this.readMask;
    if (page !== null && (page.access & mask) === mask) return true;
    if (page === null && !this.isPaged) return true;
    const present = page === null ? 0 : PageFault.present;
    this.stop.pageFault(present | (forWrite ? PageFault.write : 0) | (this.isUser ? PageFault.user : 0), low, high);
    return false;
  }

  /** 1 to 8 bytes of one page, zero-extended. */
  private loadPart(low: number, high: number, bytes: number, into: Word): void {
    const page = this.memory.find(low, high);
    if (page === null) {
      into.lo = -1;
      into.hi = -1;
      keepBytes(into, bytes);
    } else if (page.isServed) {
      this.loadServed(low, high, bytes, into);
    } else {
      readBytes(page, low & (pageBytes - 1), bytes, into);
    }
  }

  private loadServed(low: number, high: number, bytes: number, into: Word): void {
    if (this.answersUsed < this.answerCount) {
      const answer = this.answers[this.answersUsed++];
      into.lo = answer.lo;
      into.hi = answer.hi;
      keepBytes(into, bytes);
      return;
    }
    this.ask(low, high, bytes, false);
  }

  /** The answer to a port read, or a need for one. */
  loadPort(port: number, bytes: number): Word {
    const ordinal = this.loads++;
    const into = this.loaded[ordinal];
    if (ordinal < this.replayed) return into;
    into.lo = 0;
    into.hi = 0;
    if (this.answersUsed < this.answerCount) this.loadServed(port, 0, bytes, into);
    else this.ask(port, 0, bytes, true);
    return into;
  }

  /** Asks the owner, unless something else came first. Loads before this one are kept for the replay. */
  private ask(low: number, high: number, bytes: number, isPort: boolean): void {
    const stop = this.stop;
    if (!stop.set(StopKind.need)) return;
    const ordinal = this.loads - 1;
    if (ordinal > this.replayed) {
      this.replayed = ordinal;
      this.answerCount = 0;
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
    const offset = low & inPage;
    const page = this.memory.find(low, high);
    const mask = this.writeMask;
    if (page !== null && (page.direct & mask) === mask && offset + bytes <= bytesOfPage) {
      this.stage(page, low, high, bytes, value, isLocked);
    } else {
      this.storeParts(low, high, bytes, value, isLocked);
    }
  }

  private storeParts(low: number, high: number, bytes: number, value: Word, isLocked: boolean): void {
    const offset = low & (pageBytes - 1);
    const first = Math.min(bytes, pageBytes - offset);
    const nextLow = (low + first) | 0;
    const nextHigh = this.highAfter(nextLow, high);
    if (!this.isAllowed(low, high, true)) return;
    if (first < bytes && !this.isAllowed(nextLow, nextHigh, true)) return;
    // What crosses pages is not atomic for owners who are asked for each part.
    this.stage(this.memory.find(low, high), low, high, first, value, isLocked && first === bytes);
    if (first === bytes) return;
    const rest = this.part;
    shiftRight(64, value, first * 8, rest);
    this.stage(this.memory.find(nextLow, nextHigh), nextLow, nextHigh, bytes - first, rest, false);
  }

  /** Checks a store without doing it. */
  probe(low: number, high: number, bytes: number): void {
    const first = pageBytes - (low & (pageBytes - 1));
    if (!this.isAllowed(low, high, true) || first >= bytes) return;
    const nextLow = (low + first) | 0;
    this.isAllowed(nextLow, this.highAfter(nextLow, high), true);
  }

  private stage(page: Page | null, low: number, high: number, bytes: number, value: Word, isLocked: boolean): void {
    const staged = this.stores[this.storeCount++];
    staged.page = page;
    staged.low = low;
    staged.high = high;
    staged.bytes = bytes;
    staged.valueLow = value.lo;
    staged.valueHigh = value.hi;
    staged.isLocked = isLocked;
    staged.isAsked = false;
    if (isLocked || page?.isServed) this.stageAsked(staged, page);
  }

  /** Each locked store follows the load of what it replaces: of one Word, or of each half of 16 bytes. */
  private stageAsked(staged: StagedStore, page: Page | null): void {
    staged.isAsked = page?.isServed === true || (this.asksLocked && staged.isLocked);
    if (staged.isAsked) this.hasServedStores = true;
    if (staged.isLocked && this.loads > 0) {
      copy(this.loaded[Math.min(this.storeCount, this.loads) - 1], staged.expected);
    }
  }

  /** A load sees the stores of its own instruction: ENTER reads frames that it may just have pushed over. */
  private forward(low: number, bytes: number, into: Word): void {
    for (let k = 0; k < this.storeCount; k++) {
      const { low: start, bytes: count, valueLow, valueHigh } = this.stores[k];
      const distance = (start - low) | 0;
      if (distance >= bytes || distance <= -count) continue;
      for (let b = 0; b < count; b++) {
        const place = distance + b;
        if (place >= 0 && place < bytes) setByte(into, place, byteOf(valueLow, valueHigh, b));
      }
    }
  }

  /** Stores to RAM become memory. */
  commit(): void {
    const count = this.storeCount;
    for (let k = 0; k < count; k++) {
      const staged = this.stores[k];
      const { page } = staged;
      if (page === null || staged.isAsked) continue;
      const offset = staged.low & inPage;
      writePage(page, offset, staged.bytes, staged.valueLow, staged.valueHigh);
      page.soil(offset, staged.bytes);
      if (page.code !== null) page.code.forget(offset, staged.bytes);
    }
  }
}
