/** What is known of each byte of the memory that is tracked, a byte of shadow each. */
import { pageBytes } from '../../machine/memory.ts';

export const Shade = { unallocated: 0, uninitialized: 1, initialized: 2, freed: 3 } as const;
export type Shade = (typeof Shade)[keyof typeof Shade];

const size = BigInt(pageBytes);

const shades: readonly Shade[] = Object.values(Shade);

/** Whole pages are tracked; of pages that are not, nothing is known, and nothing is reported. */
export class Shadow {
  readonly #pages = new Map<bigint, Uint8Array>();

  /** Tracks the pages of a range, whose bytes begin as `unallocated`. */
  track(address: bigint, lengthBytes: number): void {
    for (let page = address / size; page * size < address + BigInt(lengthBytes); page++) {
      if (!this.#pages.has(page)) this.#pages.set(page, new Uint8Array(pageBytes));
    }
  }

  /** Bytes come into use: nothing has been written to them. */
  allocate(address: bigint, lengthBytes: number, shade: Shade = Shade.uninitialized): void {
    this.track(address, lengthBytes);
    this.set(address, lengthBytes, shade);
  }

  free(address: bigint, lengthBytes: number): void {
    this.set(address, lengthBytes, Shade.freed);
  }

  isTracked(address: bigint): boolean {
    return this.#pages.has(address / size);
  }

  /** Undefined where it is not tracked. */
  at(address: bigint): Shade | undefined {
    const shade = this.#pages.get(address / size)?.[Number(address % size)];
    return shade === undefined ? undefined : shades[shade];
  }

  /** Of the bytes that are tracked. */
  set(address: bigint, lengthBytes: number, shade: Shade): void {
    for (let k = 0n; k < BigInt(lengthBytes); k++) {
      const page = this.#pages.get((address + k) / size);
      if (page !== undefined) page[Number((address + k) % size)] = shade;
    }
  }

  /** Shades move with bytes; what comes from memory that is not tracked is initialized. */
  copy(from: bigint, to: bigint, lengthBytes: number): void {
    const moved = Array.from({ length: lengthBytes }, (_, k) => this.at(from + BigInt(k)) ?? Shade.initialized);
    for (const [k, shade] of moved.entries()) this.set(to + BigInt(k), 1, shade);
  }
}
