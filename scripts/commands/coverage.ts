/** `touchstone coverage`: what comes of every form with every subject, by chapter of the SDM, on one screen. */
import { join } from 'node:path';
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import { coverageJson, coverageTable } from '../../harness/report/coverage-text.ts';
import { coveragePage } from '../../harness/report/page/coverage-page.ts';
import type { Terminal } from '../terminal.ts';
import { writeWhole } from './capture-files.ts';
import { commandLine } from './command-line.ts';
import { exitCodeOf, runCampaigns, tellDeaths } from './conform.ts';
import type { ExecutorName } from './executor-names.ts';
import type { ExitCode } from './failure.ts';
import { prepareReportFolder } from './report-folder.ts';
import type { SubjectName } from './subject-names.ts';

export interface CoverageOptions {
  readonly mode: readonly Mode[];
  readonly subject?: readonly (SubjectName | ExecutorName)[];
  /** Random executions of each mode. */
  readonly execute?: number;
  readonly json?: string;
  readonly report?: string;
  readonly seed: number;
  readonly workers?: number;
}

/** The committed corpus has a few cases of each form in each mode: enough to see who knows it. */
const sources = ['corpus'];

export const coverage = async (options: CoverageOptions, terminal: Terminal): Promise<ExitCode> => {
  const { json, report, ...asked } = options;
  if (report !== undefined) await prepareReportFolder(report);
  const result = await runCampaigns({ ...asked, quick: true, sources }, terminal);
  const run = { ...result.run, command: commandOf(options) };
  await terminal.write(coverageTable(run, terminal.palette));
  tellDeaths(result, terminal);
  if (json !== undefined) await writeWhole(json, coverageJson(run));
  if (report !== undefined) await writeWhole(join(report, 'coverage.html'), coveragePage(run, null));
  return exitCodeOf(result);
};

const commandOf = ({ mode, subject, execute, seed }: CoverageOptions): string =>
  commandLine('coverage', [
    ['--mode', mode.length === modes.length ? undefined : mode.join(',')],
    ['--subject', subject?.join(',')],
    ['--execute', execute === undefined ? undefined : String(execute)],
    ['--seed', String(seed)],
  ]);
