/** Who answers for served pages and for ports, and for what instructions of systems reach beyond the machine. */
import type { Intercept } from '../semantics/intercepts.ts';

/** Serves accesses to pages at once; what it does not answer becomes a need. */
export interface Owner {
  /** Little-endian bytes, exactly `sizeBytes`; undefined leaves the need to the caller of `step`. */
  read?(address: bigint, sizeBytes: number): Uint8Array | undefined;
  /** True where it took the data. */
  write?(address: bigint, data: Uint8Array): boolean;
  /** Where the access goes instead: RAM at another address. Text, registers and mappings stay as they are. */
  divert?(address: bigint, sizeBytes: number, access: 'read' | 'write'): bigint | undefined;
}

/** An instruction that may be taken over. */
export interface Interception {
  readonly intercept: Intercept;
  readonly lengthBytes: number;
  readonly operandSize: 16 | 32 | 64;
  readonly addressSize: 16 | 32 | 64;
  readonly isRepeated: boolean;
  /** Of control and debug registers: which. */
  readonly register: number | null;
}

/** Before its right to execute is checked; after that, before memory is read; after that, before anything happens. */
export const interceptStages = ['pre-exception', 'post-exception', 'post-memory'] as const;
export type InterceptStage = (typeof interceptStages)[number];

/** Owner of what is no memory and no port. What it does not answer is as on a CPU that has not got it. */
export interface SystemOwner {
  /** Takes the instruction over where it answers true: nothing of it happens. */
  intercept?(stage: InterceptStage, interception: Interception): boolean;
  /** Of numbers that are no registers of the machine's own; undefined is #GP(0). */
  readModelSpecific?(number: number): bigint | undefined;
  /** False is #GP(0). */
  writeModelSpecific?(number: number, value: bigint): boolean;
  /** A performance counter; undefined is #GP(0). */
  readCounter?(number: number): bigint | undefined;
  /** Linear. */
  invalidatePage?(address: bigint): void;
  invalidateCaches?(kind: 'invd' | 'wbinvd'): void;
  /** VMCALL and VMMCALL have ended; without it they are not supported. */
  hypercall?(): void;
  /**
   * A LOCKed write is to happen if memory still holds what was read. True where it did and now holds `value`, which
   * the owner has written; false where not, and the instruction begins anew. Bytes are little-endian; all fit one page.
   */
  compareExchange?(address: bigint, expected: Uint8Array, value: Uint8Array): boolean;
  /** SYSCALL and its kin are executed by their model-specific registers. Else they end in `system call`. */
  readonly executesSystemCalls?: boolean;
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
