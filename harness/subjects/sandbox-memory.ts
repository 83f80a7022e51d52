/**
 * The sandbox's pages in a machine's memory: what an execution puts there, what it changes, and all of it as it was. Only
 * ranges that were touched are looked at.
 */
import { type Memory, type Page, pageBytes } from '../../emulator/machine/memory.ts';
import type { MemoryRun } from '../execution.ts';
import { pageImage, realPages, sandboxPages } from '../sandbox.ts';

interface Place {
  readonly page: Page;
  readonly address: number;
  /** Nobody's run is over it. */
  readonly image: Uint8Array;
  /** As the execution begins. */
  readonly before: Uint8Array;
}

/** A part of a page that runs are over. */
interface Covered {
  place: Place;
  offset: number;
  bytes: number;
}

const nothing: readonly MemoryRun[] = [];

export class SandboxMemory {
  readonly #places: readonly Place[];
  readonly #covered: Covered[] = [];
  #coveredCount = 0;

  /** Maps the pages. */
  constructor(memory: Memory, isReal = false) {
    this.#places = (isReal ? realPages : sandboxPages).map((page) => {
      const { address, access } = page;
      const image = pageImage(page);
      const bytes = image.slice();
      memory.map(BigInt(address), pageBytes, {
        write: access !== 'read-only',
        // Real mode knows no rights.
        execute: isReal || access === 'execute',
        bytes,
      });
      const found = memory.find(address | 0, 0);
      if (found === null) throw new Error('What was mapped is found.');
      return { page: found, address, image, before: image.slice() };
    });
  }

  /** Bytes of the sandbox's pages, whatever they allow; what is outside them is left out. */
  put(address: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const from = (address + at) >>> 0;
      const offset = from & (pageBytes - 1);
      const count = Math.min(pageBytes - offset, bytes.length - at);
      const place = this.#placeOf(from - offset);
      if (place !== undefined) this.#cover(place, offset, bytes, at, count);
      at += count;
    }
  }

  #placeOf(address: number): Place | undefined {
    for (const place of this.#places) if (place.address === address) return place;
    return undefined;
  }

  #cover(place: Place, offset: number, bytes: Uint8Array, at: number, count: number): void {
    const { page, before } = place;
    for (let k = 0; k < count; k++) {
      const byte = bytes[at + k] ?? 0;
      page.bytes[offset + k] = byte;
      before[offset + k] = byte;
    }
    page.code?.forget(offset, count);
    const covered = this.#covered[this.#coveredCount];
    if (covered === undefined) this.#covered.push({ place, offset, bytes: count });
    else {
      covered.place = place;
      covered.offset = offset;
      covered.bytes = count;
    }
    this.#coveredCount++;
  }

  /** Each maximal run of bytes of a page that are other than before the execution. */
  changes(): readonly MemoryRun[] {
    let runs: MemoryRun[] | null = null;
    for (const { page, address, before } of this.#places) {
      const { bytes, dirtyEnd } = page;
      for (let at = page.dirtyFrom; at < dirtyEnd; at++) {
        if (bytes[at] === before[at]) continue;
        const from = at;
        while (at < dirtyEnd && bytes[at] !== before[at]) at++;
        runs ??= [];
        runs.push({ address: address + from, bytes: bytes.slice(from, at) });
      }
    }
    return runs ?? nothing;
  }

  /** The pages' own images again. */
  restore(): void {
    for (const { page, image } of this.#places) {
      const { dirtyFrom, dirtyEnd } = page;
      if (dirtyFrom >= dirtyEnd) continue;
      copyRange(image, page.bytes, dirtyFrom, dirtyEnd);
      page.code?.forget(dirtyFrom, dirtyEnd - dirtyFrom);
      page.clean();
    }
    for (let k = 0; k < this.#coveredCount; k++) {
      const covered = this.#covered[k];
      if (covered === undefined) continue;
      const { place, offset, bytes } = covered;
      copyRange(place.image, place.page.bytes, offset, offset + bytes);
      copyRange(place.image, place.before, offset, offset + bytes);
      place.page.code?.forget(offset, bytes);
    }
    this.#coveredCount = 0;
  }
}

/** Ranges are short but for repetitions, for which a call is cheaper than a loop. */
const copyRange = (from: Uint8Array, into: Uint8Array, begin: number, end: number): void => {
  if (end - begin > 64) {
    into.set(from.subarray(begin, end), begin);
    return;
  }
  for (let k = begin; k < end; k++) into[k] = from[k] ?? 0;
};
