/** Who answers for served pages and for ports. */

/** Serves accesses to pages at once; what it does not answer becomes a need. */
export interface Owner {
  /** Little-endian bytes, exactly `sizeBytes`; undefined leaves the need to the caller of `step`. */
  read?(address: bigint, sizeBytes: number): Uint8Array | undefined;
  /** True where it took the data. */
  write?(address: bigint, data: Uint8Array): boolean;
  /** Where the access goes instead: RAM at another address. Text, registers and mappings stay as they are. */
  divert?(address: bigint, sizeBytes: number, access: 'read' | 'write'): bigint | undefined;
}

interface Region {
  readonly first: bigint;
  readonly last: bigint;
  readonly owner: Owner;
}

/** Owners of ranges; of several that hold an address, the first. */
export class Owners {
  readonly #regions: Region[] = [];

  add(first: bigint, count: number, owner: Owner): void {
    this.#regions.push({ first, last: first + BigInt(count) - 1n, owner });
  }

  of(address: bigint): Owner | undefined {
    return this.#regions.find(({ first, last }) => address >= first && address <= last)?.owner;
  }
}
