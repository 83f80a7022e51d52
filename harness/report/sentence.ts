/** What a finding says, in one sentence each: what happened, to what, who says what, who is right. */
import { forms } from '../../emulator/isa/forms.ts';
import { executedInstruction, fullNames, segmentNames } from '../compare/execution-role.ts';
import { type AnyFinding, type AnyMismatch, isExecution, type Verdict } from '../mismatch.ts';
import { stateLine } from './execution-line.ts';
import { hexBytes, visibleText } from './hex.ts';

/** `66 0F BA E0 07 (64-bit): operand 0 differs: ours eax, iced ax.`; `48 19 D8 (64-bit) with rax=1: …` */
export function findingSentence(finding: AnyFinding): string {
  const sample = smallestSample(finding);
  return `${hexBytes(sample.input.bytes)} (${modeText(sample)})${stateText(sample)}: ${differenceSentence(sample)}`;
}

const stateText = (sample: AnyMismatch): string => {
  const line = isExecution(sample) ? stateLine(sample.execution) : '';
  return line === '' ? '' : ` with ${line}`;
};

/** `operand 0 differs: ours eax, iced ax.` */
export const differenceSentence = (sample: AnyMismatch): string => {
  const ours = visibleText(sample.says.ours);
  const theirs = visibleText(sample.says.theirs);
  if (sample.observable === 'law') return `the law ${sample.subject} is broken: ${ours}, against ${theirs}.`;
  if (sample.observable === 'crash') return `${sample.subject} failed: ${theirs}; ours ${ours}.`;
  return `${fieldText(sample)} differs: ours ${ours}, ${sample.subject} ${theirs}.`;
};

/** `iced is right, by the manual (SDM 2A LOCK): F0 needs a memory destination.` */
export const verdictSentence = (finding: AnyFinding): string => {
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

/** `operand 0`, `rbx (operand 0)`, `flags A`. */
const fieldText = (sample: AnyMismatch): string => {
  const field = observableText(sample.observable);
  if (!isExecution(sample) || sample.part === '' || sample.part === field) return field;
  return sample.observable.startsWith('gpr-') ? `${field} (${sample.part})` : `${field} ${sample.part}`;
};

/** `operand 0`, `registers used`, `rbx`. */
export const observableText = (observable: AnyMismatch['observable']): string => {
  const [, kind, number] = /^(gpr|selector)-(\d+)$/.exec(observable) ?? [];
  if (number !== undefined) return (kind === 'gpr' ? fullNames : segmentNames)[Number(number)] ?? observable;
  if (observable === 'status' || observable === 'vector') return 'outcome';
  return observable === 'rflags' ? 'flags' : observable.replaceAll('-', ' ');
};

export const modeText = (sample: AnyMismatch): string =>
  sample.input.vendor === 'amd' ? `${sample.input.mode}-bit, AMD` : `${sample.input.mode}-bit`;

/** The sample that stands for its bucket. */
export const smallestSample = (finding: AnyFinding): AnyMismatch => {
  const [smallest] = finding.bucket.samples;
  if (smallest === undefined) throw new Error(`Finding ${finding.id} has no sample. Bucket: ${finding.bucket.key}.`);
  return smallest;
};

/** The form in the words of whoever tells it, ours first; empty where neither answer is valid. */
export const formText = (sample: AnyMismatch): string => {
  if (isExecution(sample)) {
    const instruction = executedInstruction(sample.execution, sample.input.vendor);
    const form = instruction === null ? undefined : forms[instruction.form];
    return form === undefined ? '' : `${form.opcodeText} ${form.syntax}`;
  }
  for (const answer of [sample.ours, sample.theirs]) {
    if (answer.status === 'valid' && answer.form !== undefined) return answer.form;
  }
  return '';
};
