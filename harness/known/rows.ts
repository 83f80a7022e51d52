/** Every known divergence. A row that claims too much hides bugs: each names a subject, a field, and what both say. */
import { iced } from './iced.ts';
import { icedVectors } from './iced-vectors.ts';
import { llvm } from './llvm.ts';
import { llvmPrefixes } from './llvm-prefixes.ts';
import { llvmTexts } from './llvm-texts.ts';
import { llvmVectors } from './llvm-vectors.ts';
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
import { zydis } from './zydis.ts';
import { zydisAccesses } from './zydis-accesses.ts';
import { zydisFlags } from './zydis-flags.ts';
import { zydisOperands } from './zydis-operands.ts';
import { zydisVectors } from './zydis-vectors.ts';

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
  ...llvm,
  ...llvmVectors,
  ...llvmPrefixes,
  ...llvmTexts,
  ...zydis,
  ...zydisVectors,
  ...zydisAccesses,
  ...zydisOperands,
  ...zydisFlags,
];
