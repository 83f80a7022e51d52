/** Gathers and scatters: one access for each index in a vector register (VSIB, SDM 2A 2.3.12). */
import type { OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import type { Instruction } from '../isa/instruction.ts';
import { memoryBitsOf } from '../isa/memory-bits.ts';
import { classOf, NO_REGISTER, RegisterClass, type RegisterId, register, registerBits } from '../isa/registers.ts';

export interface Gather {
  /** Elements that take part where the mask says so. */
  readonly count: number;
  readonly indexBits: number;
  readonly dataBits: number;
  /** The vector register of indexes. */
  readonly index: RegisterId;
  /** A vector register, of whose elements the highest bits count, or a mask register. */
  readonly mask: RegisterId;
  readonly isVectorMask: boolean;
}

/** Null of an instruction without VSIB, and of prefetches, which access nothing. */
export const gatherOf = (instruction: Instruction): Gather | null => {
  if (instruction.index === NO_REGISTER || classOf(instruction.index) < RegisterClass.xmm) return null;
  const { operands } = forms[instruction.form];
  const memory = operands.find(({ indexClass }) => indexClass !== 0);
  if (memory === undefined || memory.access === '') return null;
  const { indexBits, bits } = memory;
  const dataBits = memoryBitsOf(instruction, memory);
  const data = operands.find(isData)?.bits ?? 512;
  const mask = operands.findIndex(({ place }) => place === 'vvvv');
  return {
    count: Math.min(registerBits(instruction.index) / indexBits, data / bits),
    indexBits,
    dataBits,
    index: instruction.index,
    mask: mask < 0 ? register(RegisterClass.mask, instruction.mask) : instruction.operands[mask],
    isVectorMask: mask >= 0,
  };
};

const isData = ({ place, registerClass }: OperandSpec): boolean =>
  place === 'reg' && registerClass >= RegisterClass.xmm && registerClass <= RegisterClass.zmm;
