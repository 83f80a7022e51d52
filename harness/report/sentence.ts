/** What a finding says, in one sentence each: what happened, to what, who says what, who is right. */
import type { Finding, Mismatch, Observable, Verdict } from '../mismatch.ts';
import { hexBytes, visibleText } from './hex.ts';

/** `66 0F BA E0 07 (64-bit): operand 0 differs: ours eax, iced ax.` */
export function findingSentence(finding: Finding): string {
  const sample = smallestSample(finding);
  return `${hexBytes(sample.input.bytes)} (${modeText(sample)}): ${differenceSentence(sample)}`;
}

/** `operand 0 differs: ours eax, iced ax.` */
export const differenceSentence = (sample: Mismatch): string => {
  const ours = visibleText(sample.says.ours);
  const theirs = visibleText(sample.says.theirs);
  if (sample.observable === 'law') return `the law ${sample.subject} is broken: ${ours}, against ${theirs}.`;
  if (sample.observable === 'crash') return `${sample.subject} failed: ${theirs}; ours ${ours}.`;
  return `${observableText(sample.observable)} differs: ours ${ours}, ${sample.subject} ${theirs}.`;
};

/** `iced is right, by the manual (SDM 2A LOCK): F0 needs a memory destination.` */
export const verdictSentence = (finding: Finding): string => {
  const { verdict } = finding;
  const place = verdict.place === undefined ? '' : ` (${verdict.place})`;
  const detail = verdict.detail === '' ? '.' : `: ${verdict.detail}`;
  const who = whoIsRight(verdict, smallestSample(finding).subject);
  return visibleText(`${who}${evidenceText[verdict.evidence]}${place}${detail}`);
};

export const whoIsRight = (verdict: Verdict, subject: string): string => {
  switch (verdict.right) {
    case 'ours':
      return 'Touchstone is right';
    case 'theirs':
      return `${subject} is right`;
    case 'both':
      return 'Both are right';
    case 'undecided':
      return 'Undecided';
  }
};

export const evidenceText: Readonly<Record<Verdict['evidence'], string>> = {
  silicon: ', by silicon',
  citation: ', by the manual',
  agreement: ', by agreement of independent decoders',
  none: '',
};

/** `operand 0`, `registers used`. */
export const observableText = (observable: Observable): string => observable.replaceAll('-', ' ');

export const modeText = (sample: Mismatch): string =>
  sample.input.vendor === 'amd' ? `${sample.input.mode}-bit, AMD` : `${sample.input.mode}-bit`;

/** The sample that stands for its bucket. */
export const smallestSample = (finding: Finding): Mismatch => {
  const [smallest] = finding.bucket.samples;
  if (smallest === undefined) throw new Error(`Finding ${finding.id} has no sample. Bucket: ${finding.bucket.key}.`);
  return smallest;
};

/** The form in the words of whoever tells it, ours first; empty where neither answer is valid. */
export const formText = (sample: Mismatch): string => {
  for (const answer of [sample.ours, sample.theirs]) {
    if (answer.status === 'valid' && answer.form !== undefined) return answer.form;
  }
  return '';
};
