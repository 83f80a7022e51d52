/** The chapter of the SDM that a form's row stands in: the unit of capture files and of the coverage page. */
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Row } from '../../emulator/isa/row.ts';
import { arithmetic } from '../../emulator/isa/rows/arithmetic.ts';
import { bitAndByte } from '../../emulator/isa/rows/bit-and-byte.ts';
import { bitManipulation } from '../../emulator/isa/rows/bit-manipulation.ts';
import { bounds } from '../../emulator/isa/rows/bounds.ts';
import { cache } from '../../emulator/isa/rows/cache.ts';
import { compareAndAdd } from '../../emulator/isa/rows/compare-and-add.ts';
import { controlTransfer } from '../../emulator/isa/rows/control-transfer.ts';
import { dataTransfer } from '../../emulator/isa/rows/data-transfer.ts';
import { flagControl } from '../../emulator/isa/rows/flag-control.ts';
import { inputOutput } from '../../emulator/isa/rows/input-output.ts';
import { logic } from '../../emulator/isa/rows/logic.ts';
import { nop } from '../../emulator/isa/rows/nop.ts';
import { shift } from '../../emulator/isa/rows/shift.ts';
import { stack } from '../../emulator/isa/rows/stack.ts';
import { state } from '../../emulator/isa/rows/state.ts';
import { string } from '../../emulator/isa/rows/string.ts';
import { system } from '../../emulator/isa/rows/system.ts';
import { virtualMachine } from '../../emulator/isa/rows/virtual-machine.ts';

const rowsByChapter = {
  'data-transfer': dataTransfer,
  stack,
  arithmetic,
  logic,
  shift,
  'bit-and-byte': bitAndByte,
  'bit-manipulation': bitManipulation,
  'compare-and-add': compareAndAdd,
  'control-transfer': controlTransfer,
  string,
  'input-output': inputOutput,
  'flag-control': flagControl,
  nop,
  cache,
  state,
  system,
  'virtual-machine': virtualMachine,
  bounds,
} as const satisfies Readonly<Record<string, readonly Row[]>>;

export type Chapter = keyof typeof rowsByChapter;

export const chapters: readonly Chapter[] = [
  'data-transfer',
  'stack',
  'arithmetic',
  'logic',
  'shift',
  'bit-and-byte',
  'bit-manipulation',
  'compare-and-add',
  'control-transfer',
  'string',
  'input-output',
  'flag-control',
  'nop',
  'cache',
  'state',
  'system',
  'virtual-machine',
  'bounds',
];

const rowKey = (opcode: string, syntax: string): string => `${opcode} | ${syntax}`;

const byRow: ReadonlyMap<string, Chapter> = new Map(
  chapters.flatMap((chapter) =>
    rowsByChapter[chapter].map(([opcode, syntax]) => [rowKey(opcode, syntax), chapter] as const),
  ),
);

export const chapterOf = ({ opcodeText, syntax }: Form): Chapter => {
  const chapter = byRow.get(rowKey(opcodeText, syntax));
  if (chapter === undefined) throw new Error(`${syntax} stands in no chapter; chapters.ts lists them.`);
  return chapter;
};

/** Every form has a chapter: a new one is to be listed here. */
export const unlistedForms = (): readonly Form[] =>
  forms.filter(({ opcodeText, syntax }) => !byRow.has(rowKey(opcodeText, syntax)));
