/** What each form does: its chapter's function of its mnemonic. */
import { forms } from '../isa/forms.ts';
import type { Row } from '../isa/row.ts';
import { arithmetic as arithmeticRows } from '../isa/rows/arithmetic.ts';
import { bitAndByte as bitAndByteRows } from '../isa/rows/bit-and-byte.ts';
import { bitManipulation as bitManipulationRows } from '../isa/rows/bit-manipulation.ts';
import { bounds as boundsRows } from '../isa/rows/bounds.ts';
import { cache as cacheRows } from '../isa/rows/cache.ts';
import { compareAndAdd as compareAndAddRows } from '../isa/rows/compare-and-add.ts';
import { controlTransfer as controlTransferRows } from '../isa/rows/control-transfer.ts';
import { dataTransfer as dataTransferRows } from '../isa/rows/data-transfer.ts';
import { flagControl as flagControlRows } from '../isa/rows/flag-control.ts';
import { inputOutput as inputOutputRows } from '../isa/rows/input-output.ts';
import { logic as logicRows } from '../isa/rows/logic.ts';
import { nop as nopRows } from '../isa/rows/nop.ts';
import { shift as shiftRows } from '../isa/rows/shift.ts';
import { stack as stackRows } from '../isa/rows/stack.ts';
import { state as stateRows } from '../isa/rows/state.ts';
import { string as stringRows } from '../isa/rows/string.ts';
import { system as systemRows } from '../isa/rows/system.ts';
import { virtualMachine as virtualMachineRows } from '../isa/rows/virtual-machine.ts';
import { arithmetic } from './arithmetic.ts';
import { bitAndByte } from './bit-and-byte.ts';
import { bitManipulation } from './bit-manipulation.ts';
import { bounds } from './bounds.ts';
import { cache } from './cache.ts';
import { compareAndAdd } from './compare-and-add.ts';
import { controlTransfer } from './control-transfer.ts';
import type { Semantic } from './cpu.ts';
import { dataTransfer } from './data-transfer.ts';
import { flagControl } from './flag-control.ts';
import { inputOutput } from './input-output.ts';
import { logic } from './logic.ts';
import { nop } from './nop.ts';
import { shift } from './shift.ts';
import { stack } from './stack.ts';
import { state } from './state.ts';
import { string } from './string.ts';
import { system } from './system.ts';
import { virtualMachine } from './virtual-machine.ts';

interface Chapter {
  readonly rows: readonly Row[];
  readonly semantics: Readonly<Record<string, Semantic>>;
}

/** In the order of `forms`. */
const chapters: readonly Chapter[] = [
  { rows: dataTransferRows, semantics: dataTransfer },
  { rows: stackRows, semantics: stack },
  { rows: arithmeticRows, semantics: arithmetic },
  { rows: logicRows, semantics: logic },
  { rows: shiftRows, semantics: shift },
  { rows: bitAndByteRows, semantics: bitAndByte },
  { rows: bitManipulationRows, semantics: bitManipulation },
  { rows: compareAndAddRows, semantics: compareAndAdd },
  { rows: controlTransferRows, semantics: controlTransfer },
  { rows: stringRows, semantics: string },
  { rows: inputOutputRows, semantics: inputOutput },
  { rows: flagControlRows, semantics: flagControl },
  { rows: nopRows, semantics: nop },
  { rows: cacheRows, semantics: cache },
  { rows: stateRows, semantics: state },
  { rows: systemRows, semantics: system },
  { rows: virtualMachineRows, semantics: virtualMachine },
  { rows: boundsRows, semantics: bounds },
];

const byForm: readonly Semantic[] = chapters
  .flatMap(({ rows, semantics }) => rows.map(() => semantics))
  .map((semantics, form) => semantics[forms[form].mnemonic]);

/** What a form does: an index into `forms`. */
export const semanticOf = (form: number): Semantic => byForm[form];
