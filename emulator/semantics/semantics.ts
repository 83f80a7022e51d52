/** What each form does: its chapter's function of its mnemonic. */
import type { Chapter } from '../isa/chapters.ts';
import { chapterOf, forms } from '../isa/forms.ts';
import { arithmetic } from './arithmetic.ts';
import { avx512Moves, avx512NarrowMoves, avxMoves } from './avx-moves.ts';
import { bitAndByte } from './bit-and-byte.ts';
import { bitManipulation } from './bit-manipulation.ts';
import { bounds } from './bounds.ts';
import { cache } from './cache.ts';
import { compareAndAdd } from './compare-and-add.ts';
import { controlTransfer } from './control-transfer.ts';
import type { Semantic } from './cpu.ts';
import { dataTransfer } from './data-transfer.ts';
import { flagControl } from './flag-control.ts';
import { sse2Arithmetic, sseArithmetic } from './float-arithmetic.ts';
import { inputOutput } from './input-output.ts';
import { logic } from './logic.ts';
import { nop } from './nop.ts';
import { shift } from './shift.ts';
import { stack } from './stack.ts';
import { state } from './state.ts';
import { string } from './string.ts';
import { system } from './system.ts';
import { sse2Logic, sseLogic } from './vector-logic.ts';
import { mmxMoves, sse2Moves, sseMoves } from './vector-moves.ts';
import { virtualMachine } from './virtual-machine.ts';
import { x87Control } from './x87-control.ts';

/** By mnemonic. Of a chapter that is not here nothing is emulated. */
const semanticsByChapter: Readonly<Partial<Record<Chapter, Readonly<Record<string, Semantic>>>>> = {
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
  x87: x87Control,
  mmx: mmxMoves,
  sse: { ...sseMoves, ...sseArithmetic, ...sseLogic },
  sse2: { ...sse2Moves, ...sse2Arithmetic, ...sse2Logic },
  avx: avxMoves,
  'avx512-foundation': avx512Moves,
  'avx512-bytes-words': avx512NarrowMoves,
};

const unsupported: Semantic = (cpu) => cpu.unsupported();

const byForm: readonly Semantic[] = forms.map(
  (form) => semanticsByChapter[chapterOf(form)]?.[form.mnemonic] ?? unsupported,
);

/** What a form does: an index into `forms`. */
export const semanticOf = (form: number): Semantic => byForm[form];
