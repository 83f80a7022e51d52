/** `touchstone fuzz`: searches until time is up. Each finding is on disk before the search goes on. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Mode, modes, vendors } from '../../emulator/isa/modes.ts';
import * as campaign from '../../harness/campaign/fuzz.ts';
import { openStore, type Store, StoreError } from '../../harness/campaign/store.ts';
import type { Finding } from '../../harness/mismatch.ts';
import { countText } from '../../harness/report/hex.ts';
import { failureText } from '../../harness/report/summary.ts';
import type { Terminal } from '../terminal.ts';
import { campaignSetup } from './campaign-setup.ts';
import { CommandFailure, type ExitCode, exitCodes } from './failure.ts';
import { withInterrupt } from './interrupt.ts';
import type { SubjectName } from './subject-names.ts';
import { requireSubjects } from './subjects.ts';

export interface FuzzOptions {
  /** Milliseconds. */
  readonly for: number;
  readonly mode: readonly Mode[];
  readonly subject?: readonly SubjectName[];
  readonly report: string;
  readonly seed: number;
  readonly workers?: number;
}

export const fuzz = async (options: FuzzOptions, terminal: Terminal): Promise<ExitCode> => {
  try {
    const store = await openStore(options.report);
    await requireSubjects(options.subject, terminal.environment);
    return await search(options, store, terminal);
  } catch (error) {
    throw error instanceof StoreError ? new CommandFailure(error.message) : error;
  }
};

const search = async (options: FuzzOptions, store: Store, terminal: Terminal): Promise<ExitCode> => {
  const { seed } = options;
  const kept = store.ids().length;
  const rounds = store.roundsDone(seed);
  if (rounds > 0)
    terminal.note(`Seed ${seed} goes on after ${countText(rounds)} rounds; ${countText(kept)} findings are kept.`);
  const onFinding = async (finding: Finding): Promise<void> => {
    await store.add(finding);
    await terminal.write(`${failureText(finding, terminal.palette)}\n  File: ${fileOf(store, finding)}\n\n`);
  };
  const [result, isInterrupted] = await withInterrupt(terminal, async (interrupt) => {
    terminal.note(`Searching for ${durationText(options.for)} with seed ${seed}; findings go to ${store.folder}.`);
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), options.for);
    interrupt.addEventListener('abort', () => end.abort(), { once: true });
    const done = await campaign
      .fuzz({
        setup: campaignSetup({ kind: 'fuzz', subjects: options.subject, elf: [], level: 'default' }),
        workers: options.workers ?? Math.min(availableParallelism(), mostWorkers),
        modes: options.mode,
        vendors,
        seed,
        roundsDone: rounds,
        signal: end.signal,
        isKept: (id) => store.has(id),
        onFinding,
        onRound: (roundsDone) => store.finishRound(seed, roundsDone),
        onProgress: (progress) => terminal.progress(progressText(progress, kept)),
      })
      .finally(() => clearTimeout(timer));
    return [done, interrupt.aborted] as const;
  });
  for (const { slice, detail } of result.died) terminal.note(`touchstone: ${slice} was not done: ${detail}`);
  await terminal.write(outcomeText(result, options));
  if (isInterrupted) return exitCodes.interrupted;
  if (result.findings.length > 0) return exitCodes.mismatches;
  return result.died.length > 0 ? exitCodes.internal : exitCodes.clean;
};

const mostWorkers = 8;

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

const fileOf = ({ folder }: Store, { id }: Finding): string => join(folder, 'findings', `${id}.json`);

const progressText = ({ cases, findings, round }: campaign.FuzzProgress, kept: number): string =>
  `round ${countText(round + 1)}  ${countText(cases)} cases  ${countText(findings)} new findings  ${countText(kept)} kept before`;

const outcomeText = ({ cases, findings, roundsDone }: campaign.FuzzResult, { seed, mode }: FuzzOptions): string => {
  const where = mode.length === modes.length ? 'all modes' : `${mode.join(', ')}-bit mode`;
  const what = findings.length === 1 ? '1 new finding' : `${countText(findings.length)} new findings`;
  return `${what} in ${countText(cases)} cases in ${where}. Seed ${seed}, ${countText(roundsDone)} rounds done; the same command goes on from there.\n`;
};
