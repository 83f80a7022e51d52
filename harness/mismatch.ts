/** The words of a comparison: what differs, between whom, who is right, and what is filed. */
import type { Answer, Input } from './subject.ts';

/** The field in which two answers first differ. Operands count from 0. */
export type Observable =
  | 'validity'
  | 'length'
  | 'mnemonic'
  | 'operand-count'
  | `operand-${number}`
  | 'registers-used'
  | 'memory-used'
  | 'flags'
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

export interface Verdict {
  readonly right: 'ours' | 'theirs' | 'both' | 'undecided';
  /** silicon > citation > agreement of independent others > none. */
  readonly evidence: 'silicon' | 'citation' | 'agreement' | 'none';
  readonly detail: string;
  /** The manual's place where one decides: `SDM 2A LOCK`, `APM 3 1.2.5`. */
  readonly place?: string;
}

/** Mismatches with one cause: the key is computed after shrinking. */
export interface Bucket {
  readonly key: string;
  /** Id of the known row that claims it, or null. */
  readonly known: string | null;
  /** All mismatches that fell into it, capped nowhere. */
  readonly count: number;
  /** The smallest ones, at most 5, shortest first, then by bytes. */
  readonly samples: readonly Mismatch[];
}

/** One subject's answer to the first sample of a finding. */
export interface SubjectAnswer {
  readonly subject: string;
  readonly answer: Answer;
}

/** A bucket judged, shrunk and filed. */
export interface Finding {
  /** First 16 hex digits of SHA-256 over the bucket's key. */
  readonly id: string;
  readonly bucket: Bucket;
  readonly verdict: Verdict;
  /** The pasteable line that runs it again. */
  readonly replay: string;
  /** Every subject's answer to the first sample, ours first; absent where only the two were asked. */
  readonly answers?: readonly SubjectAnswer[];
  /** Buckets of other subjects at the same instruction, which most likely have the same cause. */
  readonly also?: readonly { readonly key: string; readonly subject: string; readonly count: number }[];
}
