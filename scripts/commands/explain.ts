/** `touchstone explain`: one instruction, its bytes one by one, every subject's answer, what differs, who is right. */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { hexBytes } from '../../harness/report/hex.ts';
import type { Palette } from '../../harness/report/palette.ts';
import { reproductionsOf } from '../../harness/report/reproduction.ts';
import type { Input } from '../../harness/subject.ts';
import type { Terminal } from '../terminal.ts';
import { anatomyOf } from './anatomy.ts';
import { columns } from './columns.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { readInstructionHex } from './hex.ts';
import { answersText, fieldsText, opinionText } from './opinion-text.ts';
import { type Opinions, opinionsOf } from './opinions.ts';
import type { SubjectName } from './subject-names.ts';
import { openSubjects } from './subjects.ts';

export interface ExplainOptions {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly subject?: readonly SubjectName[];
}

export const explain = async (hex: string, options: ExplainOptions, terminal: Terminal): Promise<ExitCode> => {
  const { mode, vendor } = options;
  const input: Input = { bytes: readInstructionHex(hex), mode, vendor };
  const subjects = await openSubjects(options.subject, terminal.environment);
  try {
    const opinions = await opinionsOf(input, subjects);
    await terminal.write(explanation(opinions, terminal.palette));
    return opinions.found.some((one) => one.known === null) ? exitCodes.mismatches : exitCodes.clean;
  } finally {
    await subjects.close();
  }
};

const explanation = (opinions: Opinions, palette: Palette): string => {
  const { input } = opinions;
  const sections: readonly (readonly [title: string, text: string])[] = [
    [`${hexBytes(input.bytes)}  ${input.mode}-bit, ${input.vendor === 'amd' ? 'AMD' : 'Intel'}`, anatomyText(input)],
    ['Answers', answersText(opinions)],
    ['Fields', fieldsText(opinions, palette)],
    ['Verdict', verdictText(opinions, palette)],
    ['Elsewhere', columns(reproductionsOf(input.bytes, input.mode).map(({ label, line }) => [label, line])).join('\n')],
  ];
  return `${sections.map(([title, text]) => `${palette.strong(title)}\n${indented(text)}`).join('\n\n')}\n`;
};

const indented = (text: string): string => text.replace(/^(?=.)/gm, '  ');

const anatomyText = ({ bytes, mode, vendor }: Input): string =>
  columns(
    anatomyOf(bytes, mode, vendor).map(({ kind, offset, length, meaning }) => [
      String(offset),
      hexBytes(bytes.subarray(offset, offset + length)),
      kind,
      meaning,
    ]),
  ).join('\n');

const verdictText = ({ found, answers }: Opinions, palette: Palette): string => {
  const agreeing = answers
    .slice(1)
    .filter(({ answer }) => answer.status !== 'unsupported' && answer.status !== 'unavailable')
    .filter(({ subject }) => !found.some(({ mismatch }) => mismatch.subject === subject))
    .map(({ subject }) => subject);
  if (found.length === 0 && agreeing.length === 0) return 'None: nobody else was asked who knows this area.';
  const agreement = `${agreeing.join(', ')} ${agreeing.length === 1 ? 'agrees' : 'agree'} with ours.`;
  const lines = found.map((one) => opinionText(one, palette));
  return [...lines, ...(agreeing.length === 0 ? [] : [palette.good(agreement)])].join('\n');
};
