import type { Form } from './form.ts';
import { readRow } from './notation.ts';
import type { Row } from './row.ts';
import { arithmetic } from './rows/arithmetic.ts';
import { bitAndByte } from './rows/bit-and-byte.ts';
import { bitManipulation } from './rows/bit-manipulation.ts';
import { bounds } from './rows/bounds.ts';
import { cache } from './rows/cache.ts';
import { compareAndAdd } from './rows/compare-and-add.ts';
import { controlTransfer } from './rows/control-transfer.ts';
import { dataTransfer } from './rows/data-transfer.ts';
import { flagControl } from './rows/flag-control.ts';
import { inputOutput } from './rows/input-output.ts';
import { logic } from './rows/logic.ts';
import { nop } from './rows/nop.ts';
import { shift } from './rows/shift.ts';
import { stack } from './rows/stack.ts';
import { state } from './rows/state.ts';
import { string } from './rows/string.ts';
import { system } from './rows/system.ts';
import { virtualMachine } from './rows/virtual-machine.ts';

const chapters: readonly (readonly Row[])[] = [
  dataTransfer,
  stack,
  arithmetic,
  logic,
  shift,
  bitAndByte,
  bitManipulation,
  compareAndAdd,
  controlTransfer,
  string,
  inputOutput,
  flagControl,
  nop,
  cache,
  state,
  system,
  virtualMachine,
  bounds,
];

/** Every form of the ISA; `Instruction.form` is an index into it. */
export const forms: readonly Form[] = chapters.flat().map(readRow);
