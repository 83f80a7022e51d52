/**
 * Laws that a decoder keeps or breaks by itself: no reference is needed. Each law asks ours again about bytes derived
 * from a case, and says in which field the answers differ where they must not.
 */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Answer, Decoded, Input, Subject } from '../subject.ts';
import { firstDifference, type Observer } from './compare.ts';

export const lawNames = [
  'length-at-most-15',
  'tail-changes-nothing',
  'proper-prefix-is-truncated',
  'ignored-segment-changes-nothing',
  'ignored-rex-changes-nothing',
  'encode-then-decode',
  'batch-is-one-at-a-time',
  'segments-sum-to-length',
] as const;
export type LawName = (typeof lawNames)[number];

/** What a law may need besides ours; a law whose need is not met is not checked. */
export interface LawTools {
  /** The encoding that our encoder gives the instruction at the start of these bytes; null where they hold none. */
  readonly reencode?: (bytes: Uint8Array, mode: Mode, vendor: Vendor) => Uint8Array | null;
  readonly anatomyOf?: (bytes: Uint8Array, mode: Mode, vendor: Vendor) => readonly LawSegment[];
}

/** A run of an instruction's bytes. */
export interface LawSegment {
  readonly offset: number;
  readonly lengthBytes: number;
}

/** Breaches of `only` these laws among cases that ours has answered; at most one a law and case. */
export async function checkLaws(
  cases: readonly LawCase[],
  ours: Subject,
  tools: LawTools,
  only: readonly LawName[] = lawNames,
): Promise<Mismatch[]> {
  const questions: Question[] = [];
  for (const lawCase of cases) {
    for (const name of only) questions.push(...laws[name](lawCase, tools));
  }
  const together = questions.filter((question) => !question.alone);
  const answers = await ours.decode(together.map((question) => question.input));
  const breaches: Mismatch[] = [];
  const broken = new Map<LawCase, Set<LawName>>();
  const settle = (question: Question, answer: Answer | undefined): void => {
    const says = answer === undefined ? { ours: 'an answer', theirs: 'none' } : question.judge(answer);
    const before = broken.get(question.about) ?? new Set();
    if (says === null || before.has(question.law)) return;
    broken.set(question.about, before.add(question.law));
    breaches.push(breach(question, answer ?? { status: 'crashed', detail: 'no answer' }, says));
  };
  for (const [k, question] of together.entries()) settle(question, answers[k]);
  for (const question of questions) {
    if (question.alone) settle(question, (await ours.decode([question.input]))[0]);
  }
  return breaches;
}

export interface LawCase {
  readonly input: Input;
  readonly ours: Answer;
}

/** Null is well; else what the law wants and what is. */
type Says = Mismatch['says'] | null;

interface Question {
  readonly law: LawName;
  readonly about: LawCase;
  readonly input: Input;
  readonly judge: (answer: Answer) => Says;
  /** Asked in a call of its own. */
  readonly alone?: boolean;
}

const breach = ({ law, about }: Question, theirs: Answer, says: Mismatch['says']): Mismatch => ({
  input: about.input,
  observable: 'law',
  subject: law,
  ours: about.ours,
  theirs,
  says,
});

type Law = (about: LawCase, tools: LawTools) => readonly Question[];

/** Laws about valid instructions ask about the bytes of the instruction alone. */
const ofValid =
  (law: (about: LawCase, decoded: Decoded, bytes: Uint8Array, tools: LawTools) => readonly Question[]): Law =>
  (about, tools) =>
    about.ours.status === 'valid' && about.ours.lengthBytes <= about.input.bytes.length
      ? law(about, about.ours, about.input.bytes.subarray(0, about.ours.lengthBytes), tools)
      : [];

const withBytes = (about: LawCase, bytes: Uint8Array): Input => ({ ...about.input, bytes });

