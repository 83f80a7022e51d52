/**
 * Instructions of CPUs to come in AT&T syntax with the bytes that an assembler made of them: what stands for LLVM 21, which
 * knows AVX10.2 and is nowhere a package yet. `lines.txt` has one a line: mode, bytes, text.
 */
import { format } from '../../../emulator/format/format.ts';
import type { Form } from '../../../emulator/isa/form.ts';
import { forms } from '../../../emulator/isa/forms.ts';
import { type Instruction, Prefix } from '../../../emulator/isa/instruction.ts';
import type { Mode } from '../../../emulator/isa/modes.ts';
import type { OpcodeOption } from '../../../emulator/isa/options.ts';
import { isInMode } from '../../../emulator/isa/presence.ts';
import { Random } from '../../generate/random.ts';
import { drawValid } from '../../generate/valid.ts';

export const opted: readonly OpcodeOption[] = ['AVX10', 'APX'];

export interface AssembledLine {
  readonly mode: Mode;
  readonly hex: string;
  readonly text: string;
}

/** Those behind the option AVX10, and what MOVRS has with APX. */
export const formsToCome = (mode: Mode): readonly Form[] =>
  forms.filter(
    (form) =>
      (form.needs.has('AVX10') || form.needs.has('MOVRS') || form.needs.has('AMX-MOVRS')) && isInMode(form, mode),
  );

/** Texts of each form with a register and with memory, in both modes; the same whenever they are asked for. */
export const textsToAssemble = (mode: 32 | 64): readonly string[] =>
  formsToCome(mode).flatMap((form) => {
    const random = new Random(21, `assembled/${mode}/${form.opcodeText} ${form.syntax}`);
    return (['register', 'memory'] as const).flatMap((place) => {
      const instruction = drawPlain(form, mode, random, place);
      return instruction === null ? [] : [format(instruction, 'gas', 0n)];
    });
  });

/** Without 67: of addresses of 16 bits LLVM forgets that EVEX multiplies displacements of 8 bits. */
const drawPlain = (form: Form, mode: Mode, random: Random, place: 'register' | 'memory'): Instruction | null => {
  for (let attempt = 0; attempt < 64; attempt++) {
    const instruction = drawValid(form, { mode, vendor: 'intel', random, place, opted });
    if (instruction === null) return null;
    if ((instruction.prefixes & Prefix.addressSize) === 0) return instruction;
  }
  return null;
};

export const lineText = ({ mode, hex, text }: AssembledLine): string => `${mode} ${hex} ${text}`;

export const readLines = (content: string): readonly AssembledLine[] =>
  content
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [mode = '', hex = '', ...text] = line.split(' ');
      return { mode: mode === '64' ? 64 : 32, hex, text: text.join(' ') };
    });
