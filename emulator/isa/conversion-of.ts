/** What an instruction's MVEX.SSS and MVEX.E make of its operands, in the manual's words. */
import { conversionWord, isDownConversion, swizzleWord } from './conversions.ts';
import type { OperandSpec } from './form.ts';
import { forms } from './forms.ts';
import type { Instruction } from './instruction.ts';
import { firstMvexMap } from './opcode-map.ts';

/** `float16` of memory, `cdab` of a register; '' where it is as it is. */
export const conversionOf = ({ conversion, eviction, modrm }: Instruction, spec: OperandSpec): string => {
  const name = spec.conversion;
  if (name === '' || conversion === 0) return '';
  // With E, SSS is a rounding mode.
  if (modrm >= 0xc0) return eviction === 1 ? '' : swizzleWord(name, conversion);
  return conversionWord(name, isDownConversion(name) ? 0 : spec.memoryBits, conversion);
};

/** Whether E asks for memory to be evicted: it may tell forms apart instead, and prefetches have no use for it. */
export const hasEvictionHint = ({ map, eviction, modrm, form }: Instruction): boolean =>
  map >= firstMvexMap &&
  eviction === 1 &&
  modrm < 0xc0 &&
  forms[form].eviction < 0 &&
  forms[form].operands.some(({ masked }) => masked);
