/** Every known divergence. A row that claims too much hides bugs: each names a subject, a field, and what both say. */
import { iced } from './iced.ts';
import { icedVectors } from './iced-vectors.ts';
import { nasm } from './nasm.ts';
import { nasmRegisters } from './nasm-registers.ts';
import { nasmVectors } from './nasm-vectors.ts';
import { ndisasm } from './ndisasm.ts';
import { ndisasmRegisters } from './ndisasm-registers.ts';
import { ndisasmVectors } from './ndisasm-vectors.ts';
import { objdump } from './objdump.ts';
import { objdumpRegisters } from './objdump-registers.ts';
import { objdumpVectors } from './objdump-vectors.ts';
import type { KnownRow } from './row.ts';

export const knownRows: readonly KnownRow[] = [
  ...iced,
  ...icedVectors,
  ...objdump,
  ...objdumpVectors,
  ...objdumpRegisters,
  ...ndisasm,
  ...ndisasmVectors,
  ...ndisasmRegisters,
  ...nasm,
  ...nasmVectors,
  ...nasmRegisters,
];
