/**
 * Walks a space by observed lengths: the last byte that is looked at counts up, and where any subject changes its mind the
 * next byte is looked at too. So each opcode and addressing form is met, and immediates are not counted through. Bytes
 * behind are zeros. A level holds the answers to all 256 values of its byte, which are asked for in one call.
 */
import { type LengthSubject, Lengths, slotBytes, slotsOfACall } from '../../subjects/lengths.ts';
import type { Shard } from '../slice.ts';
import type { Space } from './space.ts';

/** Where a walk is: enough to go on from there. */
export interface Position {
  /** Which head and first byte, counted through those of the shard. */
  readonly unit: number;
  /** The candidate to be looked at next, and the place of the byte that counts up. */
  readonly bytes: Uint8Array;
  readonly index: number;
  /** What the candidate before was, -1 where that does not matter. */
  readonly last: number;
}

/** Answers about the 256 values of one byte; `theirs` in the order of the subjects. */
export interface Level {
  readonly ours: Lengths;
  readonly theirs: readonly Lengths[];
}

/** `value` is that of the byte which counts up, and the slot of the answers. `bytes` is the walker's own. */
export type Visit = (bytes: Uint8Array, level: Level, value: number) => void;

export interface WalkerOptions {
  readonly space: Space;
  readonly shard: Shard;
  readonly ours: LengthSubject;
  readonly theirs: readonly LengthSubject[];
}

export class Walker {
  /** Heads and first bytes of the shard. */
  readonly units: number;
  readonly #options: WalkerOptions;
  readonly #levels: readonly OpenLevel[];
  readonly #slots = new Uint8Array(slotsOfACall * slotBytes);
  readonly #bytes = new Uint8Array(slotBytes);
  #unit = 0;
  #start = 0;
  #mayBeVector = false;
  #index = 0;
  #last = none;

  constructor(options: WalkerOptions, from?: Position) {
    this.#options = options;
    const { space, shard, theirs } = options;
    this.units = Math.ceil((space.heads.length * space.firstBytes.length - (shard.index - 1)) / shard.of);
    this.#levels = Array.from({ length: slotBytes }, () => new OpenLevel(theirs.length));
    this.#enter(from?.unit ?? 0);
    if (from === undefined || this.isOver) return;
    this.#bytes.set(from.bytes);
    this.#index = from.index;
    this.#last = from.last;
  }

  get isOver(): boolean {
    return this.#unit >= this.units;
  }

  get position(): Position {
    return { unit: this.#unit, bytes: this.#bytes.slice(), index: this.#index, last: this.#last };
  }

  /** Looks at this many candidates, fewer where the space ends. */
  run(candidates: number, visit: Visit): void {
    for (let done = 0; done < candidates && !this.isOver; done++) {
      const level = this.#levelHere();
      const value = this.#bytes[this.#index] ?? 0;
      visit(this.#bytes, level, value);
      this.#step(level, value);
    }
  }

  #step(level: OpenLevel, value: number): void {
    const key = level.keyOf(value);
    const longest = level.longestOf(value);
    // Behind an instruction nothing is looked at; where nobody sees one, it may begin with any byte more.
    const end = Math.min(longest === 0 ? slotBytes : longest, this.#start + this.#options.space.depth, slotBytes);
    const mayDeepen = this.#index < end - 1;
    if (key !== this.#last && mayDeepen && !this.#isVector(value)) this.#open(this.#index + 1);
    this.#last = key;
    this.#countUp();
  }

  /** VEX or EVEX, where another instruction could be. */
  #isVector(value: number): boolean {
    return this.#mayBeVector && this.#index === this.#start + 1 && value >= 0xc0;
  }

  /** The first byte does not count up: each of its values is a unit, and looked behind in any case. */
  #countUp(): void {
    const bytes = this.#bytes;
    while (this.#index > this.#start) {
      const next = ((bytes[this.#index] ?? 0) + 1) & 0xff;
      bytes[this.#index] = next;
      if (next !== 0) return;
      this.#index--;
      this.#last = none;
      // What is above has been looked at: it counts up in its turn.
    }
    this.#enter(this.#unit + 1);
  }

  #enter(unit: number): void {
    this.#unit = unit;
    if (this.isOver) return;
    const { heads, firstBytes } = this.#options.space;
    const { index, of } = this.#options.shard;
    const number = unit * of + index - 1;
    const head = heads[Math.floor(number / firstBytes.length)] ?? new Uint8Array();
    const bytes = this.#bytes;
    bytes.fill(0);
    bytes.set(head);
    bytes[head.length] = firstBytes[number % firstBytes.length] ?? 0;
    this.#start = head.length;
    this.#mayBeVector = this.#options.space.vectorBytes.includes(bytes[head.length] ?? 0);
    this.#last = none;
    for (const level of this.#levels) level.isAnswered = false;
    this.#index = head.length;
  }

  #open(index: number): void {
    this.#index = index;
    const level = this.#levels[index];
    if (level !== undefined) level.isAnswered = false;
  }

  #levelHere(): OpenLevel {
    const index = this.#index;
    const level = this.#levels[index];
    if (level === undefined) throw new Error(`No instruction has a byte ${index}.`);
    if (!level.isAnswered) this.#ask(level, index);
    return level;
  }

  #ask(level: OpenLevel, index: number): void {
    const slots = this.#slots;
    slots.fill(0);
    for (let value = 0; value < slotsOfACall; value++) {
      const at = value * slotBytes;
      for (let k = 0; k < index; k++) slots[at + k] = this.#bytes[k] ?? 0;
      slots[at + index] = value;
    }
    this.#options.ours.fill(slots, level.ours);
    for (const [k, subject] of this.#options.theirs.entries()) {
      const lengths = level.theirs[k];
      if (lengths !== undefined) subject.fill(slots, lengths);
    }
    level.isAnswered = true;
  }
}

/** No candidate before this one matters. */
const none = -1;

class OpenLevel implements Level {
  readonly ours = new Lengths();
  readonly theirs: readonly Lengths[];
  isAnswered = false;

  constructor(others: number) {
    this.theirs = Array.from({ length: others }, () => new Lengths());
  }

  /** All lengths as one number. */
  keyOf(value: number): number {
    let key = this.ours.bytes[value] ?? 0;
    for (const { bytes } of this.theirs) key = key * 16 + (bytes[value] ?? 0);
    return key;
  }

  longestOf(value: number): number {
    let longest = this.ours.bytes[value] ?? 0;
    for (const { bytes } of this.theirs) longest = Math.max(longest, bytes[value] ?? 0);
    return longest;
  }
}
