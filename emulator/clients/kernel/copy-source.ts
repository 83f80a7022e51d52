/** Where a copy from user memory reads, when a machine check came of it. */
import type { Instruction } from '../../isa/instruction.ts';
import type { RegisterView } from '../../operand/evaluate.ts';
import { linearAddress } from './linear-address.ts';

/** The address that MOV, MOVZX or MOVS reads; null of everything else. */
export const copySourceOf = (instruction: Instruction, registers: RegisterView): bigint | null => {
  const { map, opcode } = instruction;
  const isMovs = map === 0 && (opcode === 0xa4 || opcode === 0xa5);
  const isLoad =
    (map === 0 && (opcode === 0x8a || opcode === 0x8b)) || (map === 1 && (opcode === 0xb6 || opcode === 0xb7));
  if (!isMovs && !isLoad) return null;
  const address = linearAddress(instruction, registers, {}, isMovs ? 1 : 0);
  return address.status === 'address' ? address.linear : null;
};
