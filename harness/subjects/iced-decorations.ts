/** What iced says of masks, broadcast and rounding, in the words of answers. */
import {
  type Code,
  CodeExt,
  type Instruction,
  MemorySize,
  MemorySizeExt,
  OpCodeOperandKind,
  Register,
  RoundingControl,
} from 'iced-x86';
import type { AnswerOperand, Decoded } from '../subject.ts';
import { registerNames } from './iced-names.ts';

/** iced has mask and zeroing of the instruction; they are those of the first operand. Groups follow from the Code. */
export const decorated = (instruction: Instruction, operands: AnswerOperand[]): readonly AnswerOperand[] => {
  const { code } = instruction;
  countsByCode[code] ??= countsOf(code);
  const counts = countsByCode[code];
  for (const [place, count] of counts ?? []) {
    const operand = operands[place];
    if (operand?.kind === 'register') operands[place] = { ...operand, count };
  }
  const [first] = operands;
  const mask = instruction.opMask;
  if (mask !== Register.None && first !== undefined) {
    const zeroing = instruction.zeroingMasking ? ({ zeroing: true } as const) : {};
    operands[0] = { ...first, mask: registerNames[mask] ?? '', ...zeroing };
  }
  return operands;
};

type Counts = readonly (readonly [place: number, count: number])[];

const countsByCode: Counts[] = [];

/** Operands that are several registers: `zmm1+3`, `k1+1`. */
const countsOf = (code: Code): Counts => {
  const info = CodeExt.opCode(code);
  const counts: (readonly [number, number])[] = [];
  for (let k = 0; k < info.opCount; k++) {
    const count = countByKind[info.opKind(k)];
    if (count !== undefined) counts.push([k, count]);
  }
  info.free();
  return counts;
};

const countByKind: Readonly<Partial<Record<OpCodeOperandKind, number>>> = {
  [OpCodeOperandKind.xmmp3_vvvv]: 4,
  [OpCodeOperandKind.zmmp3_vvvv]: 4,
  [OpCodeOperandKind.kp1_reg]: 2,
};

/** {1to16} of a memory operand: `Broadcast512_Float32` has 512 bits of 32 each. */
export const broadcastOf = (instruction: Instruction): { readonly broadcast?: number } => {
  if (!instruction.isBroadcast) return {};
  const size = instruction.memorySize;
  countBySize[size] ??= Number(/^Broadcast(\d+)_/.exec(MemorySize[size] ?? '')?.[1]) / (MemorySizeExt.size(size) * 8);
  return { broadcast: countBySize[size] ?? 0 };
};

const countBySize: number[] = [];

export const roundingOf = (instruction: Instruction): Pick<Decoded, 'rounding'> => {
  const rounding = roundings[instruction.roundingControl];
  if (rounding !== undefined) return { rounding };
  return instruction.suppressAllExceptions ? { rounding: 'sae' } : {};
};

const roundings: Readonly<Partial<Record<RoundingControl, Decoded['rounding'] & string>>> = {
  [RoundingControl.RoundToNearest]: 'rn-sae',
  [RoundingControl.RoundDown]: 'rd-sae',
  [RoundingControl.RoundUp]: 'ru-sae',
  [RoundingControl.RoundTowardZero]: 'rz-sae',
};
