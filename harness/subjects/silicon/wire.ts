/**
 * What goes through the runner's two pipes, as `runner/wire.h` has it: little-endian records of 32-bit words, whose
 * lengths are multiples of 8 bytes. A state is the words of `CpuState`, copied.
 */
import { type CpuState, CpuStates, type Execution, type MemoryRun, StateWord } from '../../execution.ts';
import {
  pageBytes,
  pageImage,
  realPages,
  type SandboxDescriptor,
  sandboxDescriptors,
  sandboxPages,
} from '../../sandbox.ts';

const magic = 0x314e5354;

interface World {
  /** Where the fast ways in and out are; 0 without them. */
  readonly stubAddress: number;
  /** Pages of real mode as well, for those who can execute there. */
  readonly hasReal: boolean;
}

/** The world, told once. */
export const encodeHello = ({ stubAddress, hasReal }: World): Uint8Array => {
  const pages = [
    ...sandboxPages.map((page) => ({ page, access: accesses.indexOf(page.access) })),
    ...(hasReal ? realPages : []).map((page) => ({ page, access: realAccess })),
  ];
  const local = sandboxDescriptors.filter(({ selector }) => (selector & 4) !== 0);
  const pageWords = 2 + pageBytes / 4;
  const words = new Uint32Array(4 + pages.length * pageWords + local.length * 4);
  const bytes = new Uint8Array(words.buffer);
  words.set([magic, pages.length, local.length, stubAddress]);
  let at = 4;
  for (const { page, access } of pages) {
    words.set([page.address, access], at);
    bytes.set(pageImage(page), (at + 2) * 4);
    at += pageWords;
  }
  for (const descriptor of local) {
    words.set([descriptor.selector >> 3, descriptor.base, descriptor.limit, segmentFlags(descriptor)], at);
    at += 4;
  }
  return bytes;
};

/** For those who execute nothing. */
export const helloWithoutWorld = (): Uint8Array => new Uint8Array(Uint32Array.of(magic, 0, 0, 0).buffer);

const accesses = ['read-write', 'read-only', 'execute'] as const;
/** A page that only tests in real mode see. */
const realAccess = 3;

const segmentFlags = ({ kind, big, readable, writable, expandDown, absent }: SandboxDescriptor): number =>
  (kind === 'code' ? 1 : 0) |
  (big ? 2 : 0) |
  ((kind === 'code' ? readable : writable) === true ? 4 : 0) |
  (expandDown === true ? 8 : 0) |
  (absent === true ? 16 : 0);

export const welcomeBytes = 8 + 16 + 48;

/** What the runner says of its CPU; null where it is no runner of this version. */
export const decodeWelcome = (
  bytes: Uint8Array,
): { readonly vendor: string; readonly signature: number; readonly name: string } | null => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < welcomeBytes || view.getUint32(0, true) !== magic) return null;
  const text = (from: number, to: number): string =>
    Buffer.from(bytes.subarray(from, to)).toString('latin1').replace(/\0.*$/s, '').trim();
  return { signature: view.getUint32(4, true), vendor: text(8, 24), name: text(24, 72) };
};

/** How the end of an execution is found. */
export const Ending = { exit: 0, landing: 1, step: 2 } as const;
export type Ending = (typeof Ending)[keyof typeof Ending];

/** How the runner is to go about one execution. */
export interface Method {
  ending: Ending;
  /** Bytes that are put into the code page. */
  lengthBytes: number;
  /** Stepped again for as long as RIP stays. */
  isRepeated: boolean;
}

/** Words before a test's code, before its state, and of both. */
const testWords = { code: 2, state: 6, fixed: 6 + StateWord.count } as const;
const headWords = 2;
/** As one byte of a record counts them. */
export const mostRuns = 255;

/** A batch of tests under way to the runner. Its memory is used again. */
export class Batch {
  #words = new Uint32Array(1 << 15);
  #bytes = new Uint8Array(this.#words.buffer);
  #end = headWords;
  #count = 0;

  clear(): void {
    this.#end = headWords;
    this.#count = 0;
  }

  get count(): number {
    return this.#count;
  }

