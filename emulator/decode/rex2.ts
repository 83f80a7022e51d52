/** REX2 (APX specification 3.1.2.1): a fourth and fifth bit of register numbers, W, and whether the map is 0F. */
import type { Instruction } from '../isa/instruction.ts';

/** AAD outside 64-bit mode, and without APX nothing. */
export const rex2Byte = 0xd5;

/** Of `Instruction.extension`: REX2 itself, and what makes 16 and more of a register in ModRM.reg, an index and all others. */
export const Extension = { rex2: 8, r4: 4, x4: 2, b4: 1 } as const;

/** Reads the byte behind D5. */
export const decodeRex2 = (payload: number, into: Instruction): void => {
  into.map = payload >> 7;
  into.rex = 0x40 | (payload & 15);
  into.extension = Extension.rex2 | ((payload >> 4) & 7);
  if ((payload & 8) !== 0) into.operandSize = 64;
};