const laws: Readonly<Record<LawName, Law>> = {
  'length-at-most-15': (about) =>
    about.ours.status === 'valid'
      ? [
          {
            law: 'length-at-most-15',
            about,
            input: about.input,
            judge: (answer) =>
              answer.status === 'valid' && answer.lengthBytes > 15 ? { ours: 'at most 15', theirs: 'more' } : null,
          },
        ]
      : [],

  'tail-changes-nothing': ofValid((about, decoded, bytes) =>
    [
      withBytes(about, bytes),
      withBytes(about, join(bytes, tailOfOnes)),
      withBytes(about, join(bytes, tailOfZeros)),
    ].map((input) => ({
      law: 'tail-changes-nothing' as const,
      about,
      input,
      judge: sameAs(decoded, about.input.mode),
    })),
  ),

  'proper-prefix-is-truncated': ofValid((about, _decoded, bytes) =>
    Array.from({ length: bytes.length - 1 }, (_, k) => ({
      law: 'proper-prefix-is-truncated' as const,
      about,
      input: withBytes(about, bytes.subarray(0, k + 1)),
      judge: (answer: Answer): Says =>
        answer.status === 'truncated' ? null : { ours: 'truncated', theirs: answer.status },
    })),
  ),

  'ignored-segment-changes-nothing': ofValid((about, decoded, bytes) =>
    mayGrow(about, decoded, 1)
      ? ignoredSegments.map((prefix) => ({
          law: 'ignored-segment-changes-nothing' as const,
          about,
          input: withBytes(about, join(Uint8Array.of(prefix), bytes)),
          judge: sameButLonger(about, 1),
        }))
      : [],
  ),

  'ignored-rex-changes-nothing': ofValid((about, decoded, bytes) =>
    mayGrow(about, decoded, 2)
      ? [0x40, 0x48, 0x4f].map((rex) => ({
          law: 'ignored-rex-changes-nothing' as const,
          about,
          input: withBytes(about, join(Uint8Array.of(rex, 0x26), bytes)),
          judge: sameButLonger(about, 2),
        }))
      : [],
  ),

  'encode-then-decode': ofValid((about, decoded, bytes, { reencode }) => {
    const encoded = reencode?.(bytes, about.input.mode, about.input.vendor);
    if (encoded === undefined || encoded === null) return [];
    const by = encoded.length - decoded.lengthBytes;
    // Where the encoder drops a prefix that means nothing, a relative target moves with the end.
    if (by !== 0 && isBranch(decoded)) return [];
    const judge = sameButLonger(about, by);
    return [{ law: 'encode-then-decode', about, input: withBytes(about, encoded), judge }];
  }),

  'batch-is-one-at-a-time': (about) => [
    {
      law: 'batch-is-one-at-a-time',
      about,
      input: about.input,
      judge: sameAs(about.ours, about.input.mode),
      alone: true,
    },
  ],

  'segments-sum-to-length': ofValid((about, decoded, bytes, { anatomyOf }) => {
    if (anatomyOf === undefined) return [];
    const says = anatomyFault(anatomyOf(bytes, about.input.mode, about.input.vendor), decoded.lengthBytes);
    return says === null ? [] : [{ law: 'segments-sum-to-length', about, input: about.input, judge: () => says }];
  }),
};

const join = (left: Uint8Array, right: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
};

const tailOfOnes = new Uint8Array(15).fill(0xff);
const tailOfZeros = new Uint8Array(15);

/** ES, CS, SS and DS overrides are ignored in 64-bit mode (SDM 2A 2.1.1); 2E and 3E are hints before branches. */
const ignoredSegments = [0x26, 0x2e, 0x36, 0x3e] as const;

const mayGrow = ({ input }: LawCase, decoded: Decoded, by: number): boolean =>
  input.mode === 64 && decoded.lengthBytes + by <= 15 && !isBranch(decoded);

const isBranch = (decoded: Decoded): boolean => decoded.operands?.some((operand) => operand.kind === 'branch') === true;

/** Everything is compared but text, which may name a prefix that means nothing. */
const everything: Observer = {
  name: 'ours',
  observes: new Set([
    'validity',
    'length',
    'mnemonic',
    'operands',
    'access',
    'decorations',
    'flags',
    'uses',
    'features',
  ]),
};

const sameAs =
  (expected: Answer, mode: Mode) =>
  (answer: Answer): Says => {
    const differs =
      answer.status === expected.status ? firstDifference(expected, answer, everything, mode) : answer.status;
    return differs === null ? null : { ours: expected.status, theirs: differs };
  };

const sameButLonger =
  ({ input, ours }: LawCase, by: number) =>
  (answer: Answer): Says => {
    if (ours.status !== 'valid') return null;
    if (answer.status !== 'valid') return { ours: 'valid', theirs: answer.status };
    if (answer.lengthBytes !== ours.lengthBytes + by) return { ours: 'valid', theirs: 'length' };
    const differs = firstDifference(ours, answer, everythingButLength, input.mode);
    return differs === null ? null : { ours: 'valid', theirs: differs };
  };

const everythingButLength: Observer = {
  name: 'ours',
  observes: new Set(['validity', 'mnemonic', 'operands', 'access', 'decorations', 'flags', 'uses', 'features']),
};

/** Segments lie end to end from 0 and end where the instruction ends. */
const anatomyFault = (segments: readonly LawSegment[], wholeBytes: number): Says => {
  let end = 0;
  for (const { offset, lengthBytes } of [...segments].sort((a, b) => a.offset - b.offset)) {
    if (offset !== end) return { ours: 'end to end', theirs: offset < end ? 'overlap' : 'gap' };
    end += lengthBytes;
  }
  return end === wholeBytes ? null : { ours: 'length', theirs: end < wholeBytes ? 'short' : 'long' };
};