  add({ mode, bytes, state, memory }: Execution, { ending, lengthBytes, isRepeated }: Method): void {
    const start = this.#end;
    let end = start + testWords.fixed;
    const runs = Math.min(memory.length, mostRuns);
    for (let k = 0; k < runs; k++) end += runWords(memory[k]);
    if (end > this.#words.length) this.#grow(end);
    const words = this.#words;
    words[start] = (end - start) * 4;
    words[start + 1] = mode | (lengthBytes << 8) | (ending << 16) | (isRepeated ? 1 << 20 : 0) | (runs << 24);
    const code = start + testWords.code;
    for (let k = 0; k < 4; k++) words[code + k] = 0;
    for (let k = 0; k < lengthBytes; k++) this.#bytes[code * 4 + k] = bytes[k] ?? 0;
    words.set(state.words, start + testWords.state);
    let at = start + testWords.fixed;
    for (let k = 0; k < runs; k++) at = this.#addRun(at, memory[k]);
    this.#end = end;
    this.#count++;
  }

  #addRun(at: number, run: MemoryRun | undefined): number {
    if (run === undefined) return at;
    this.#words[at] = run.address;
    this.#words[at + 1] = run.bytes.length;
    copyBytes(run.bytes, 0, this.#bytes, (at + 2) * 4, run.bytes.length);
    return at + runWords(run);
  }

  #grow(least: number): void {
    const words = new Uint32Array(Math.max(least, this.#words.length * 2));
    words.set(this.#words);
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer);
  }

  /** What to write; not to be touched until the answers have come. */
  finish(): Uint8Array {
    this.#words[0] = (this.#end - headWords) * 4;
    this.#words[1] = this.#count;
    return this.#bytes.subarray(0, this.#end * 4);
  }
}

const paddedWords = (lengthBytes: number): number => ((lengthBytes + 7) >>> 3) << 1;
const runWords = (run: MemoryRun | undefined): number => (run === undefined ? 0 : 2 + paddedWords(run.bytes.length));

const copyBytes = (from: Uint8Array, at: number, into: Uint8Array, place: number, count: number): void => {
  // Of the few bytes that most runs have, a call would cost more than they do.
  if (count > 64) into.set(from.subarray(at, at + count), place);
  else for (let k = 0; k < count; k++) into[place + k] = from[at + k] ?? 0;
};

/** Of `outcome`. */
export const Outcome = {
  executed: 0,
  fault: 1,
  systemCall: 2,
  died: 3,
  timedOut: 4,
  noEntry: 5,
  stuck: 6,
  noMemory: 7,
} as const;

const resultWords = { state: 6, fixed: 6 + StateWord.count } as const;
export const leastResultBytes = resultWords.fixed * 4;
export const mostResultBytes = 1 << 20;

/** A view of one result among the words that came. */
export class Result {
  #words: Uint32Array<ArrayBufferLike> = new Uint32Array(0);
  #bytes = new Uint8Array(this.#words.buffer);
  #at = 0;
  readonly #states = new CpuStates();
  readonly #address = new DataView(new ArrayBuffer(8));

  look(words: Uint32Array, at: number): void {
    if (words !== this.#words) this.#bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    this.#words = words;
    this.#at = at;
  }

  #word(offset: number): number {
    return this.#words[this.#at + offset] ?? 0;
  }

  get outcome(): number {
    return this.#word(1) & 0xff;
  }
  get vector(): number {
    return (this.#word(1) >>> 8) & 0xff;
  }
  get error(): number {
    return this.#word(2);
  }
  get detail(): number {
    return this.#word(3);
  }
  get address(): bigint {
    this.#address.setUint32(0, this.#word(4), true);
    this.#address.setUint32(4, this.#word(5), true);
    return this.#address.getBigUint64(0, true);
  }
  get addressHigh(): number {
    return this.#word(5);
  }

  /** A copy. */
  state(): CpuState {
    const state = this.#states.take();
    const { words } = state;
    const start = this.#at + resultWords.state;
    for (let k = 0; k < StateWord.count; k++) words[k] = this.#words[start + k] ?? 0;
    return state;
  }

  /** A copy; null where the record is not as long as its runs. */
  memory(): readonly MemoryRun[] | null {
    const count = this.#word(1) >>> 16;
    const end = this.#word(0) / 4;
    let at: number = resultWords.fixed;
    if (count === 0) return at === end ? none : null;
    const runs: MemoryRun[] = [];
    for (let k = 0; k < count; k++) {
      const length = this.#word(at + 1);
      const next = at + 2 + paddedWords(length);
      if (next > end) return null;
      const bytes = new Uint8Array(length);
      copyBytes(this.#bytes, (this.#at + at + 2) * 4, bytes, 0, length);
      runs.push({ address: this.#word(at), bytes });
      at = next;
    }
    return at === end ? runs : null;
  }
}

const none: readonly MemoryRun[] = [];
