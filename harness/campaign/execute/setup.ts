/** What a campaign of executions is told: who executes, what, and what is known already. Made anew in each worker. */
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import type { Execution, Executor } from '../../execution.ts';
import type { ExecutionKnownRow } from '../../known/execution-row.ts';
import type { Unavailable } from '../../subject.ts';

export interface ExecutionSetup {
  readonly ours: Executor;
  readonly others: readonly (Oracle | Unavailable)[];
  readonly sources: readonly ExecutionSource[];
  /** Opens who is asked about findings alone, and tells whose side it takes. */
  readonly secondOpinion?: () => Promise<Executor | Unavailable>;
  readonly known: readonly ExecutionKnownRow[];
  /** Whose CPU is executed for: instructions are drawn and read by its manuals. */
  readonly vendor: Vendor;
}

/** An executor that ours is held against. */
export interface Oracle {
  readonly executor: Executor;
  /** Asked again before a difference counts: slower, and beyond doubt. The executor itself where absent. */
  readonly recheck?: Executor;
  /** What it says is what a CPU did. */
  readonly isSilicon: boolean;
  /** Ours follows the profile of this very CPU: what rows leave undefined is compared too. */
  readonly isOneCpu: boolean;
  /** Names of the sources that it is asked about; all where absent. */
  readonly sources?: readonly string[];
}

/** Where executions come from, in slices that are the same whoever asks for them, and in whatever order. */
export interface ExecutionSource {
  readonly name: string;
  readonly version: string;
  /** The same on every machine. */
  readonly portable: boolean;
  /** All where absent. */
  readonly modes?: readonly Mode[];
  /** Slices of one mode. */
  readonly slices: number;
  /** Batches of about `size`. Each stands until the next but one is taken. */
  batches(slice: ExecutionSlice, size: number): Iterable<readonly Case[]>;
}

/** An execution, and the form of its instruction: an index of `forms`, or -1. */
export interface Case extends Execution {
  readonly form: number;
}

/** A part of a campaign which one worker does. */
export interface ExecutionSlice {
  readonly source: string;
  readonly mode: Mode;
  /** 0 to `of` - 1; a search counts on for ever. */
  readonly index: number;
  readonly of: number;
  readonly seed: number;
}

export interface ExecutionSetupModule {
  readonly createExecutionSetup: (options: unknown) => Promise<ExecutionSetup>;
}

export const executionSliceName = ({ source, mode, index, of }: ExecutionSlice): string =>
  `executions from ${source} ${mode}-bit ${index + 1}/${of}`;
