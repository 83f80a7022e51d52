/** The trade of campaigns of executions: slices are compared, buckets are settled. */

import type { Vendor } from '../../../emulator/isa/modes.ts';
import { type Mode, modes } from '../../../emulator/isa/modes.ts';
import type { ExecutionKnownRow } from '../../known/execution-row.ts';
import type { ExecutionFinding } from '../../mismatch.ts';
import type { Unavailable } from '../../subject.ts';
import type { SetupReference } from '../setup.ts';
import type { CrewOf, OutcomeOf, Trade, Watch } from '../trade.ts';
import { type ExecutionDraft, plainDraft } from './plain.ts';
import { settleExecutions } from './settle.ts';
import type { ExecutionSetupModule, ExecutionSlice, ExecutionSource } from './setup.ts';
import { createExecutionBench, type ExecutionBench, type ExecutionSliceResult, runExecutionSlice } from './slice.ts';

export type ExecutionJob =
  | { readonly kind: 'slice'; readonly slice: ExecutionSlice }
  | { readonly kind: 'settle'; readonly drafts: readonly ExecutionDraft[] };

export type ExecutionJobResult =
  | { readonly kind: 'slice'; readonly result: ExecutionSliceResult }
  | { readonly kind: 'settle'; readonly findings: readonly ExecutionFinding[] };

export type ExecutionOutcome = OutcomeOf<ExecutionJobResult>;
export type ExecutionCrew = CrewOf<ExecutionAbout, ExecutionJob, ExecutionJobResult>;

/** What a campaign needs to know of a setup without having one. */
export interface ExecutionAbout {
  readonly vendor: Vendor;
  readonly subjects: readonly { readonly name: string; readonly version: string; readonly isSilicon: boolean }[];
  readonly missing: readonly Unavailable[];
  readonly sources: readonly Omit<ExecutionSource, 'batches'>[];
  /** In force here. */
  readonly known: readonly ExecutionKnownRow[];
  readonly modes: readonly Mode[];
}

const aboutOf = ({ setup, oracles, missing, known }: ExecutionBench): ExecutionAbout => ({
  vendor: setup.vendor,
  subjects: [
    { name: setup.ours.name, version: setup.ours.version, isSilicon: false },
    ...oracles.map(({ executor: { name, version }, isSilicon }) => ({ name, version, isSilicon })),
  ],
  missing: missing.map(({ name, unavailable, remedy }) => ({ name, unavailable, remedy })),
  sources: setup.sources.map(({ batches: _, ...told }) => told),
  known: known.all,
  modes: modes.filter((mode) => oracles.some(({ executor }) => executor.modes.includes(mode))),
});

const open = async ({ module, options }: SetupReference): Promise<ExecutionBench> => {
  const loaded: unknown = await import(module);
  if (!isSetupModule(loaded)) throw new Error(`${module} exports no createExecutionSetup.`);
  return createExecutionBench(await loaded.createExecutionSetup(options));
};

const isSetupModule = (loaded: unknown): loaded is ExecutionSetupModule =>
  typeof loaded === 'object' &&
  loaded !== null &&
  'createExecutionSetup' in loaded &&
  typeof loaded.createExecutionSetup === 'function';

const close = async ({ setup, oracles }: ExecutionBench): Promise<void> => {
  await setup.ours.close();
  for (const { executor, recheck } of oracles) {
    await recheck?.close();
    await executor.close();
  }
};

const doJob = async (job: ExecutionJob, bench: ExecutionBench, watch: Watch): Promise<ExecutionJobResult> => {
  switch (job.kind) {
    case 'slice':
      return { kind: 'slice', result: await runExecutionSlice(job.slice, bench, watch) };
    case 'settle':
      return { kind: 'settle', findings: await settleExecutions(job.drafts.map(plainDraft), bench) };
  }
};

export const executing: Trade<ExecutionBench, ExecutionAbout, ExecutionJob, ExecutionJobResult> = {
  workerModule: new URL('./worker.js', import.meta.url),
  open,
  aboutOf,
  doJob,
  close,
};
