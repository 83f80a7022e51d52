/** Holds an execution's answers against each other as a campaign does: every difference, and which of them nothing explains. */
import type { Vendor } from '../../../emulator/isa/modes.ts';
import { executionDifferences, isEitherSilent } from '../../compare/execution.ts';
import type { Execution, ExecutionAnswer, Executor } from '../../execution.ts';
import type { ExecutionKnownRows } from '../../known/execution-match.ts';
import type { ExecutionKnownRow } from '../../known/execution-row.ts';
import type { ExecutionMismatch } from '../../mismatch.ts';
import type { AskExecutions } from '../../shrink/state-search.ts';
import type { Oracle } from './setup.ts';

export interface Examination {
  readonly vendor: Vendor;
  readonly oracle: Oracle;
  readonly known: ExecutionKnownRows;
}

export interface Examined {
  readonly mismatch: ExecutionMismatch;
  /** The row that claims it; only where rows claim every field that differs. */
  readonly row: ExecutionKnownRow | null;
}

/** Null where the two agree, or one of them says nothing. */
export const examine = (
  { vendor, oracle, known }: Examination,
  execution: Execution,
  ours: ExecutionAnswer,
  theirs: ExecutionAnswer,
): Examined | null => {
  const { name: subject } = oracle.executor;
  const question = { execution, vendor, isOneCpu: oracle.isOneCpu };
  const { bytes, mode } = execution;
  let explained: Examined | null = null;
  for (const difference of executionDifferences(question, ours, theirs)) {
    const mismatch = { input: { bytes, mode, vendor }, execution, subject, ours, theirs, ...difference };
    const row = known.claim(mismatch);
    if (row === null) return { mismatch, row };
    explained ??= { mismatch, row };
  }
  return explained;
};

/** Asks ours and the oracle, the latter as it is asked again. */
export const askAgain =
  (ours: Executor, examination: Examination): AskExecutions =>
  async (executions) => {
    const examined = await examineAgain(ours, examination, executions);
    return examined.map((one) => (one === null || one === 'silent' ? null : one.mismatch));
  };

/** Null where they agree after all. */
export type Again = Examined | null | 'silent';

export const examineAgain = async (
  ours: Executor,
  examination: Examination,
  executions: readonly Execution[],
): Promise<readonly Again[]> => {
  const judge = examination.oracle.recheck ?? examination.oracle.executor;
  const [left, right] = await Promise.all([answersOf(ours, executions), answersOf(judge, executions)]);
  return executions.map((execution, k) => {
    const [our, their] = [left[k], right[k]];
    if (our === undefined || their === undefined || isEitherSilent(our, their)) return 'silent';
    return examine(examination, execution, our, their);
  });
};

/**
 * Answers, one an execution. An executor that throws is asked about each execution alone: the guilty one is a crash, the
 * others have their answers.
 */
export const answersOf = async (
  executor: Executor,
  executions: readonly Execution[],
): Promise<readonly ExecutionAnswer[]> => {
  if (executions.length === 0) return [];
  let answers: readonly ExecutionAnswer[];
  try {
    answers = await executor.execute(executions);
  } catch (error) {
    if (executions.length === 1) return [{ status: 'crashed', detail: detailOf(error) }];
    const alone: ExecutionAnswer[] = [];
    for (const execution of executions) alone.push(...(await answersOf(executor, [execution])));
    return alone;
  }
  if (answers.length === executions.length) return answers;
  throw new Error(
    `${executor.name} gave ${answers.length} answers to ${executions.length} executions. An executor answers each once.`,
  );
};

const detailOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
