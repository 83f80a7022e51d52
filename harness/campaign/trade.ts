/**
 * What is the same for all campaigns that are shared out: those who do the jobs, in this thread or in workers with a
 * bench of their own each. Results come back in the order of the jobs, so that nothing depends on who was faster.
 */
import type { SetupReference } from './setup.ts';

/** How one kind of campaign makes a bench and does its jobs there. */
export interface Trade<Bench, About, Job, Result> {
  /** The module that a worker thread of this trade runs, as it is built. */
  readonly workerModule: URL;
  open(setup: SetupReference): Promise<Bench>;
  aboutOf(bench: Bench): About;
  doJob(job: Job, bench: Bench, watch: Watch): Promise<Result>;
  close(bench: Bench): Promise<void>;
}

/** Looked at, and told, in the middle of a job. */
export interface Watch {
  readonly isAborted: () => boolean;
  /** What was done since the last call. */
  readonly onProgress: (cases: number, unexplained: number) => void;
}

export type OutcomeOf<Result> =
  | { readonly status: 'done'; readonly result: Result }
  /** Whoever did it died or threw. */
  | { readonly status: 'died'; readonly detail: string }
  /** Aborted before it began. */
  | { readonly status: 'skipped' };

/** What was done since the last call; `isDone` with the last call of a job, which may be the only one. */
export type OnProgress = (cases: number, unexplained: number, isDone: boolean) => void;

export interface CrewOf<About, Job, Result> {
  readonly about: About;
  /** One outcome a job, in the order of the jobs. Never rejects because of a job. */
  run(jobs: readonly Job[], onProgress: OnProgress): Promise<readonly OutcomeOf<Result>[]>;
  close(): Promise<void>;
}

/** A crew of one: this very thread. */
export const hireThisThread = async <Bench, About, Job, Result>(
  trade: Trade<Bench, About, Job, Result>,
  setup: SetupReference,
  isAborted: () => boolean,
): Promise<CrewOf<About, Job, Result>> => {
  const bench = await trade.open(setup);
  return {
    about: trade.aboutOf(bench),
    run: async (jobs, onProgress) => {
      const watch: Watch = { isAborted, onProgress: (cases, unexplained) => onProgress(cases, unexplained, false) };
      const outcomes: OutcomeOf<Result>[] = [];
      for (const job of jobs) {
        outcomes.push(await outcomeOf(trade, job, bench, watch));
        onProgress(0, 0, true);
      }
      return outcomes;
    },
    close: () => trade.close(bench),
  };
};

export const outcomeOf = async <Bench, About, Job, Result>(
  trade: Trade<Bench, About, Job, Result>,
  job: Job,
  bench: Bench,
  watch: Watch,
): Promise<OutcomeOf<Result>> => {
  if (watch.isAborted()) return { status: 'skipped' };
  try {
    return { status: 'done', result: await trade.doJob(job, bench, watch) };
  } catch (error) {
    return { status: 'died', detail: error instanceof Error ? error.message : String(error) };
  }
};
