/** How much memory an instruction's operand is: less than its row says where it is broadcast or converted. */
import { convertedBits } from './conversions.ts';
import type { OperandSpec } from './form.ts';
import { forms } from './forms.ts';
import type { Instruction } from './instruction.ts';
import { firstEvexMap, firstMvexMap } from './opcode-map.ts';

/** EVEX.b makes one element of it stand for all (SDM 2A 2.7.6). */
export const isBroadcast = ({ map, b, modrm }: Instruction, { broadcastBits }: OperandSpec): boolean =>
  b === 1 && broadcastBits > 0 && modrm < 0xc0 && map >= firstEvexMap;

/** Bits of the operand in memory. */
export const memoryBitsOf = (instruction: Instruction, spec: OperandSpec): number => {
  if (instruction.map < firstEvexMap) return spec.memoryBits;
  if (isBroadcast(instruction, spec)) return spec.broadcastBits;
  if (instruction.map < firstMvexMap) return spec.memoryBits;
  return convertedBits(forms[instruction.form].conversion, spec.memoryBits, instruction.conversion);
};
