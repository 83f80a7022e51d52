/** The state that the reference works on, and how an instruction ends. */

/** Memory by linear address. */
export interface ReferenceMemory {
  /** Undefined where nothing is mapped. */
  byteAt(address: bigint): number | undefined;
  isWritable(address: bigint): boolean;
}

export interface ReferenceState {
  readonly mode: 16 | 32 | 64;
  readonly privilegeLevel: number;
  readonly profile: 'intel' | 'amd-zen3';
  /** rAX rCX rDX rBX rSP rBP rSI rDI R8 … R15. */
  readonly registers: readonly bigint[];
  readonly flags: bigint;
  readonly ip: bigint;
  /** ES CS SS DS FS GS: all flat but FS and GS in 64-bit mode. */
  readonly selectors: readonly number[];
  readonly bases: readonly bigint[];
  readonly memory: ReferenceMemory;
}

export interface ReferenceFault {
  readonly kind: 'fault';
  readonly vector: number;
  readonly error: number;
  /** Of #PF. */
  readonly address: bigint | null;
}

export interface ReferenceDone {
  readonly kind: 'done';
  readonly registers: readonly bigint[];
  readonly flags: bigint;
  readonly ip: bigint;
  readonly selectors: readonly number[];
  /** Bytes that were written, by linear address. */
  readonly written: ReadonlyMap<bigint, number>;
  /** Flags that are undefined now, as bits. */
  readonly undefinedFlags: number;
  readonly isHalted: boolean;
  /** SS was loaded by MOV or POP. */
  readonly blocksInterrupts: boolean;
}

export type ReferenceOutcome = ReferenceDone | ReferenceFault | { readonly kind: 'unsupported' };
