/** The words of a comparison: what differs, between whom, who is right, and what is filed. */
import type { Execution, ExecutionAnswer } from './execution.ts';
import type { Answer, Input } from './subject.ts';

/** The field in which two answers first differ. Operands count from 0. */
export type Observable =
  | 'validity'
  | 'length'
  | 'mnemonic'
  | 'operand-count'
  | `operand-${number}`
  | 'rounding'
  | 'registers-used'
  | 'memory-used'
  | 'flags'
  | 'cpuid-features'
  | 'text-intel'
  | 'text-nasm'
  | 'text-gas'
  | 'crash'
  /** A law that needs no reference is broken; `Mismatch.law` names it. */
  | 'law';

/** Ours against one other subject, differing first in `observable`. */
export interface Mismatch {
  readonly input: Input;
  readonly observable: Observable;
  /** The other subject's name; for a law, the law's name. */
  readonly subject: string;
  readonly ours: Answer;
  readonly theirs: Answer;
  /** What each says of the field that differs, short: `invalid`, `valid`, `4`, `eax r 32`. */
  readonly says: { readonly ours: string; readonly theirs: string };
}

/** The field in which two executions first differ. General registers and selectors count in the order of their encoding. */
export type ExecutionObservable =
  | 'status'
  | 'vector'
  | 'error-code'
  | 'fault-address'
  | 'rip'
  | `gpr-${number}`
  | 'memory'
  | `selector-${number}`
  | 'fs-base'
  | 'gs-base'
  | 'rflags'
  /** Flags that the row leaves undefined, where both sides claim to be one CPU. */
  | 'undefined-flags';

/** Ours against one other executor, differing first in `observable`. */
export interface ExecutionMismatch {
  /** Bytes and mode as in `execution`; the vendor whose CPU is meant. */
  readonly input: Input;
  readonly execution: Execution;
  readonly observable: ExecutionObservable;
  /**
   * What the field is to the instruction, without what varies from state to state: `operand 0`, `implicit rdx`, letters
   * of flags; '' where the observable says all.
   */
  readonly part: string;
  readonly subject: string;
  readonly ours: ExecutionAnswer;
  readonly theirs: ExecutionAnswer;
  /** What each says of the field that differs, short: `executed`, `#PF`, `0x10`, `C=1 A=0`. */
  readonly says: { readonly ours: string; readonly theirs: string };
}

export type AnyMismatch = Mismatch | ExecutionMismatch;

export const isExecution = (mismatch: AnyMismatch): mismatch is ExecutionMismatch => 'execution' in mismatch;

export interface Verdict {
  readonly right: 'ours' | 'theirs' | 'both' | 'undecided';
  /** silicon > citation > agreement of independent others > none. */
  readonly evidence: 'silicon' | 'citation' | 'agreement' | 'none';
  readonly detail: string;
  /** The manual's place where one decides: `SDM 2A LOCK`, `APM 3 1.2.5`. */
  readonly place?: string;
}

/** Mismatches with one cause: the key is computed after shrinking. */
export interface Bucket<M extends AnyMismatch = Mismatch> {
  readonly key: string;
  /** Id of the known row that claims it, or null. */
  readonly known: string | null;
  /** All mismatches that fell into it, capped nowhere. */
  readonly count: number;
  /** The smallest ones, at most 5, shortest first, then by bytes. */
  readonly samples: readonly M[];
}

/** One subject's answer to the first sample of a finding. */
export interface SubjectAnswer<A extends Answer | ExecutionAnswer = Answer> {
  readonly subject: string;
  readonly answer: A;
}

/** A bucket judged, shrunk and filed. */
export interface Finding<M extends AnyMismatch = Mismatch> {
  /** First 16 hex digits of SHA-256 over the bucket's key. */
  readonly id: string;
  readonly bucket: Bucket<M>;
  readonly verdict: Verdict;
  /** The pasteable line that runs it again. */
  readonly replay: string;
  /** Every subject's answer to the first sample, ours first; absent where only the two were asked. */
  readonly answers?: readonly SubjectAnswer<M['ours']>[];
  /** Buckets of other subjects at the same instruction, which most likely have the same cause. */
  readonly also?: readonly { readonly key: string; readonly subject: string; readonly count: number }[];
}

export type ExecutionFinding = Finding<ExecutionMismatch>;
export type AnyFinding = Finding | ExecutionFinding;

export const isExecutionFinding = (finding: AnyFinding): finding is ExecutionFinding =>
  finding.bucket.samples.some(isExecution);
