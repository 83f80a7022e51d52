import type { Instruction } from '../isa/instruction.ts';
import { formatGas } from './gas.ts';
import { formatIntel } from './intel.ts';
import { formatNasm } from './nasm.ts';

export type Syntax = 'intel' | 'nasm' | 'gas';

export const syntaxes: readonly Syntax[] = ['intel', 'nasm', 'gas'];

/** One line of text for a valid instruction which stands at `address`. */
export const format = (instruction: Instruction, syntax: Syntax, address: bigint): string => {
  switch (syntax) {
    case 'intel':
      return formatIntel(instruction, address);
    case 'nasm':
      return formatNasm(instruction, address);
    case 'gas':
      return formatGas(instruction, address);
  }
};
