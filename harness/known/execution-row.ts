/** A known divergence of executions as data: which instructions in which states, which field, and where the manuals say so. */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { ExecutionConditionName } from './execution-conditions.ts';
import type { KnownRow, Match } from './row.ts';

/** What of a mismatch of decoders' row holds for executions too: who is right, where it is said, of which versions. */
type Told = Pick<KnownRow, 'id' | 'right' | 'manual' | 'silicon' | 'versions' | 'note'>;

export interface ExecutionKnownRow extends Told {
  /** Whose answers it speaks of; every subject's where absent, as of results that the manuals leave undefined. */
  readonly subject?: string;
  readonly modes: readonly Mode[];
  readonly vendors?: readonly Vendor[];
  readonly match: Match;
  /** All must hold in the state before. */
  readonly when?: readonly ExecutionConditionName[];
  /**
   * Fields that may differ, as a mismatch names them: `gpr operand 0`, `rflags C`, `memory`. Of flags, letters that may.
   * `any` stands for all.
   */
  readonly fields: readonly string[];
  readonly class: 'undefined' | 'vendor' | 'feature' | 'mode' | 'oracle-bug';
}
