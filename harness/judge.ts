/**
 * Who is right, and on what evidence: silicon before a citation, a citation before the agreement of others, and where
 * nobody decides it says so. A majority that copies from one table is no majority.
 */
import { firstDifference, type Observer } from './compare/compare.ts';
import type { KnownRow, Side } from './known/row.ts';
import type { Mismatch, Observable, SubjectAnswer, Verdict } from './mismatch.ts';
import type { Answer, Decoded } from './subject.ts';

export interface Evidence {
  /** The known row that claims the mismatch. */
  readonly known?: KnownRow | null;
  /** What a CPU answered to these very bytes. */
  readonly silicon?: { readonly cpu: string; readonly answer: Answer };
  /** What all subjects say, ours and theirs may be among them. */
  readonly answers?: readonly SubjectAnswer[];
  /** Says of a subject's answer that a known row convicts it, so that its vote does not count. */
  readonly isConvicted?: (answer: SubjectAnswer) => boolean;
}

export function judge(mismatch: Mismatch, evidence: Evidence): Verdict {
  return (
    lawVerdict(mismatch) ??
    siliconVerdict(mismatch, evidence) ??
    citedVerdict(mismatch, evidence) ??
    agreementVerdict(mismatch, evidence) ?? {
      right: 'undecided',
      evidence: 'none',
      detail: 'No CPU, no known row and no agreement of independent subjects decides.',
    }
  );
}

/** A law needs no witness: who breaks it is wrong. Ours is the only one asked. */
const lawVerdict = ({ observable, subject, says }: Mismatch): Verdict | null =>
  observable === 'law'
    ? {
        right: 'theirs',
        evidence: 'citation',
        detail: `Ours breaks the law ${subject}: wanted ${says.ours}, got ${says.theirs}.`,
      }
    : null;

const siliconVerdict = (mismatch: Mismatch, { silicon, known }: Evidence): Verdict | null => {
  if (silicon !== undefined) {
    const side = sideOf(mismatch, silicon.answer);
    if (side !== null)
      return { right: side, evidence: 'silicon', detail: `${silicon.cpu} sides with ${sideName(side, mismatch)}.` };
  }
  if (known?.silicon === undefined) return null;
  const right = known.right[mismatch.input.vendor];
  return { right, evidence: 'silicon', detail: `${known.note} ${known.silicon}`, place: known.manual };
};

const citedVerdict = (mismatch: Mismatch, { known }: Evidence): Verdict | null =>
  known === undefined || known === null
    ? null
    : { right: known.right[mismatch.input.vendor], evidence: 'citation', detail: known.note, place: known.manual };

const sideName = (side: Side, { subject }: Mismatch): string => (side === 'theirs' ? subject : side);

/** A lead of one independent voice, with none against, decides. */
const agreementVerdict = (mismatch: Mismatch, { answers = [], isConvicted }: Evidence): Verdict | null => {
  const votes = answers
    .filter(({ subject }) => subject !== ourName && subject !== mismatch.subject)
    .filter((answer) => isConvicted?.(answer) !== true)
    .map(({ subject, answer }) => ({ subject, side: sideOf(mismatch, answer) }));
  const voters = (side: 'ours' | 'theirs'): string[] =>
    votes.filter((vote) => vote.side === side).map((vote) => vote.subject);
  const forOurs = voters('ours');
  const forTheirs = voters('theirs');
  // The accuser speaks for itself, so that a cousin's voice adds little to it; ours is the accused and has none.
  const theirWeight = weightOf([mismatch.subject, ...forTheirs]) - weightOf([mismatch.subject]);
  const ourWeight = weightOf(forOurs);
  if (ourWeight >= 1 && theirWeight === 0) {
    return {
      right: 'ours',
      evidence: 'agreement',
      detail: `${forOurs.join(', ')} side with ours against ${mismatch.subject}.`,
    };
  }
  if (theirWeight >= 1 && ourWeight === 0) {
    return {
      right: 'theirs',
      evidence: 'agreement',
      detail: `${forTheirs.join(', ')} side with ${mismatch.subject} against ours.`,
    };
  }
  return null;
};

const ourName = 'touchstone';

/**
 * Subjects of one family copy one table or share code, and err together: the first counts 1, each other a quarter.
 */
export const weightOf = (subjects: readonly string[]): number => {
  const seen = new Set<string>();
  let weight = 0;
  for (const subject of subjects) {
    const family = families[subject] ?? subject;
    weight += seen.has(family) ? 0.25 : 1;
    seen.add(family);
  }
  return weight;
};

const families: Readonly<Record<string, string>> = {
  iced: 'SDM tables by machine',
  xed: 'SDM tables by machine',
  zydis: 'SDM tables by machine',
  capstone: 'LLVM',
  llvm: 'LLVM',
  nasm: 'NASM',
  ndisasm: 'NASM',
};

/** With whom an answer agrees in the field that differs; null where it agrees with neither or with both. */
const sideOf = (mismatch: Mismatch, answer: Answer): 'ours' | 'theirs' | null => {
  const witness = witnessOf(mismatch.observable, answer);
  if (witness === null) return null;
  const { mode } = mismatch.input;
  const withOurs = firstDifference(mismatch.ours, answer, witness, mode) === null;
  const withTheirs = firstDifference(mismatch.theirs, answer, witness, mode) === null;
  if (withOurs === withTheirs) return null;
  return withOurs ? 'ours' : 'theirs';
};

/** Looks at the field that differs alone; null where the answer says nothing of it. */
const witnessOf = (observable: Observable, answer: Answer): Observer | null => {
  if (observable === 'crash' || observable === 'law' || observable.startsWith('text')) return null;
  if (answer.status === 'invalid' || answer.status === 'truncated')
    return { name: 'witness', observes: new Set(['validity']) };
  if (answer.status !== 'valid' || !tells(observable, answer)) return null;
  return { name: 'witness', observes: new Set(['validity', fieldOf(observable)]) };
};

type Field = 'validity' | 'length' | 'mnemonic' | 'operands' | 'decorations' | 'flags' | 'uses' | 'features';

const fieldOf = (observable: Observable): Field => {
  switch (observable) {
    case 'validity':
    case 'length':
    case 'mnemonic':
    case 'flags':
      return observable;
    case 'registers-used':
    case 'memory-used':
      return 'uses';
    case 'rounding':
      return 'decorations';
    case 'cpuid-features':
      return 'features';
    default:
      return 'operands';
  }
};

const tells = (observable: Observable, answer: Decoded): boolean => {
  switch (fieldOf(observable)) {
    case 'mnemonic':
      return answer.mnemonic !== undefined;
    case 'operands':
    case 'decorations':
      return answer.operands !== undefined;
    case 'flags':
      return answer.flags !== undefined;
    case 'uses':
      return observable === 'memory-used' ? answer.memoryUsed !== undefined : answer.registersUsed !== undefined;
    case 'features':
      return answer.cpuidFeatures !== undefined;
    default:
      return true;
  }
};
