import { forms } from '../isa/forms.ts';
import type { Instruction } from '../isa/instruction.ts';

/** A relative target as an absolute address, cut to its width. */
export const targetOf = (instruction: Instruction, address: bigint): string => {
  const isFull = forms[instruction.form].needs.has('FULL-TARGET');
  const bits = isFull ? (instruction.mode === 64 ? 64 : 32) : instruction.operandSize;
  const target = address + BigInt(instruction.lengthBytes) + BigInt(instruction.immediate);
  return `0x${BigInt.asUintN(bits, target).toString(16)}`;
};
