/** `touchstone replay` of an execution: everybody's result side by side, who is right, and whether it can be smaller. */
import type { Vendor } from '../../emulator/isa/modes.ts';
import { executionBucketKey } from '../../harness/bucket/execution.ts';
import {
  answersOf,
  askAgain,
  type Examination,
  type Examined,
  examineAgain,
} from '../../harness/campaign/execute/examine.ts';
import { judgeExecution } from '../../harness/campaign/execute/judge.ts';
import type { Oracle } from '../../harness/campaign/execute/setup.ts';
import type { Execution, Executor } from '../../harness/execution.ts';
import { ExecutionKnownRows } from '../../harness/known/execution-match.ts';
import { executionKnownRows } from '../../harness/known/execution-rows.ts';
import { readStateLine, stateLine } from '../../harness/report/execution-line.ts';
import { hexBytes, visibleText } from '../../harness/report/hex.ts';
import { executionFields } from '../../harness/report/page/execution-field.ts';
import { differenceSentence, evidenceText, whoIsRight } from '../../harness/report/sentence.ts';
import { shrinkExecution } from '../../harness/shrink/state-search.ts';
import type { Input } from '../../harness/subject.ts';
import { createTouchstoneExecutor } from '../../harness/subjects/touchstone-executor.ts';
import type { Terminal } from '../terminal.ts';
import { columns } from './columns.ts';
import type { ExecutorName } from './executor-names.ts';
import { type OpenExecutors, openExecutors } from './executors.ts';
import { CommandFailure, type ExitCode, exitCodes } from './failure.ts';
import { missingText } from './subjects.ts';

export const executionOf = ({ bytes, mode }: Input, line: string): Execution => {
  if (bytes.length > 15) throw new CommandFailure('At most 15 bytes are executed: one instruction.');
  const read = readStateLine(line, mode);
  if ('problem' in read) throw new CommandFailure(`--state: ${read.problem}.`);
  return { mode, bytes, ...read };
};

export interface ReplayExecutionOptions {
  /** That of the CPU which is asked where null. */
  readonly vendor: Vendor | null;
  readonly executors: readonly ExecutorName[] | undefined;
}

export const replayExecution = async (
  execution: Execution,
  { vendor, executors }: ReplayExecutionOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const open = await openExecutors(executors);
  try {
    for (const one of open.missing) terminal.note(missingText(one));
    await terminal.write(await tableText(execution, open));
    if (open.standings.length === 0) {
      terminal.note('Nobody is there to compare with: what ours does is shown, and not judged.');
      return exitCodes.oracle;
    }
    const told: ExitCode[] = [];
    for (const standing of open.standings) {
      const question = { execution, vendor: vendor ?? standing.vendor, ours: standing.ours };
      told.push(await replayWith(standing.oracle, question, terminal));
    }
    return told.find((code) => code !== exitCodes.clean) ?? exitCodes.clean;
  } finally {
    await open.close();
  }
};

/** The state before, and what each makes of it. */
const tableText = async (execution: Execution, { standings }: OpenExecutors): Promise<string> => {
  const ours = standings[0]?.ours ?? createTouchstoneExecutor();
  const asked = [ours, ...standings.map(({ oracle: { executor, recheck } }) => recheck ?? executor)];
  const answers = await Promise.all(
    asked.map(async (executor) => {
      const [answer] = await answersOf(executor, [execution]);
      return { subject: executor.name, answer: answer ?? ({ status: 'unsupported' } as const) };
    }),
  );
  const rows = executionFields(execution, answers).map(({ name, cells }) => [
    name,
    ...cells.map(({ text }) => visibleText(text ?? '-')),
  ]);
  const head = `${hexBytes(execution.bytes)} (${execution.mode}-bit)  ${stateLine(execution)}`.trimEnd();
  return `${head}\n${columns([['', 'before', ...answers.map(({ subject }) => subject)], ...rows]).join('\n')}\n`;
};

interface Question {
  readonly execution: Execution;
  readonly vendor: Vendor;
  readonly ours: Executor;
}

const replayWith = async (
  oracle: Oracle,
  { execution, vendor, ours }: Question,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { palette } = terminal;
  const { name, version } = oracle.executor;
  const versions = new Map([ours, oracle.executor].map((one) => [one.name, one.version]));
  const examination = { vendor, oracle, known: new ExecutionKnownRows(executionKnownRows, versions) };
  const [examined = 'silent'] = await examineAgain(ours, examination, [execution]);
  if (examined === 'silent') {
    await terminal.write(`${name} or ours does not answer this: nothing is compared.\n`);
    return exitCodes.clean;
  }
  if (examined === null) {
    await terminal.write(`${palette.good('no longer fails')}  ${name} agrees with ours.\n`);
    return exitCodes.clean;
  }
  const { mismatch, row } = examined;
  const verdict = judgeExecution(mismatch, { known: row, silicon: oracle.isSilicon ? version : null });
  const state = row === null ? palette.bad('unexplained') : palette.explained(`explained by ${row.id}`);
  const place = verdict.place === undefined ? '' : ` (${verdict.place})`;
  await terminal.write(`${state}  ${differenceSentence(mismatch)}\n`);
  await terminal.write(
    `  ${whoIsRight(verdict, name)}${evidenceText[verdict.evidence]}${place}: ${visibleText(verdict.detail)}\n`,
  );
  if (row !== null) return exitCodes.clean;
  await terminal.write(await shrunkText(examined, ours, examination));
  return exitCodes.mismatches;
};

const shrunkText = async ({ mismatch }: Examined, ours: Executor, examination: Examination): Promise<string> => {
  const { mismatch: small, isMinimal } = await shrinkExecution(mismatch, askAgain(ours, examination));
  const [before, after] = [mismatch, small].map(
    ({ input: { bytes, mode }, execution }) => `${hexBytes(bytes)} (${mode}-bit) --state '${stateLine(execution)}'`,
  );
  const how = isMinimal ? '' : ' (the budget ended before it was minimal)';
  const what = before === after ? 'It is as small as it can be' : `Shrunk to ${after}`;
  return `  ${what}${how}. Bucket: ${executionBucketKey(small)}\n`;
};
