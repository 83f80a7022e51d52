/** `touchstone conform`: the deterministic campaign, its summary, its reports. */
import { availableParallelism } from 'node:os';
import { type Mode, modes, vendors } from '../../emulator/isa/modes.ts';
import * as campaign from '../../harness/campaign/conform.ts';
import {
  conformExecutions,
  type ExecutionConformOptions,
  type ExecutionConformResult,
} from '../../harness/campaign/execute/conform.ts';
import type { Level } from '../../harness/generate/level.ts';
import { countText } from '../../harness/report/hex.ts';
import { mergeRuns } from '../../harness/report/merge.ts';
import { summaryText } from '../../harness/report/summary.ts';
import type { Terminal } from '../terminal.ts';
import { campaignSetup } from './campaign-setup.ts';
import { readElfCode, readWhole } from './code-input.ts';
import { commandLine } from './command-line.ts';
import { executionSetup } from './execution-setup.ts';
import { askedOf, type ExecutorName } from './executor-names.ts';
import { countStandings } from './executors.ts';
import { CommandFailure, type ExitCode, exitCodes } from './failure.ts';
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
  readonly subject?: readonly (SubjectName | ExecutorName)[] | undefined;
  /** Random executions of each mode. */
  readonly execute?: number;
  readonly elf?: readonly string[];
  readonly quick?: true;
  readonly full?: true;
  readonly shard?: Shard;
  readonly report?: string;
  readonly snapshot?: string;
  readonly seed: number;
  readonly workers?: number;
  /** Names of sources of decodings; all where absent. */
  readonly sources?: readonly string[];
}

export const conform = async (options: ConformOptions, terminal: Terminal): Promise<ExitCode> => {
  // Whatever can be refused is refused before the long run.
  for (const file of options.elf ?? []) readElfCode(await readWhole(file), `"${file}"`);
  for (const folder of [options.report, options.snapshot]) {
    if (folder !== undefined) await prepareReportFolder(folder);
  }
  const result = await runCampaigns(options, terminal);
  const { run, died, reached } = result;
  const codes = icedCoverageText(reached);
  await terminal.write(`${codes}${summaryText(run, terminal.palette)}`);
  tellDeaths(result, terminal);
  if (options.report !== undefined) {
    const [page] = await writeReports(options.report, run);
    terminal.note(`Report: ${page}`);
  }
  // A run that was broken off would pass for a worse decoder.
  if (options.snapshot !== undefined && run.interrupted === undefined && died.length === 0) {
    await writeSnapshots(
      options.snapshot,
      run,
      codes === '' ? [] : [{ name: 'iced-codes.snap', text: `# ${run.command}\n\n${codes.trimEnd()}\n` }],
    );
  }
  return exitCodeOf(result);
};

/** Asks all who are wanted; who must be there and is not is refused first. */
export const runCampaigns = async (options: ConformOptions, terminal: Terminal): Promise<AllResult> => {
  const { decoders, executors } = askedOf(options.subject);
  await requireSubjects(decoders, terminal.environment);
  const standings = wantsExecutions(options) ? await countStandings(executors) : [];
  return withInterrupt(terminal, (signal) =>
    runAll(
      { ...options, standings },
      { signal, onProgress: (progress) => terminal.progress(progressText(progress)) },
      terminal,
    ),
  );
};

export const tellDeaths = ({ died }: AllResult, terminal: Terminal): void => {
  for (const { slice, detail } of died) terminal.note(`touchstone: ${slice} was not done: ${detail}`);
};

export const exitCodeOf = ({ run, died }: AllResult): ExitCode => {
  if (run.interrupted !== undefined) return exitCodes.interrupted;
  if (run.stale.length > 0 || run.findings.some(({ bucket }) => bucket.known === null)) return exitCodes.mismatches;
  return died.length > 0 ? exitCodes.internal : exitCodes.clean;
};

type Watching = Pick<campaign.ConformOptions, 'signal' | 'onProgress'>;
type AllResult = Pick<campaign.ConformResult, 'run' | 'died' | 'reached'>;

