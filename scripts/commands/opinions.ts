/** Asks everybody about one input, holds ours to the laws, and judges what differs. */
import { compare } from '../../harness/compare/compare.ts';
import { checkLaws } from '../../harness/compare/laws.ts';
import { judge } from '../../harness/judge.ts';
import { KnownRows } from '../../harness/known/match.ts';
import type { KnownRow } from '../../harness/known/row.ts';
import { knownRows } from '../../harness/known/rows.ts';
import type { Mismatch, SubjectAnswer, Verdict } from '../../harness/mismatch.ts';
import type { Answer, Input, Unavailable } from '../../harness/subject.ts';
import { lawTools } from './law-tools.ts';
import type { OpenSubjects } from './subjects.ts';

/** A difference, judged. */
export interface Opinion {
  readonly mismatch: Mismatch;
  /** The row that explains it. */
  readonly known: KnownRow | null;
  readonly verdict: Verdict;
}

export interface Opinions {
  readonly input: Input;
  /** Ours first. */
  readonly answers: readonly (SubjectAnswer & { readonly version: string })[];
  readonly found: readonly Opinion[];
  /** What NASM makes of our text; null where there is no text or no NASM. */
  readonly assembly: Assembly | null;
  readonly missing: readonly Unavailable[];
}

export interface Assembly {
  readonly version: string;
  readonly text: string;
  readonly result: { readonly bytes: Uint8Array } | { readonly error: string };
}

export const opinionsOf = async (input: Input, subjects: OpenSubjects): Promise<Opinions> => {
  const { ours, others, nasm, missing } = subjects;
  const asked = others.filter(
    (subject) => subject.modes.includes(input.mode) && subject.vendors.includes(input.vendor),
  );
  const answers = await Promise.all(
    [ours, ...asked].map(async (subject) => {
      const [answer = silence] = await subject.decode([input]);
      return { subject: subject.name, version: subject.version, answer };
    }),
  );
  const known = new KnownRows(knownRows, new Map(answers.map(({ subject, version }) => [subject, version])));
  const our = answers[0]?.answer ?? silence;
  const differences = asked.flatMap((subject) => {
    const theirs = answers.find((one) => one.subject === subject.name)?.answer ?? silence;
    return compare(input, our, theirs, subject) ?? [];
  });
  const breaches = await checkLaws([{ input, ours: our }], ours, lawTools);
  const found = [...differences, ...breaches].map((mismatch): Opinion => {
    const row = known.claim(mismatch);
    return { mismatch, known: row, verdict: judge(mismatch, { known: row, answers }) };
  });
  const text = our.status === 'valid' ? our.text?.nasm : undefined;
  if (nasm === null || text === undefined) return { input, answers, found, missing, assembly: null };
  const [result = { error: 'NASM gave no result' }] = await nasm.assemble([{ mode: input.mode, text }]);
  return { input, answers, found, missing, assembly: { version: nasm.version, text, result } };
};

const silence: Answer = { status: 'crashed', detail: 'no answer was given' };
