/** `touchstone conform`: the deterministic campaign, its summary, its reports. */
import { availableParallelism } from 'node:os';
import { type Mode, modes, vendors } from '../../emulator/isa/modes.ts';
import * as campaign from '../../harness/campaign/conform.ts';
import { summaryText } from '../../harness/report/summary.ts';
import type { Terminal } from '../terminal.ts';
import { campaignSetup } from './campaign-setup.ts';
import { readElfCode, readWhole } from './code-input.ts';
import { commandLine } from './command-line.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { icedCoverageText } from './iced-coverage-text.ts';
import { withInterrupt } from './interrupt.ts';
import type { Shard } from './options.ts';
import { progressText } from './progress-text.ts';
import { prepareReportFolder, writeReports, writeSnapshots } from './report-folder.ts';
import { portableSources } from './sources.ts';
import type { SubjectName } from './subject-names.ts';
import { requireSubjects } from './subjects.ts';

export interface ConformOptions {
  readonly mode: readonly Mode[];
  readonly subject?: readonly SubjectName[];
  readonly elf?: readonly string[];
  readonly quick?: true;
  readonly full?: true;
  readonly shard?: Shard;
  readonly report?: string;
  readonly snapshot?: string;
  readonly seed: number;
  readonly workers?: number;
}

export const conform = async (options: ConformOptions, terminal: Terminal): Promise<ExitCode> => {
  // Whatever can be refused is refused before the long run.
  for (const file of options.elf ?? []) readElfCode(await readWhole(file), `"${file}"`);
  for (const folder of [options.report, options.snapshot]) {
    if (folder !== undefined) await prepareReportFolder(folder);
  }
  await requireSubjects(options.subject, terminal.environment);

  const result = await withInterrupt(terminal, (signal) =>
    campaign.conform({
      ...campaignOptions(options),
      signal,
      onProgress: (progress) => terminal.progress(progressText(progress)),
    }),
  );
  const { run, died, reached } = result;
  await terminal.write(`${icedCoverageText(reached)}${summaryText(run, terminal.palette)}`);
  for (const { slice, detail } of died) terminal.note(`touchstone: ${slice} was not done: ${detail}`);
  if (options.report !== undefined) {
    const [page] = await writeReports(options.report, run);
    terminal.note(`Report: ${page}`);
  }
  // A run that was broken off would pass for a worse decoder.
  if (options.snapshot !== undefined && run.interrupted === undefined && died.length === 0) {
    await writeSnapshots(options.snapshot, run);
  }
  if (run.interrupted !== undefined) return exitCodes.interrupted;
  if (run.stale.length > 0 || run.findings.some(({ bucket }) => bucket.known === null)) return exitCodes.mismatches;
  return died.length > 0 ? exitCodes.internal : exitCodes.clean;
};

const campaignOptions = (options: ConformOptions): campaign.ConformOptions => {
  const { mode, subject, elf = [], shard, snapshot, seed, workers } = options;
  const level = options.full === true ? 'full' : options.quick === true ? 'quick' : 'default';
  return {
    setup: campaignSetup({ kind: 'conform', subjects: subject, elf, level }),
    workers: workers ?? Math.min(availableParallelism(), mostWorkers),
    modes: mode,
    vendors,
    seed,
    ...(snapshot === undefined ? {} : { sources: portableSources }),
    ...(shard === undefined ? {} : { shard: { index: shard.index, of: shard.count } }),
    command: commandOf(options),
    sparesStale: sparesStale(options),
  };
};

/** Each holds oracles of its own; more than this gain little. */
const mostWorkers = 8;

/** Without `--report` and `--workers`: what they say does not change what is found. */
const commandOf = ({ mode, subject, elf = [], quick, full, shard, seed, snapshot }: ConformOptions): string =>
  commandLine('conform', [
    ['--mode', mode.length === modes.length ? undefined : mode.join(',')],
    ['--subject', subject?.join(',')],
    ...elf.map((file) => ['--elf', file] as const),
    ['--quick', quick],
    ['--full', full],
    ['--shard', shard === undefined ? undefined : `${shard.index}/${shard.count}`],
    ['--seed', String(seed)],
    // In the snapshots themselves this line stands for what they were made by.
    ['--snapshot', snapshot],
  ]);

/** Only a whole run can tell that a known row explains nothing any more. */
const sparesStale = ({ mode, quick, shard, subject }: ConformOptions): string | null => {
  if (quick === true) return 'a quick run asks too little to tell';
  if (shard !== undefined) return 'one shard does not see all cases';
  if (subject !== undefined) return 'not every subject was asked';
  return mode.length < modes.length ? 'not every mode was asked' : null;
};
