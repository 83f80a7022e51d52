/**
 * The deterministic campaign of executions: every slice of every source is executed, compared and sifted, then each
 * bucket is settled. The same options give the same report, however many workers do it.
 */
import type { Mode } from '../../../emulator/isa/modes.ts';
import type { ExecutionFinding } from '../../mismatch.ts';
import type { RunReport } from '../../report/run.ts';
import type { Death, Progress } from '../conform.ts';
import { mergeDraftsOf } from '../draft.ts';
import type { SetupReference } from '../setup.ts';
import type { Shard } from '../slice.ts';
import { hireThreads } from '../threads.ts';
import { hireThisThread, type OnProgress } from '../trade.ts';
import { type ExecutionCrew, type ExecutionJob, type ExecutionOutcome, executing } from './crew.ts';
import { joinExecutionFindings } from './join.ts';
import type { ExecutionDraft } from './plain.ts';
import { executions, plainDraft, plainFinding } from './plain.ts';
import { executionReport } from './reckon.ts';
import { findingOf } from './settle.ts';
import { type ExecutionSlice, executionSliceName } from './setup.ts';
import type { ExecutionSliceResult } from './slice.ts';

export interface ExecutionConformOptions {
  readonly setup: SetupReference;
  /** Threads; 0 does everything in this one. */
  readonly workers: number;
  readonly modes: readonly Mode[];
  readonly seed: number;
  readonly shard?: Shard;
  /** The line that makes this run again, for the report. */
  readonly command: string;
  /** Why known rows that never fired are not held to be stale; null for a full default run. */
  readonly sparesStale: string | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ExecutionConformResult {
  readonly run: RunReport;
  readonly died: readonly Death[];
  /** Differences that were gone when the oracle was asked beyond doubt. */
  readonly withdrawn: number;
}

export async function conformExecutions(options: ExecutionConformOptions): Promise<ExecutionConformResult> {
  const abort = new SharedArrayBuffer(4);
  const onAbort = (): void => {
    Atomics.store(new Int32Array(abort), 0, 1);
  };
  if (options.signal?.aborted === true) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const crew = await hireExecutors(options, abort);
  try {
    return await runWith(crew, options);
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    await crew.close();
  }
}

export const hireExecutors = (
  { setup, workers }: Pick<ExecutionConformOptions, 'setup' | 'workers'>,
  abort: SharedArrayBuffer,
): Promise<ExecutionCrew> =>
  workers === 0
    ? hireThisThread(executing, setup, () => Atomics.load(new Int32Array(abort), 0) !== 0)
    : hireThreads({ workerModule: executing.workerModule, setup, workers, abort });

const runWith = async (crew: ExecutionCrew, options: ExecutionConformOptions): Promise<ExecutionConformResult> => {
  const slices = slicesOf(crew, options);
  const jobs = slices.map((slice): ExecutionJob => ({ kind: 'slice', slice }));
  const outcomes = await crew.run(jobs, progressOf(slices.length, options));
  const results = sliceResults(outcomes);
  const died = outcomes.flatMap((outcome, k) => deathOf(outcome, slices[k]));
  const drafts = mergeDraftsOf(
    executions,
    results.flatMap((result) => result.drafts),
  );
  const findings = joinExecutionFindings(await settleAll(drafts, crew));
  const isWhole = died.length === 0 && results.length === slices.length && results.every((one) => one.isComplete);
  const sparesStale = options.sparesStale ?? (isWhole ? null : 'the run did not come to its end');
  const isAborted = options.signal?.aborted === true;
  return {
    run: executionReport({ about: crew.about, options, results, findings, sparesStale, isAborted }),
    died,
    withdrawn: results.reduce((sum, { withdrawn }) => sum + withdrawn, 0),
  };
};

/** None where there is nobody to compare with. A shard has every so many slice. */
const slicesOf = (
  { about }: ExecutionCrew,
  { modes, seed, shard = { index: 1, of: 1 } }: ExecutionConformOptions,
): readonly ExecutionSlice[] => {
  const asked = modes.filter((mode) => about.modes.includes(mode));
  return about.sources.flatMap(({ name, modes: those, slices }) =>
    asked
      .filter((mode) => those?.includes(mode) !== false)
      .flatMap((mode) =>
        Array.from({ length: slices }, (_, index) => ({ source: name, mode, index, of: slices, seed })),
      )
      .filter(({ index }) => index % shard.of === shard.index - 1),
  );
};

const progressOf = (slices: number, { onProgress }: ExecutionConformOptions): OnProgress => {
  const total = { cases: 0, unexplained: 0, slicesDone: 0 };
  return (cases, unexplained, isDone) => {
    total.cases += cases;
    total.unexplained += unexplained;
    if (isDone) total.slicesDone++;
    onProgress?.({ ...total, slices });
  };
};

/** Whole again, wherever they come from. */
export const sliceResults = (outcomes: readonly ExecutionOutcome[]): readonly ExecutionSliceResult[] =>
  outcomes.flatMap((outcome) => {
    if (outcome.status !== 'done' || outcome.result.kind !== 'slice') return [];
    const { result } = outcome.result;
    return [{ ...result, drafts: result.drafts.map(plainDraft) }];
  });

export const deathOf = (outcome: ExecutionOutcome, slice: ExecutionSlice | undefined): readonly Death[] =>
  outcome.status === 'died' && slice !== undefined
    ? [{ slice: executionSliceName(slice), detail: outcome.detail }]
    : [];

/** Not too many a job, since a worker that dies takes its part with it. */
const partSize = 16;

export const settleAll = async (
  drafts: readonly ExecutionDraft[],
  crew: ExecutionCrew,
): Promise<readonly ExecutionFinding[]> => {
  const parts = Array.from({ length: Math.ceil(drafts.length / partSize) }, (_, k) =>
    drafts.slice(k * partSize, (k + 1) * partSize),
  );
  const jobs = parts.map((part): ExecutionJob => ({ kind: 'settle', drafts: part.map(plainDraft) }));
  const outcomes = await crew.run(jobs, () => undefined);
  const { known, subjects } = crew.about;
  const oracles = subjects.map(({ name, version, isSilicon }) => ({ executor: { name, version }, isSilicon }));
  return parts.flatMap((part, k) => {
    const outcome = outcomes[k];
    const isDone = outcome?.status === 'done' && outcome.result.kind === 'settle';
    return isDone ? outcome.result.findings.map(plainFinding) : part.map((draft) => findingOf(draft, oracles, known));
  });
};
