/** Makes a finding of a bucket: shrinks what was only counted, asks every executor, and lets the judge speak. */
import type { ExecutionAnswer, Executor } from '../../execution.ts';
import type { ExecutionKnownRow } from '../../known/execution-row.ts';
import type { ExecutionFinding, ExecutionMismatch, SubjectAnswer } from '../../mismatch.ts';
import { executionReplayLine } from '../../report/execution-line.ts';
import { shrinkExecution } from '../../shrink/state-search.ts';
import { GrowingDraft } from '../draft.ts';
import { findingId } from '../settle.ts';
import { answersOf, askAgain, type Examination } from './examine.ts';
import { judgeExecution, secondOpinion } from './judge.ts';
import { type ExecutionDraft, executions, plainExecutionAnswer } from './plain.ts';
import type { Oracle } from './setup.ts';
import type { ExecutionBench } from './slice.ts';

export const settleExecutions = async (
  drafts: readonly ExecutionDraft[],
  bench: ExecutionBench,
): Promise<readonly ExecutionFinding[]> => {
  const second = drafts.some(({ known }) => known === null) ? await openSecond(bench) : null;
  const findings: ExecutionFinding[] = [];
  for (const draft of drafts) {
    const settled = draft.known === null ? draft : await shrinkKnown(draft, bench);
    const sample = firstSample(settled);
    const answers = await answersTo(sample, bench);
    const finding = { ...findingOf(settled, bench.oracles, bench.known.all), answers };
    findings.push(second === null || draft.known !== null ? finding : await withSecond(finding, sample, second));
  }
  await second?.close();
  return findings;
};

/** Null where there is nobody to be asked besides. */
const openSecond = async ({ setup }: ExecutionBench): Promise<Executor | null> => {
  const opened = (await setup.secondOpinion?.()) ?? null;
  return opened === null || 'unavailable' in opened ? null : opened;
};

/** The finding, and whose side another emulator takes. Evidence it is not. */
const withSecond = async (
  finding: ExecutionFinding,
  sample: ExecutionMismatch,
  second: Executor,
): Promise<ExecutionFinding> => {
  const [answer] = await answersOf(second, [sample.execution]);
  const opinion = answer === undefined ? null : secondOpinion(sample, { name: second.name, answer });
  if (answer === undefined || opinion === null) return finding;
  const { verdict, answers = [] } = finding;
  return {
    ...finding,
    verdict: { ...verdict, detail: `${verdict.detail} ${opinion}` },
    answers: [...answers, { subject: second.name, answer: plainExecutionAnswer(answer) }],
  };
};

/** What the judge has to know of an executor. */
interface Voice {
  readonly executor: Pick<Oracle['executor'], 'name' | 'version'>;
  readonly isSilicon: boolean;
}

/** A finding that nobody was asked about again: the end of a run that was broken off. */
export const findingOf = (
  draft: ExecutionDraft,
  oracles: readonly Voice[],
  rows: readonly ExecutionKnownRow[],
): ExecutionFinding => {
  const { key, known, count, samples } = draft;
  const sample = firstSample(draft);
  const oracle = oracles.find(({ executor }) => executor.name === sample.subject);
  const silicon = oracle?.isSilicon === true ? oracle.executor.version : null;
  return {
    id: findingId(key),
    bucket: { key, known, count, samples },
    verdict: judgeExecution(sample, { known: rows.find(({ id }) => id === known) ?? null, silicon }),
    replay: executionReplayLine(sample),
  };
};

const firstSample = ({ key, samples }: ExecutionDraft): ExecutionMismatch => {
  const [first] = samples;
  if (first === undefined) throw new Error(`The bucket has no sample: ${key}.`);
  return first;
};

const examinationOf = ({ subject }: ExecutionMismatch, { setup, oracles, known }: ExecutionBench): Examination => {
  const oracle = oracles.find(({ executor }) => executor.name === subject);
  if (oracle === undefined) throw new Error(`No executor is named ${subject}.`);
  return { vendor: setup.vendor, oracle, known };
};

/** Known mismatches are counted unshrunk, since there are many; the smallest one stands for them and is made small. */
const shrinkKnown = async (draft: ExecutionDraft, bench: ExecutionBench): Promise<ExecutionDraft> => {
  const first = firstSample(draft);
  const isSame = (candidate: ExecutionMismatch): boolean =>
    candidate.input.mode === first.input.mode && bench.known.claim(candidate)?.id === draft.known;
  const ask = askAgain(bench.setup.ours, examinationOf(first, bench));
  const { mismatch } = await shrinkExecution(first, ask, { isSame, budget: knownBudget });
  const smaller = new GrowingDraft(draft.key, draft.known, executions);
  for (const sample of [mismatch, ...draft.samples.slice(1)]) smaller.show(sample);
  return { ...draft, samples: smaller.samples };
};

const knownBudget = 200;

const answersTo = async (
  { execution }: ExecutionMismatch,
  { setup, oracles }: ExecutionBench,
): Promise<readonly SubjectAnswer<ExecutionAnswer>[]> => {
  const answers: SubjectAnswer<ExecutionAnswer>[] = [];
  const witnesses = oracles.map(({ executor, recheck }) => recheck ?? executor);
  for (const executor of [setup.ours, ...witnesses]) {
    if (!executor.modes.includes(execution.mode)) continue;
    for (const answer of await answersOf(executor, [execution]))
      answers.push({ subject: executor.name, answer: plainExecutionAnswer(answer) });
  }
  return answers;
};
