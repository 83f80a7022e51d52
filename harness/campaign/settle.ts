/** Makes a finding of a bucket: shrinks what was only counted, asks every subject, and lets the judge speak. */
import { createHash } from 'node:crypto';
import { compare } from '../compare/compare.ts';
import { type Evidence, judge } from '../judge.ts';
import type { KnownRow } from '../known/row.ts';
import type { Finding, Mismatch, SubjectAnswer } from '../mismatch.ts';
import { shrink } from '../shrink/shrink.ts';
import type { Subject } from '../subject.ts';
import { answersOf, askItsLaw, askSubject, canBeAsked } from './ask.ts';
import { type Draft, decodings, GrowingDraft } from './draft.ts';
import { gathering } from './gather.ts';
import { plainAnswer } from './plain.ts';
import { Sift } from './sift.ts';
import type { Bench } from './slice.ts';

export interface Settlement {
  readonly finding: Finding;
  /** Other buckets met while shrinking. */
  readonly slipped: readonly Draft[];
}

/** All at once, so that a subject is asked about all of them in each of few calls: to start a program takes longest. */
export function settle(drafts: readonly Draft[], bench: Bench): Promise<readonly Settlement[]> {
  const gathered = { ...bench, subjects: bench.subjects.map(gathering) };
  return Promise.all(drafts.map((draft) => settleOne(draft, gathered)));
}

const settleOne = async (draft: Draft, bench: Bench): Promise<Settlement> => {
  const { samples, slipped } =
    draft.known === null ? { samples: draft.samples, slipped: [] } : await shrinkKnown(draft, bench);
  const settled = { ...draft, samples };
  const sample = firstSample(settled);
  const finding = findingOf(settled, {
    known: rowOf(draft, bench.known.all),
    answers: await answersTo(sample, bench),
    isConvicted: (answer) => isKnownWrong(sample, answer, bench),
  });
  return { finding, slipped };
};

/** A finding that nobody was asked about again: the end of a run that was broken off. */
export const unsettled = (draft: Draft, known: readonly KnownRow[]): Finding =>
  findingOf(draft, { known: rowOf(draft, known) });

const rowOf = (draft: Draft, known: readonly KnownRow[]): KnownRow | null =>
  known.find((row) => row.id === draft.known) ?? null;

const findingOf = (draft: Draft, evidence: Evidence): Finding => {
  const sample = firstSample(draft);
  const { key, known, count, samples } = draft;
  const { answers } = evidence;
  return {
    id: findingId(key),
    bucket: { key, known, count, samples },
    verdict: judge(sample, evidence),
    replay: replayLine(sample),
    ...(answers === undefined ? {} : { answers }),
  };
};

const firstSample = ({ key, samples }: Draft): Mismatch => {
  const [first] = samples;
  if (first === undefined) throw new Error(`The bucket has no sample: ${key}.`);
  return first;
};

export const findingId = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 16);

/** The line that runs a mismatch again when it is pasted. */
const replayLine = ({ input: { bytes, mode, vendor } }: Mismatch): string => {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `npx touchstone replay --bytes ${hex} --mode ${mode}${vendor === 'intel' ? '' : ` --vendor ${vendor}`}`;
};

/** Known mismatches are counted unshrunk, since there are many; the smallest one stands for them and is made small. */
const shrinkKnown = async (
  draft: Draft,
  bench: Bench,
): Promise<{ samples: readonly Mismatch[]; slipped: readonly Draft[] }> => {
  const first = firstSample(draft);
  const askAbout = (mismatch: Mismatch) => askOf(mismatch, bench);
  const isSame = (candidate: Mismatch): boolean =>
    candidate.input.mode === first.input.mode &&
    candidate.subject === first.subject &&
    bench.known.claim(candidate)?.id === draft.known;
  const { mismatch, slipped } = await shrink(first, askAbout(first), { isSame });
  const smaller = new GrowingDraft(draft.key, draft.known, decodings);
  for (const sample of [mismatch, ...draft.samples.slice(1)]) smaller.show(sample);

  const sift = new Sift({ known: bench.known, askAbout, shrinks: slippedShrinks });
  for (const other of slipped) if (!sift.count(other)) await sift.shrink(other);
  return { samples: smaller.samples, slipped: sift.drafts().filter(({ known }) => known === null) };
};

const slippedShrinks = 10;

const askOf = (mismatch: Mismatch, { setup, subjects }: Bench) => {
  if (mismatch.observable === 'law') return askItsLaw(setup.ours, setup.laws?.tools ?? {})(mismatch);
  const subject = subjects.find(({ name }) => name === mismatch.subject);
  if (subject === undefined) throw new Error(`No subject is named ${mismatch.subject}.`);
  return askSubject(setup.ours, subject);
};

const answersTo = async ({ input }: Mismatch, { setup, subjects }: Bench): Promise<readonly SubjectAnswer[]> => {
  const answers: SubjectAnswer[] = [];
  for (const subject of [setup.ours, ...subjects]) {
    if (!canBeAsked(subject, input)) continue;
    for (const answer of await answersOf(subject, [input]))
      answers.push({ subject: subject.name, answer: plainAnswer(answer) });
  }
  return answers;
};

/** A known row says that this subject errs on this very input. */
const isKnownWrong = (
  { input, ours }: Mismatch,
  { subject, answer }: SubjectAnswer,
  { known, subjects }: Bench,
): boolean => {
  const observer: Subject | undefined = subjects.find(({ name }) => name === subject);
  const mismatch = observer === undefined ? null : compare(input, ours, answer, observer);
  return mismatch !== null && known.claim(mismatch)?.right[input.vendor] === 'ours';
};
