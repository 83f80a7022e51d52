/** The trade of decoding campaigns: slices of sources are compared, buckets are settled. */
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import type { KnownRow } from '../known/row.ts';
import type { Unavailable } from '../subject.ts';
import type { Draft } from './draft.ts';
import { type Settlement, settle } from './settle.ts';
import type { FormGoal, SetupModule, SetupReference, Slice, Source } from './setup.ts';
import { type Bench, createBench, runSlice, type Shard, type SliceResult } from './slice.ts';
import type { CrewOf, OutcomeOf, Trade, Watch } from './trade.ts';

export type Job =
  | { readonly kind: 'slice'; readonly slice: Slice; readonly shard: Shard | undefined }
  | { readonly kind: 'settle'; readonly drafts: readonly Draft[] };

export type JobResult =
  | { readonly kind: 'slice'; readonly result: SliceResult }
  | { readonly kind: 'settle'; readonly settlements: readonly Settlement[] };

export type Outcome = OutcomeOf<JobResult>;
export type Crew = CrewOf<About, Job, JobResult>;

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

const aboutOf = ({ setup, subjects, missing, known }: Bench): About => ({
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

const openBench = async ({ module, options }: SetupReference): Promise<Bench> => {
  const loaded: unknown = await import(module);
  if (!isSetupModule(loaded)) throw new Error(`${module} exports no createSetup.`);
  return createBench(await loaded.createSetup(options));
};

const isSetupModule = (loaded: unknown): loaded is SetupModule =>
  typeof loaded === 'object' && loaded !== null && 'createSetup' in loaded && typeof loaded.createSetup === 'function';

const closeBench = async ({ setup, subjects }: Bench): Promise<void> => {
  for (const subject of [setup.ours, ...subjects]) await subject.close();
};

const doJob = async (job: Job, bench: Bench, watch: Watch): Promise<JobResult> => {
  switch (job.kind) {
    case 'slice':
      return { kind: 'slice', result: await runSlice(job.slice, bench, { shard: job.shard, ...watch }) };
    case 'settle':
      return { kind: 'settle', settlements: await settle(job.drafts, bench) };
  }
};

export const decoding: Trade<Bench, About, Job, JobResult> = {
  workerModule: new URL('./worker.js', import.meta.url),
  open: openBench,
  aboutOf,
  doJob,
  close: closeBench,
};
