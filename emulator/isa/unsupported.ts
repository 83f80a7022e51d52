import type { OpcodeMap } from './form.ts';

/**
 * Opcodes whose instructions have no rows yet: x87, MMX, SSE and later, 3DNow!, vendor extensions. Where such an opcode
 * also has forms with rows, this speaks for the rest of it.
 */
export const isUnsupported = (map: OpcodeMap, opcode: number): boolean =>
  map >= 2 || unsupportedRanges.some((range) => range.map === map && opcode >= range.from && opcode <= range.to);

const unsupportedRanges: readonly { readonly map: OpcodeMap; readonly from: number; readonly to: number }[] = [
  { map: 0, from: 0xd8, to: 0xdf },
  { map: 1, from: 0x0e, to: 0x0f },
  { map: 1, from: 0x10, to: 0x17 },
  { map: 1, from: 0x28, to: 0x2f },
  { map: 1, from: 0x50, to: 0x77 },
  { map: 1, from: 0x78, to: 0x7f },
  { map: 1, from: 0xa6, to: 0xa7 },
  { map: 1, from: 0xc2, to: 0xc2 },
  { map: 1, from: 0xc4, to: 0xc6 },
  { map: 1, from: 0xd0, to: 0xfe },
];
