/** REX2 (APX specification 3.1.2.1): a fourth and fifth bit of register numbers, W, and whether the map is 0F. */
import { Extension, type Instruction } from '../isa/instruction.ts';

/** AAD outside 64-bit mode, and without APX nothing. */
export const rex2Byte = 0xd5;

/** Reads the byte behind D5: M0 R4 X4 B4, and the four bits that REX has. */
export const decodeRex2 = (payload: number, into: Instruction): void => {
  into.map = payload >> 7;
  into.rex = Extension.rex2 | ((payload & 0x70) << 4) | 0x40 | (payload & 15);
  if ((payload & 8) !== 0) into.operandSize = 64;
};
