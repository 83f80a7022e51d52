/**
 * Where several CPUs put their accesses at once: a ring in shared memory. Nobody waits for anybody; what does not fit is
 * counted. Each CPU's records keep their order.
 */
import type { AccessEvent } from './trace.ts';

/** A record: state, id, width and kind, then four numbers of 64 bits. */
const words = 4 + 8;
const place = { state: 0, id: 1, width: 2, kind: 3, time: 4, physical: 6, value: 8, pc: 10 } as const;
const head = { reserved: 0, taken: 1, lost: 2, words: 4 } as const;
const isWritten = 1;

export class TraceRing {
  /** To be handed to other threads; a TraceRing over it is the same ring. */
  readonly shared: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #capacity: number;

  constructor(capacityOrShared: number | SharedArrayBuffer) {
    this.shared =
      typeof capacityOrShared === 'number'
        ? new SharedArrayBuffer(4 * (head.words + words * capacityOrShared))
        : capacityOrShared;
    this.#words = new Int32Array(this.shared);
    this.#capacity = Math.floor((this.#words.length - head.words) / words);
  }

  /** False where there was no room: the record is lost, and counted. */
  put({ kind, id, width, time, physical, value, pc }: AccessEvent): boolean {
    const ordinal = this.#reserve();
    if (ordinal === -1) {
      Atomics.add(this.#words, head.lost, 1);
      return false;
    }
    const at = head.words + (ordinal % this.#capacity) * words;
    this.#words[at + place.id] = id;
    this.#words[at + place.width] = width;
    this.#words[at + place.kind] = kind === 'write' ? 1 : 0;
    this.#setWide(at + place.time, time);
    this.#setWide(at + place.physical, physical);
    this.#setWide(at + place.value, value);
    this.#setWide(at + place.pc, pc);
    Atomics.store(this.#words, at + place.state, isWritten);
    return true;
  }

  /** A place of one's own, or -1. */
  #reserve(): number {
    for (;;) {
      const reserved = Atomics.load(this.#words, head.reserved);
      if (reserved - Atomics.load(this.#words, head.taken) >= this.#capacity) return -1;
      if (Atomics.compareExchange(this.#words, head.reserved, reserved, reserved + 1) === reserved) return reserved;
    }
  }

  /** What has come, in the order of the ring, up to the first that is still being written; and how many were lost. One taker only. */
  take(): { readonly events: readonly AccessEvent[]; readonly lost: number } {
    const events: AccessEvent[] = [];
    for (;;) {
      const taken = Atomics.load(this.#words, head.taken);
      const at = head.words + (taken % this.#capacity) * words;
      if (taken === Atomics.load(this.#words, head.reserved)) break;
      if (Atomics.load(this.#words, at + place.state) !== isWritten) break;
      events.push(this.#eventAt(at));
      Atomics.store(this.#words, at + place.state, 0);
      Atomics.store(this.#words, head.taken, taken + 1);
    }
    return { events, lost: Atomics.exchange(this.#words, head.lost, 0) };
  }

  #eventAt(at: number): AccessEvent {
    return {
      kind: this.#words[at + place.kind] === 1 ? 'write' : 'read',
      id: this.#words[at + place.id],
      width: this.#words[at + place.width],
      time: this.#wide(at + place.time),
      physical: this.#wide(at + place.physical),
      value: this.#wide(at + place.value),
      pc: this.#wide(at + place.pc),
    };
  }

  #setWide(at: number, value: bigint): void {
    this.#words[at] = Number(BigInt.asIntN(32, value));
    this.#words[at + 1] = Number(BigInt.asIntN(32, value >> 32n));
  }

  #wide(at: number): bigint {
    return (BigInt(this.#words[at + 1] >>> 0) << 32n) | BigInt(this.#words[at] >>> 0);
  }
}
