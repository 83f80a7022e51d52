/**
 * What a campaign of executions from the command line is made of: ours against one CPU. Workers import this module and
 * call `createExecutionSetup` with the options that the command gave, so these are plain data.
 */
import type { ExecutionSetup } from '../../harness/campaign/execute/setup.ts';
import type { SetupReference } from '../../harness/campaign/setup.ts';
import { executionKnownRows } from '../../harness/known/execution-rows.ts';
import { createTouchstoneExecutor } from '../../harness/subjects/touchstone-executor.ts';
import { createUnicorn } from '../../harness/subjects/unicorn/unicorn.ts';
import type { ExecutorName } from './executor-names.ts';
import { closeStanding, openStandings } from './executors.ts';

export interface ExecutionOptions {
  readonly executor: ExecutorName;
  /** Which of the CPUs that it speaks for. */
  readonly standing: number;
  /** Random executions of each mode; of each mode and round in a search. */
  readonly cases: number;
  readonly isSearch: boolean;
}

export const executionSetup = (options: ExecutionOptions): SetupReference => ({ module: import.meta.url, options });

export const createExecutionSetup = async (options: unknown): Promise<ExecutionSetup> => {
  if (!isExecutionOptions(options)) throw new Error('The options of these campaigns are those of executionSetup.');
  const { executor, standing, cases, isSearch } = options;
  // Whether it may be missing was settled before workers were started.
  const opened = await openStandings(executor);
  if ('unavailable' in opened)
    return { ours: createTouchstoneExecutor(), others: [opened], sources: [], known: [], vendor: 'intel' };
  for (const [k, one] of opened.entries()) if (k !== standing) await closeStanding(one);
  const chosen = opened[standing];
  if (chosen === undefined) throw new Error(`${executor} speaks for ${opened.length} CPUs.`);
  const { ours, oracle, vendor } = chosen;
  return {
    ours,
    others: [oracle],
    sources: chosen.sourcesOf(cases, isSearch),
    ...(executor === 'unicorn' ? {} : { secondOpinion: () => createUnicorn() }),
    known: executionKnownRows,
    vendor,
  };
};

const isExecutionOptions = (options: unknown): options is ExecutionOptions =>
  typeof options === 'object' && options !== null && 'executor' in options && 'cases' in options;
