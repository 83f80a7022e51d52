/**
 * Those who do a campaign's jobs: this thread, or workers with a bench of their own each. Results come back in the order
 * of the jobs, so that nothing depends on who was faster.
 */
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import type { KnownRow } from '../known/row.ts';
import type { Unavailable } from '../subject.ts';
import type { Draft } from './draft.ts';
import { type Settlement, settle } from './settle.ts';
import type { FormGoal, SetupModule, SetupReference, Slice, Source } from './setup.ts';
import { type Bench, createBench, runSlice, type Shard, type SliceResult } from './slice.ts';

export type Job =
  | { readonly kind: 'slice'; readonly slice: Slice; readonly shard: Shard | undefined }
  | { readonly kind: 'settle'; readonly drafts: readonly Draft[] };

export type JobResult =
  | { readonly kind: 'slice'; readonly result: SliceResult }
  | { readonly kind: 'settle'; readonly settlements: readonly Settlement[] };

export type Outcome =
  | { readonly status: 'done'; readonly result: JobResult }
  /** Whoever did it died or threw. */
  | { readonly status: 'died'; readonly detail: string }
  /** Aborted before it began. */
  | { readonly status: 'skipped' };

/** What was done since the last call; `isDone` with the last call of a job, which may be the only one. */
export type OnProgress = (cases: number, unexplained: number, isDone: boolean) => void;

export interface Crew {
  readonly about: About;
  /** One outcome a job, in the order of the jobs. Never rejects because of a job. */
  run(jobs: readonly Job[], onProgress: OnProgress): Promise<readonly Outcome[]>;
  close(): Promise<void>;
}

/** What a campaign needs to know of a setup without having one. */
export interface About {
  readonly subjects: readonly { readonly name: string; readonly version: string }[];
  readonly missing: readonly Unavailable[];
  readonly sources: readonly SourceAbout[];
  /** In force here. */
  readonly known: readonly KnownRow[];
  readonly goals: readonly { readonly mode: Mode; readonly forms: readonly FormGoal[] }[];
}

export type SourceAbout = Omit<Source, 'inputs'>;

export const aboutOf = ({ setup, subjects, missing, known }: Bench): About => ({
  subjects: [setup.ours, ...subjects].map(({ name, version }) => ({ name, version })),
  missing: missing.map(({ name, unavailable, remedy }) => ({ name, unavailable, remedy })),
  sources: setup.sources.map(({ name, version, portable, modes: inModes, vendors, slices }) => ({
    name,
    version,
    portable,
    slices,
    ...(inModes === undefined ? {} : { modes: inModes }),
    ...(vendors === undefined ? {} : { vendors }),
  })),
  known: known.all,
  goals: modes.map((mode) => ({ mode, forms: [...(setup.goals?.(mode) ?? [])] })),
});

export const openBench = async ({ module, options }: SetupReference): Promise<Bench> => {
  const loaded: unknown = await import(module);
  if (!isSetupModule(loaded)) throw new Error(`${module} exports no createSetup.`);
  return createBench(await loaded.createSetup(options));
};

const isSetupModule = (loaded: unknown): loaded is SetupModule =>
  typeof loaded === 'object' && loaded !== null && 'createSetup' in loaded && typeof loaded.createSetup === 'function';

export const closeBench = async ({ setup, subjects }: Bench): Promise<void> => {
  for (const subject of [setup.ours, ...subjects]) await subject.close();
};

const doJob = async (job: Job, bench: Bench, isAborted: () => boolean, onProgress: OnProgress): Promise<JobResult> => {
  switch (job.kind) {
    case 'slice':
      return {
        kind: 'slice',
        result: await runSlice(job.slice, bench, {
          shard: job.shard,
          isAborted,
          onProgress: (cases, unexplained) => onProgress(cases, unexplained, false),
        }),
      };
    case 'settle':
      return { kind: 'settle', settlements: await settle(job.drafts, bench) };
  }
};

/** A crew of one: this very thread. */
export const hireThisThread = async (setup: SetupReference, isAborted: () => boolean): Promise<Crew> => {
  const bench = await openBench(setup);
  return {
    about: aboutOf(bench),
    run: async (jobs, onProgress) => {
      const outcomes: Outcome[] = [];
      for (const job of jobs) {
        outcomes.push(await outcomeOf(job, bench, isAborted, onProgress));
        onProgress(0, 0, true);
      }
      return outcomes;
    },
    close: () => closeBench(bench),
  };
};

export const outcomeOf = async (
  job: Job,
  bench: Bench,
  isAborted: () => boolean,
  onProgress: OnProgress,
): Promise<Outcome> => {
  if (isAborted()) return { status: 'skipped' };
  try {
    return { status: 'done', result: await doJob(job, bench, isAborted, onProgress) };
  } catch (error) {
    return { status: 'died', detail: error instanceof Error ? error.message : String(error) };
  }
};
