/**
 * The deterministic campaign: every slice of every source is asked, compared and sifted, then each bucket is settled.
 * The same options give the same report, however many workers do it.
 */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { RunReport } from '../report/run.ts';
import { type About, type Crew, decoding, type Job, type Outcome } from './crew.ts';
import { type Draft, mergeDrafts } from './draft.ts';
import { joinFindings } from './join.ts';
import { type FormsReached, formsReached, reportOf } from './reckon.ts';
import { settleAll } from './settle-all.ts';
import { type SetupReference, type Slice, sliceName } from './setup.ts';
import type { Shard, SliceResult } from './slice.ts';
import { hireThreads } from './threads.ts';
import { hireThisThread, type OnProgress } from './trade.ts';

export interface ConformOptions {
  readonly setup: SetupReference;
  /** Threads; 0 does everything in this one. */
  readonly workers: number;
  readonly modes: readonly Mode[];
  readonly vendors: readonly Vendor[];
  /** Names of sources; all where absent. */
  readonly sources?: readonly string[];
  readonly seed: number;
  readonly shard?: Shard;
  /** The line that makes this run again, for the report. */
  readonly command: string;
  /** Why known rows that never fired are not held to be stale; null for a full default run, which does hold them so. */
  readonly sparesStale: string | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly cases: number;
  /** Unexplained mismatches so far. */
  readonly unexplained: number;
  readonly slicesDone: number;
  readonly slices: number;
}

export interface ConformResult {
  readonly run: RunReport;
  /** Slices whose worker died: their results are missing. */
  readonly died: readonly Death[];
  /** Forms that each subject told of, by mode: iced's Codes are among them. */
  readonly reached: readonly FormsReached[];
  /** Why stale rows were not judged; null where they were. */
  readonly sparesStale: string | null;
}

export interface Death {
  readonly slice: string;
  readonly detail: string;
}

export async function conform(options: ConformOptions): Promise<ConformResult> {
  const abort = new SharedArrayBuffer(4);
  const onAbort = (): void => {
    Atomics.store(new Int32Array(abort), 0, 1);
  };
  if (options.signal?.aborted === true) onAbort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const crew = await hire(options, abort);
  try {
    return await runWith(crew, options);
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    await crew.close();
  }
}

export const hire = (
  { setup, workers }: Pick<ConformOptions, 'setup' | 'workers'>,
  abort: SharedArrayBuffer,
): Promise<Crew> =>
  workers === 0
    ? hireThisThread(decoding, setup, () => Atomics.load(new Int32Array(abort), 0) !== 0)
    : hireThreads({ workerModule: decoding.workerModule, setup, workers, abort });

/** Subjects in the order in which they speak for a site. */
export const namesOf = ({ subjects }: About): readonly string[] => subjects.map(({ name }) => name);

const runWith = async (crew: Crew, options: ConformOptions): Promise<ConformResult> => {
  const slices = slicesOf(crew, options);
  const jobs = slices.map((slice): Job => ({ kind: 'slice', slice, shard: options.shard }));
  const outcomes = await crew.run(jobs, progressOf(slices.length, options));
  const results = sliceResults(outcomes);
  const died = outcomes.flatMap((outcome, k) => deathOf(outcome, slices[k]));
  const drafts: readonly Draft[] = mergeDrafts(results.flatMap((result) => result.drafts));
  const findings = joinFindings(await settleAll(drafts, crew), namesOf(crew.about));
  const isWhole = died.length === 0 && results.length === slices.length && results.every((result) => result.isComplete);
  const sparesStale = options.sparesStale ?? (isWhole ? null : 'the run did not come to its end');
  const isAborted = options.signal?.aborted === true;
  return {
    run: reportOf({ about: crew.about, options, results, findings, sparesStale, isAborted }),
    died,
    reached: formsReached(results),
    sparesStale,
  };
};

/** Large slices of a source first would be quicker by a little; by source, mode and vendor is easier to follow. */
const slicesOf = ({ about }: Crew, { modes, vendors, sources, seed }: ConformOptions): readonly Slice[] => {
  const slices: Slice[] = [];
  for (const source of about.sources) {
    if (sources !== undefined && !sources.includes(source.name)) continue;
    for (const mode of modes) {
      for (const vendor of vendors) {
        if (source.modes?.includes(mode) === false || source.vendors?.includes(vendor) === false) continue;
        for (let index = 0; index < source.slices; index++) {
          slices.push({ source: source.name, mode, vendor, index, of: source.slices, seed });
        }
      }
    }
  }
  return slices;
};

const progressOf = (slices: number, { onProgress }: ConformOptions): OnProgress => {
  const total = { cases: 0, unexplained: 0, slicesDone: 0 };
  return (cases, unexplained, isDone) => {
    total.cases += cases;
    total.unexplained += unexplained;
    if (isDone) total.slicesDone++;
    onProgress?.({ ...total, slices });
  };
};

export const sliceResults = (outcomes: readonly Outcome[]): readonly SliceResult[] =>
  outcomes.flatMap((outcome) =>
    outcome.status === 'done' && outcome.result.kind === 'slice' ? [outcome.result.result] : [],
  );

export const deathOf = (outcome: Outcome, slice: Slice | undefined): readonly Death[] =>
  outcome.status === 'died' && slice !== undefined ? [{ slice: sliceName(slice), detail: outcome.detail }] : [];
