/** What iced says of masks, broadcast and rounding, in the words of answers. */
import {
  type Code,
  CodeExt,
  EncodingKind,
  type Instruction,
  MemorySize,
  MemorySizeExt,
  MvexRegMemConv,
  MvexTupleTypeLutKind,
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
  if (instruction.mvexRegMemConv !== MvexRegMemConv.None) convert(instruction, operands);
  return operands;
};

/** MVEX: the conversion is that of the register which is stored, of memory that is loaded, or of the last register. */
const convert = (instruction: Instruction, operands: AnswerOperand[]): void => {
  const memory = operands.findIndex(({ kind }) => kind === 'memory');
  const register = operands.findLastIndex(({ kind }) => kind === 'register');
  const place = memory < 0 || (memory === 0 && register > 0) ? register : memory;
  const operand = operands[place];
  const word = conversionWord(instruction);
  if (operand !== undefined && word !== '') operands[place] = { ...operand, conversion: word };
  const hinted = operands[memory];
  if (hinted?.kind === 'memory' && instruction.isMvexEvictionHint) operands[memory] = { ...hinted, evictionHint: true };
};

const conversionWord = ({ mvexRegMemConv, code }: Instruction): string => {
  const word = conversionWords[mvexRegMemConv] ?? '';
  return word.endsWith('to') ? `${word}${elementsOf(code)}` : word;
};

/** How many elements the operand has: the size of an element, and half as many as there are where these become wider. */
const elementsOf = (code: Code): number => {
  const info = CodeExt.opCode(code);
  const kind = MvexTupleTypeLutKind[info.mvexTupleTypeLutKind] ?? '';
  info.free();
  return /64|Half/.test(kind) ? 8 : 16;
};

const conversionWords: Readonly<Partial<Record<MvexRegMemConv, string>>> = {
  [MvexRegMemConv.RegSwizzleCdab]: 'cdab',
  [MvexRegMemConv.RegSwizzleBadc]: 'badc',
  [MvexRegMemConv.RegSwizzleDacb]: 'dacb',
  [MvexRegMemConv.RegSwizzleAaaa]: 'aaaa',
  [MvexRegMemConv.RegSwizzleBbbb]: 'bbbb',
  [MvexRegMemConv.RegSwizzleCccc]: 'cccc',
  [MvexRegMemConv.RegSwizzleDddd]: 'dddd',
  [MvexRegMemConv.MemConvBroadcast1]: '1to',
  [MvexRegMemConv.MemConvBroadcast4]: '4to',
  [MvexRegMemConv.MemConvFloat16]: 'float16',
  [MvexRegMemConv.MemConvUint8]: 'uint8',
  [MvexRegMemConv.MemConvSint8]: 'sint8',
  [MvexRegMemConv.MemConvUint16]: 'uint16',
  [MvexRegMemConv.MemConvSint16]: 'sint16',
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
  if (rounding !== undefined) {
    // EVEX suppresses exceptions with all rounding; MVEX says so apart.
    const isAlone = instruction.encoding === EncodingKind.MVEX && !instruction.suppressAllExceptions;
    return { rounding: isAlone ? rounding : `${rounding}-sae` };
  }
  return instruction.suppressAllExceptions ? { rounding: 'sae' } : {};
};

const roundings: Readonly<Partial<Record<RoundingControl, 'rn' | 'rd' | 'ru' | 'rz'>>> = {
  [RoundingControl.RoundToNearest]: 'rn',
  [RoundingControl.RoundDown]: 'rd',
  [RoundingControl.RoundUp]: 'ru',
  [RoundingControl.RoundTowardZero]: 'rz',
};
