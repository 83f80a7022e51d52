/** Asks a CPU what it does in every chosen state of every form, and makes files of its answers. */
import { type Chapter, integerChapters } from '../../emulator/isa/chapters.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { chapterOf } from '../../emulator/isa/forms.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { areSameExecutions } from '../compare/execution.ts';
import { isAlwaysUndefined } from '../coverage/form-facts.ts';
import { integerForms } from '../coverage/integer-forms.ts';
import { OutcomeReader } from '../coverage/outcome.ts';
import { formName } from '../coverage/tally.ts';
import type { Execution, ExecutionAnswer, Executor } from '../execution.ts';
import type { CpuSignature } from '../subjects/silicon/signature.ts';
import { type CaptureHead, isRecorded, type LeftOut } from './capture.ts';
import { chooseExecutions } from './choose/choose.ts';
import { captureFileText, capturePath, type FormCaptures } from './file.ts';
import { sandboxDigest } from './hash.ts';
import { captureText } from './text.ts';

export interface RecordOptions {
  readonly cpu: CpuSignature;
  readonly executor: Executor;
  readonly modes: readonly Mode[];
  /** All by default. */
  readonly chapters?: readonly Chapter[];
}

export interface RecordedFile {
  /** From the folder of captures. */
  readonly path: string;
  readonly text: string;
  readonly captures: number;
  readonly forms: number;
  readonly leftOut: readonly LeftOut[];
}

/** File by file. The same CPU gives the same files. */
export async function* recordCaptures(options: RecordOptions): AsyncGenerator<RecordedFile> {
  const { cpu, executor, modes, chapters = integerChapters } = options;
  for (const mode of modes.filter((one) => executor.modes.includes(one))) {
    const forms = integerForms(mode, cpu.vendor);
    for (const chapter of chapters) {
      const here = forms.filter((form) => chapterOf(form) === chapter);
      const head: CaptureHead = { cpu, mode, chapter, sandbox: sandboxDigest() };
      if (here.length > 0) yield await recordChapter(head, here, executor);
    }
  }
}

const recordChapter = async (head: CaptureHead, forms: readonly Form[], executor: Executor): Promise<RecordedFile> => {
  const recorded: FormCaptures[] = [];
  const leftOut: LeftOut[] = [];
  for (const form of forms) {
    const executions = chooseExecutions({ form, mode: head.mode, vendor: head.cpu.vendor });
    const answers = await askTwice(executor, executions);
    const missing = missingOf(executions, answers, form, head.cpu);
    leftOut.push(...missing);
    const isAbsent = missing.some(({ reason }) => reason === absent);
    const texts = isAbsent ? [] : executions.flatMap((execution, k) => textOf(execution, answers[k]));
    recorded.push({ form: formName(form), texts, leftOut: missing });
  }
  const captures = recorded.reduce((sum, { texts }) => sum + new Set(texts).size, 0);
  return { path: capturePath(head), text: captureFileText(head, recorded), captures, forms: forms.length, leftOut };
};

const textOf = (execution: Execution, answer: ExecutionAnswer | undefined): readonly string[] =>
  answer !== undefined && isRecorded(answer) ? [captureText(execution, answer)] : [];

/** What comes out otherwise the second time is not the instruction's doing. */
const askTwice = async (executor: Executor, executions: readonly Execution[]): Promise<readonly ExecutionAnswer[]> => {
  const answers = await askAll(executor, executions);
  const again = await askAll(executor, executions);
  return answers.map((answer, k) => (isSame(answer, again[k]) ? answer : differs));
};

const isSame = (answer: ExecutionAnswer, again: ExecutionAnswer | undefined): boolean =>
  again !== undefined && (!isRecorded(answer) || areSameExecutions(answer, again));

const differs: ExecutionAnswer = { status: 'refused', reason: 'the CPU does not do the same twice' };

const askAll = async (executor: Executor, executions: readonly Execution[]): Promise<readonly ExecutionAnswer[]> => {
  const answers: ExecutionAnswer[] = [];
  for (let at = 0; at < executions.length; at += executor.batch)
    answers.push(...(await executor.execute(executions.slice(at, at + executor.batch))));
  return answers;
};

const absent = 'this CPU does not have it';

/** Refusals and deaths by their reasons; or that the CPU answers #UD whatever the state. */
const missingOf = (
  executions: readonly Execution[],
  answers: readonly ExecutionAnswer[],
  form: Form,
  cpu: CpuSignature,
): readonly LeftOut[] => {
  const name = formName(form);
  if (isAbsentHere(executions, answers, form, cpu)) return [{ form: name, reason: absent, count: executions.length }];
  const counts = new Map<string, number>();
  for (const answer of answers) {
    const reason = reasonOf(answer);
    if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, count]) => ({ form: name, reason, count }))
    .sort((a, b) => (a.reason < b.reason ? -1 : 1));
};

const reasonOf = (answer: ExecutionAnswer): string | null => {
  switch (answer.status) {
    case 'refused':
      return answer.reason;
    case 'crashed':
      return `crashed: ${answer.detail}`;
    case 'unsupported':
    case 'timed out':
      return answer.status;
    default:
      return null;
  }
};

const undefinedOpcode = 6;
const pageFault = 14;

/** #UD in every state but those in which LOCK or the fetch comes first. */
const isAbsentHere = (
  executions: readonly Execution[],
  answers: readonly ExecutionAnswer[],
  form: Form,
  { vendor }: CpuSignature,
): boolean => {
  if (isAlwaysUndefined(form)) return false;
  const reader = new OutcomeReader(vendor);
  const told = executions.flatMap((execution, k) => {
    const answer = answers[k];
    const outcome = answer === undefined ? null : reader.read(execution, answer);
    return outcome === null || outcome.hasWrongLock || answer === undefined ? [] : [answer];
  });
  const faults = told.flatMap((answer) => (answer.status === 'fault' && answer.vector !== pageFault ? [answer] : []));
  return (
    faults.length > 0 &&
    told.every((answer) => answer.status === 'fault') &&
    faults.every(({ vector }) => vector === undefinedOpcode)
  );
};
