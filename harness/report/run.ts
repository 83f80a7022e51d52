/** What a run hands to its reports: plain data without times, so that the same seed gives the same bytes. */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { AnyFinding } from '../mismatch.ts';
import type { ChapterForms, FormStates } from './form-state.ts';

export interface RunReport {
  /** The command line that makes this run again. */
  readonly command: string;
  readonly seed: number;
  readonly modes: readonly Mode[];
  /** Every subject that was asked, ours first. */
  readonly subjects: readonly SubjectVersion[];
  /** Subjects that were wanted and not there. */
  readonly missing: readonly MissingSubject[];
  readonly corpora: readonly Corpus[];
  readonly tallies: readonly Tally[];
  readonly coverage: readonly Coverage[];
  /** Ways in which executions of each form end: done, or by an exception. Absent where nothing was executed. */
  readonly outcomes?: readonly Coverage[];
  /** Every form that could be reached, by chapter, and what came of each with every subject. */
  readonly chapters?: readonly ChapterForms[];
  readonly formStates?: readonly FormStates[];
  readonly findings: readonly AnyFinding[];
  /** Known rows that no mismatch fired. */
  readonly stale: readonly StaleRow[];
  /** Why the run ended early; absent where it did not. */
  readonly interrupted?: string;
}

export interface SubjectVersion {
  readonly name: string;
  readonly version: string;
}

export interface MissingSubject {
  readonly name: string;
  /** What is wrong, and what the user can do about it. */
  readonly unavailable: string;
  readonly remedy: string;
  /** Cases that were not put to it. */
  readonly cases: number;
}

/** Where inputs came from. A change of a generator's version changes what a seed means. */
export interface Corpus {
  readonly name: string;
  readonly version: string;
  readonly cases: number;
  /** The same on every machine; false for the sections of a binary that happens to be there. */
  readonly portable: boolean;
}

/** How one subject fared in one mode; `cases` is the sum of the other five. */
export interface Tally {
  readonly mode: Mode;
  readonly subject: string;
  readonly cases: number;
  readonly agreed: number;
  readonly explained: number;
  readonly unexplained: number;
  /** The subject, or ours, does not know the area: nobody's agreement. */
  readonly unsupported: number;
  /** The subject was not there: nobody's agreement. */
  readonly unavailable: number;
}

/** Which forms of a mode the inputs reached. */
export interface Coverage {
  readonly mode: Mode;
  readonly total: number;
  readonly unreached: readonly UnreachedForm[];
}

export interface UnreachedForm {
  readonly form: string;
  readonly why: string;
}

export interface StaleRow {
  readonly id: string;
  readonly detail: string;
}

/** A field of an encoding, as anatomy tells it: `rex`, `opcode`, `modrm`. */
export interface Segment {
  readonly kind: string;
  readonly offset: number;
  readonly length: number;
  readonly meaning: string;
}

export type AnatomyOf = (bytes: Uint8Array, mode: Mode, vendor: Vendor) => readonly Segment[];
