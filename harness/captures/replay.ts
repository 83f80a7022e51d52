/** Holds an executor, ours, against everything that a CPU was captured doing. */

import { areSameExecutions, executionDifferences, isEitherSilent } from '../compare/execution.ts';
import type { Execution, ExecutionAnswer, Executor } from '../execution.ts';
import type { ExecutionKnownRows } from '../known/execution-match.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import { signatureText } from '../subjects/silicon/signature.ts';
import { profileOf } from './signature.ts';
import type { CaptureSource } from './source.ts';

export interface ReplayOptions {
  readonly source: CaptureSource;
  readonly ours: Executor;
  /** The profile whose undefined results ours gives; the CPU's own is compared to the last flag. */
  readonly profile: string;
  readonly known: ExecutionKnownRows;
}

export interface ReplayResult {
  /** Which CPU. */
  readonly cpu: string;
  readonly compared: number;
  readonly same: number;
  /** Answers of ours that say unsupported or refused. */
  readonly silent: number;
  /** The same but for flags that rows leave undefined. */
  readonly masked: number;
  /** Captures with a difference, all of which known rows claim; by the id of the first. */
  readonly known: ReadonlyMap<string, number>;
  /** What nothing explains: of each capture the first difference. */
  readonly mismatches: readonly ExecutionMismatch[];
}

export const replayCaptures = async (options: ReplayOptions): Promise<ReplayResult> => {
  const { source, ours } = options;
  const counts = { same: 0, silent: 0, masked: 0 };
  const known = new Map<string, number>();
  const mismatches: ExecutionMismatch[] = [];
  const executions = source.executions.filter(({ mode }) => ours.modes.includes(mode));
  for (let at = 0; at < executions.length; at += ours.batch) {
    const batch = executions.slice(at, at + ours.batch);
    const [mine, theirs] = await Promise.all([ours.execute(batch), source.execute(batch)]);
    for (const [k, execution] of batch.entries()) {
      const answers = answersOf(mine[k], theirs[k]);
      if (areSameExecutions(answers.ours, answers.theirs)) counts.same++;
      else if (isEitherSilent(answers.ours, answers.theirs)) counts.silent++;
      else settle(options, { execution, ...answers }, { counts, known, mismatches });
    }
  }
  return { cpu: signatureText(source.cpu), compared: executions.length, ...counts, known, mismatches };
};

const answersOf = (
  ours: ExecutionAnswer | undefined,
  theirs: ExecutionAnswer | undefined,
): { readonly ours: ExecutionAnswer; readonly theirs: ExecutionAnswer } => {
  if (ours === undefined || theirs === undefined)
    throw new Error('An executor gave fewer answers than it was asked for.');
  return { ours, theirs };
};

interface Pair {
  readonly execution: Execution;
  readonly ours: ExecutionAnswer;
  readonly theirs: ExecutionAnswer;
}

interface Found {
  readonly counts: { masked: number };
  readonly known: Map<string, number>;
  readonly mismatches: ExecutionMismatch[];
}

const settle = ({ source, profile, known }: ReplayOptions, pair: Pair, into: Found): void => {
  const { execution, ours, theirs } = pair;
  const { vendor } = source.cpu;
  const isOneCpu = profileOf(source.cpu) === profile;
  const differences = executionDifferences({ execution, vendor, isOneCpu }, ours, theirs);
  if (differences.length === 0) {
    into.counts.masked++;
    return;
  }
  const input = { bytes: execution.bytes, mode: execution.mode, vendor };
  let claimed = '';
  for (const difference of differences) {
    const mismatch: ExecutionMismatch = { ...difference, input, execution, subject: source.name, ours, theirs };
    const row = known.claim(mismatch);
    if (row === null) {
      into.mismatches.push(mismatch);
      return;
    }
    if (claimed === '') claimed = row.id;
  }
  into.known.set(claimed, (into.known.get(claimed) ?? 0) + 1);
};
