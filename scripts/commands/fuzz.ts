/** `touchstone fuzz`: searches until time is up. Each finding is on disk before the search goes on. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Mode, modes, vendors } from '../../emulator/isa/modes.ts';
import { fuzzExecutions } from '../../harness/campaign/execute/fuzz.ts';
import * as campaign from '../../harness/campaign/fuzz.ts';
import { openStore, type Store, StoreError } from '../../harness/campaign/store.ts';
import type { AnyFinding } from '../../harness/mismatch.ts';
import { countText } from '../../harness/report/hex.ts';
import { failureText } from '../../harness/report/summary.ts';
import type { Terminal } from '../terminal.ts';
import { campaignSetup } from './campaign-setup.ts';
import { executionSetup } from './execution-setup.ts';
import { askedOf, type ExecutorName } from './executor-names.ts';
import { searchedExecutor } from './executors.ts';
import { CommandFailure, type ExitCode, exitCodes } from './failure.ts';
import { withInterrupt } from './interrupt.ts';
import type { SubjectName } from './subject-names.ts';
import { requireSubjects } from './subjects.ts';

export interface FuzzOptions {
  /** Milliseconds. */
  readonly for: number;
  readonly mode: readonly Mode[];
  readonly subject?: readonly (SubjectName | ExecutorName)[];
  /** Executions are searched, not decodings. */
  readonly execute?: true;
  readonly report: string;
  readonly seed: number;
  readonly workers?: number;
}

export const fuzz = async (options: FuzzOptions, terminal: Terminal): Promise<ExitCode> => {
  try {
    const store = await openStore(options.report);
    const { decoders, executors } = askedOf(options.subject);
    const executor = isOfExecutions(options) ? await searchedExecutor(executors) : null;
    if (executor === null) await requireSubjects(decoders, terminal.environment);
    return await search({ ...options, executor }, store, terminal);
  } catch (error) {
    throw error instanceof StoreError ? new CommandFailure(error.message) : error;
  }
};

/** Naming executors alone is enough. */
const isOfExecutions = ({ execute, subject }: FuzzOptions): boolean => {
  const { decoders, executors } = askedOf(subject);
  return execute === true || (executors !== undefined && decoders === undefined);
};

/** Whom executions are held against; null where decodings are searched. */
interface SearchOptions extends FuzzOptions {
  readonly executor: ExecutorName | null;
}

const search = async (options: SearchOptions, store: Store, terminal: Terminal): Promise<ExitCode> => {
  const { seed, executor } = options;
  const kind = executor === null ? 'decode' : 'execute';
  const kept = store.ids().length;
  const rounds = store.roundsDone(seed, kind);
  if (rounds > 0)
    terminal.note(`Seed ${seed} goes on after ${countText(rounds)} rounds; ${countText(kept)} findings are kept.`);
  const onFinding = async (finding: AnyFinding): Promise<void> => {
    await store.add(finding);
    await terminal.write(`${failureText(finding, terminal.palette)}\n  File: ${fileOf(store, finding)}\n\n`);
  };
  const [result, isInterrupted] = await withInterrupt(terminal, async (interrupt) => {
    terminal.note(`Searching for ${durationText(options.for)} with seed ${seed}; findings go to ${store.folder}.`);
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), options.for);
    interrupt.addEventListener('abort', () => end.abort(), { once: true });
    const shared = {
      workers: options.workers ?? Math.min(availableParallelism(), mostWorkers),
      modes: options.mode,
      seed,
      roundsDone: rounds,
      signal: end.signal,
      isKept: (id: string) => store.has(id),
      onFinding,
      onRound: (roundsDone: number) => store.finishRound(seed, roundsDone, kind),
      onProgress: (progress: campaign.FuzzProgress) => terminal.progress(progressText(progress, kept)),
    };
    const { decoders: subjects } = askedOf(options.subject);
    const searching =
      executor === null
        ? campaign.fuzz({ setup: campaignSetup({ ...fuzzed, subjects }), vendors, ...shared })
        : fuzzExecutions({ setup: executionSetup({ ...executed, executor }), ...shared });
    const done = await searching.finally(() => clearTimeout(timer));
    return [done, interrupt.aborted] as const;
  });
  for (const { slice, detail } of result.died) terminal.note(`touchstone: ${slice} was not done: ${detail}`);
  await terminal.write(outcomeText(result, options));
  if (isInterrupted) return exitCodes.interrupted;
  if (result.findings.length > 0) return exitCodes.mismatches;
  return result.died.length > 0 ? exitCodes.internal : exitCodes.clean;
};

const mostWorkers = 8;

const fuzzed = { kind: 'fuzz', elf: [], level: 'default' } as const;

/** Executions of each mode in a round: few enough that a finding is told within a second. */
const executed = { standing: 0, cases: 32_768, isSearch: true } as const;

/** `1h30m`, as `--for` takes it. */
const durationText = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  const parts: readonly (readonly [count: number, unit: string])[] = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ];
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join('') || `${ms / 1000}s`;
};

const fileOf = ({ folder }: Store, { id }: AnyFinding): string => join(folder, 'findings', `${id}.json`);

const progressText = ({ cases, findings, round }: campaign.FuzzProgress, kept: number): string =>
  `round ${countText(round + 1)}  ${countText(cases)} cases  ${countText(findings)} new findings  ${countText(kept)} kept before`;

type Outcome = Pick<campaign.FuzzResult, 'cases' | 'roundsDone'> & { readonly findings: readonly AnyFinding[] };

const outcomeText = ({ cases, findings, roundsDone }: Outcome, { seed, mode }: FuzzOptions): string => {
  const where = mode.length === modes.length ? 'all modes' : `${mode.join(', ')}-bit mode`;
  const what = findings.length === 1 ? '1 new finding' : `${countText(findings.length)} new findings`;
  return `${what} in ${countText(cases)} cases in ${where}. Seed ${seed}, ${countText(roundsDone)} rounds done; the same command goes on from there.\n`;
};
