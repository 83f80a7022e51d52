/** What the evaluator and a tier of compiled code beside it know of each other. */
import type { Word } from '../bits/word.ts';
import type { CodePage } from './code-cache.ts';

/** What code is compiled for: it holds as long as the key is the same. */
export interface Surroundings {
  readonly key: number;
  readonly mode: 16 | 32 | 64;
  readonly stackBits: 16 | 32 | 64;
  /** Segments through which an offset is a linear address, as bits. */
  readonly flatSegments: number;
  /** What pages must allow, as bits of PageAccess. */
  readonly readMask: number;
  readonly writeMask: number;
  readonly profile: 'intel' | 'amd-zen3';
  readonly privilegeLevel: number;
  readonly isLongMode: boolean;
  /** The general registers and rIP, by which operations name them. */
  readonly general: readonly Word[];
  readonly ip: Word;
  /** May SSE instructions be executed? */
  readonly hasSse: boolean;
  readonly vectors: VectorRegisters;
}

/** Vector registers, 64 bytes each, and what rounding and exceptions are. */
export interface VectorRegisters {
  readonly vector: Uint8Array;
  readonly mxcsr: number;
}

/** Runs what it has compiled of the code that is frequent. */
export interface Tier {
  /**
   * Executes from rIP on, which is in `code`, until what comes next is not compiled, is at `until`, or would be more than
   * `most`: the instructions that ended, 0 where rIP is at nothing compiled.
   */
  run(code: CodePage, around: Surroundings, most: number, until: Word): number;
  /** Much has been executed without this tier, and rIP is in `code` now. */
  meet(code: CodePage, around: Surroundings): void;
  /** Flags that the last of these instructions has left undefined. */
  readonly undefinedFlags: number;
}
