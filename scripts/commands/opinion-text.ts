/** Everybody's answers to one input as text: who says what, in which fields they differ, who is right. */
import { hexBytes, visibleText } from '../../harness/report/hex.ts';
import { fieldsOf } from '../../harness/report/page/field.ts';
import type { Palette } from '../../harness/report/palette.ts';
import { differenceSentence, evidenceText, whoIsRight } from '../../harness/report/sentence.ts';
import type { Answer } from '../../harness/subject.ts';
import { columns } from './columns.ts';
import type { Assembly, Opinion, Opinions } from './opinions.ts';
import { missingText } from './subjects.ts';

/** A line a subject. */
export const answersText = ({ answers, assembly, missing }: Opinions): string => {
  // What NASM makes of our text says more than what that decodes to.
  const told = answers.filter(({ subject }) => assembly === null || subject !== 'nasm');
  const lines = columns([
    ...told.map(({ subject, version, answer }) => [subject, version, ...answerCells(answer)]),
    ...(assembly === null ? [] : [['nasm', assembly.version, ...assemblyCells(assembly)]]),
  ]);
  return [...lines, ...missing.map(missingText)].join('\n');
};

const answerCells = (answer: Answer): readonly [status: string, text: string] => {
  switch (answer.status) {
    case 'valid': {
      const { intel, gas, nasm } = answer.text ?? {};
      return [lengthText(answer.lengthBytes), visibleText(intel ?? nasm ?? gas ?? answer.form ?? '')];
    }
    case 'invalid':
      return ['invalid', answer.reason ?? ''];
    case 'crashed':
    case 'unavailable':
      return [answer.status, visibleText(answer.detail)];
    case 'timed out':
      return [answer.status, `after ${answer.timeoutMs} ms`];
    case 'truncated':
    case 'unsupported':
      return [answer.status, ''];
  }
};

const lengthText = (bytes: number): string => `valid, ${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;

const assemblyCells = ({ text, result }: Assembly): readonly [string, string] =>
  'bytes' in result
    ? ['assembles', `${text} to ${hexBytes(result.bytes)}`]
    : ['refuses', `${text}: ${visibleText(result.error)}`];

/** Field by field: what is said, and by whom; a field in which all agree takes one line. */
export const fieldsText = ({ answers, found }: Opinions, palette: Palette): string => {
  const differing = found.find((one) => one.known === null)?.mismatch.observable ?? found[0]?.mismatch.observable ?? '';
  const rows: string[][] = [];
  const marked: boolean[] = [];
  for (const { name, cells } of fieldsOf(answers, differing)) {
    const voices = new Map<string, { readonly subjects: string[]; readonly differs: boolean }>();
    for (const [index, { text, differs }] of cells.entries()) {
      if (text === null) continue;
      const voice = voices.get(text) ?? { subjects: [], differs };
      voice.subjects.push(answers[index]?.subject ?? '');
      voices.set(text, voice);
    }
    let heading = name;
    for (const [text, { subjects, differs }] of voices) {
      rows.push([heading, visibleText(text) || 'none', subjects.join(', ')]);
      marked.push(differs);
      heading = '';
    }
  }
  return columns(rows)
    .map((line, index) => (marked[index] === true ? palette.bad(line) : line))
    .join('\n');
};

export const opinionText = ({ mismatch, known, verdict }: Opinion, palette: Palette): string => {
  const place = verdict.place === undefined ? '' : ` (${verdict.place})`;
  const sentence = `${whoIsRight(verdict, mismatch.subject)}${evidenceText[verdict.evidence]}${place}: ${verdict.detail}`;
  const head = known === null ? palette.bad('unexplained') : palette.explained(`explained by ${known.id}`);
  return `${head}  ${differenceSentence(mismatch)}\n  ${visibleText(sentence)}`;
};