/** What a CPU does is no part of a snapshot, which is the same on every machine. */
const wantsExecutions = (options: ConformOptions): boolean => {
  const { subject, snapshot } = options;
  return (
    casesOf(options) > 0 &&
    snapshot === undefined &&
    (subject === undefined || askedOf(subject).executors !== undefined)
  );
};

interface AllOptions extends ConformOptions {
  readonly standings: Awaited<ReturnType<typeof countStandings>>;
}

/** Decoders first, then one CPU after the other: one report of all. */
const runAll = async (options: AllOptions, watching: Watching, terminal: Terminal): Promise<AllResult> => {
  const { subject, standings } = options;
  const isDecoding = subject === undefined || askedOf(subject).decoders !== undefined;
  const decoded = isDecoding ? await campaign.conform({ ...campaignOptions(options), ...watching }) : null;
  const executed: ExecutionConformResult[] = [];
  for (const [executor, count] of standings) {
    // One that is missing is told of once.
    for (let standing = 0; standing < Math.max(count, 1); standing++) {
      const setup = executionSetup({ executor, standing, cases: casesOf(options), isSearch: false });
      executed.push(await conformExecutions({ ...executionOptions(options), setup, ...watching }));
    }
  }
  const withdrawn = executed.reduce((sum, one) => sum + one.withdrawn, 0);
  if (withdrawn > 0)
    terminal.note(`${countText(withdrawn)} differences were gone when the CPU was asked again, step by step.`);
  const [first, ...others] = [...(decoded === null ? [] : [decoded]), ...executed];
  if (first === undefined) throw new CommandFailure('Nothing is to be compared: --execute 0 leaves nobody to ask.');
  return {
    run: mergeRuns(first.run, ...others.map(({ run }) => run)),
    died: [first, ...others].flatMap(({ died }) => died),
    reached: decoded?.reached ?? [],
  };
};

const campaignOptions = (options: ConformOptions): campaign.ConformOptions => {
  const { mode, elf = [], shard, snapshot, seed, workers, sources } = options;
  const { decoders: subject } = askedOf(options.subject);
  const level = levelOf(options);
  return {
    setup: campaignSetup({ kind: 'conform', subjects: subject, elf, level }),
    workers: workers ?? Math.min(availableParallelism(), mostWorkers),
    modes: mode,
    vendors,
    seed,
    ...(sources === undefined ? {} : { sources }),
    ...(snapshot === undefined ? {} : { sources: portableSources }),
    ...(shard === undefined ? {} : { shard: { index: shard.index, of: shard.count } }),
    command: commandOf(options),
    sparesStale: sparesStale(options),
  };
};

const levelOf = ({ full, quick }: ConformOptions): Level =>
  full === true ? 'full' : quick === true ? 'quick' : 'default';

const executionOptions = (options: ConformOptions): Omit<ExecutionConformOptions, 'setup'> => {
  const { mode, shard, seed, workers } = options;
  return {
    workers: workers ?? Math.min(availableParallelism(), mostWorkers),
    modes: mode,
    seed,
    ...(shard === undefined ? {} : { shard: { index: shard.index, of: shard.count } }),
    command: commandOf(options),
    sparesStale: sparesStale({ ...options, subject: undefined }) ?? tooFew(options),
  };
};

/** Rare differences are met by enough executions, and by those that rows were written from. */
const tooFew = (options: ConformOptions): string | null => {
  if (options.seed !== defaultSeed) return 'executions of another seed may not meet what is rare';
  return casesOf(options) < casesByLevel.default ? 'too few executions were asked about to tell' : null;
};

const defaultSeed = 1;

/** Random executions of each mode. */
const casesByLevel: Readonly<Record<Level, number>> = { quick: 20_000, default: 100_000, full: 1_000_000 };

const casesOf = (options: ConformOptions): number => options.execute ?? casesByLevel[levelOf(options)];

/** Each holds oracles of its own; more than this gain little. */
const mostWorkers = 8;

/** Without `--report` and `--workers`: what they say does not change what is found. */
const commandOf = ({ mode, subject, execute, elf = [], quick, full, shard, seed, snapshot }: ConformOptions): string =>
  commandLine('conform', [
    ['--mode', mode.length === modes.length ? undefined : mode.join(',')],
    ['--subject', subject?.join(',')],
    ['--execute', execute === undefined ? undefined : String(execute)],
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
