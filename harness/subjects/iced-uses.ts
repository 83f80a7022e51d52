/** What iced's InstructionInfo says an instruction uses, in the words of harness/normalise/uses.ts. */
import {
  Code,
  type Instruction,
  type InstructionInfo,
  OpAccess,
  Register,
  type UsedMemory,
  type UsedRegister,
} from 'iced-x86';
import { formatRegisterUses, type MemoryUse } from '../normalise/uses.ts';
import type { AnswerOperand } from '../subject.ts';
import { accessNames, registerNames } from './iced-names.ts';
import { memoryBits } from './iced-operands.ts';

/**
 * Every memory access. IP-relative ones, which iced reports as an address without a base, get their base back. Some are
 * not at the operand's address (VLOADUNPACKHD).
 */
export const memoryUsesOf = (
  instruction: Instruction,
  info: InstructionInfo,
  operands: readonly AnswerOperand[],
): readonly MemoryUse[] => {
  const used: UsedMemory[] = info.usedMemory();
  if (used.length === 0) return [];
  const relative = operands.find(
    (operand) => operand.kind === 'memory' && (operand.base === 'rip' || operand.base === 'eip'),
  );
  const uses: MemoryUse[] = [];
  for (const entry of used) {
    const use = memoryUse(entry);
    entry.free();
    const isRelative = relative?.kind === 'memory' && use.base === null && use.index === null;
    if (isRelative) {
      const distance = use.displacement - instruction.memoryDisplacement;
      uses.push({ ...use, base: relative.base, displacement: relative.displacement + distance });
    } else uses.push(isLoneVector(use) ? { ...use, displacement: displacementOf(operands) } : use);
  }
  return uses;
};

/** Indexes in a vector register and no base: no register tells how many bits the address has. */
const isLoneVector = ({ base, index }: MemoryUse): boolean => base === null && index?.endsWith('mm', 3) === true;

/** Of the operand, signed. */
const displacementOf = (operands: readonly AnswerOperand[]): bigint => {
  const memory = operands.find((operand) => operand.kind === 'memory');
  return memory?.kind === 'memory' ? memory.displacement : 0n;
};

const memoryUse = (entry: UsedMemory): MemoryUse => ({
  access: accessNames[entry.access] ?? '',
  bits: memoryBits(entry.memorySize),
  segment: registerNames[entry.segment] ?? '',
  base: registerNames[entry.base] || null,
  index: registerNames[entry.index] || null,
  scale: entry.scale,
  displacement: entry.displacement,
});

/**
 * Every register used, as one text. iced reports as read the segment register that an address goes through (outside
 * 64-bit mode all, in it FS and GS), of PUSH's stack and of prefetches too. Such a read is left out, as the memory uses
 * name the segment; a segment register that is an operand, is written, or is read for itself stays.
 */
export const registersUsed = (
  instruction: Instruction,
  info: InstructionInfo,
  operands: readonly AnswerOperand[],
): string => {
  const used: UsedRegister[] = info.usedRegisters();
  let key = '';
  for (const entry of used) {
    const { register, access } = entry;
    entry.free();
    const isSegmentRead = register >= Register.ES && register <= Register.GS && isRead(access);
    if (isSegmentRead && !readsSegmentsThemselves.has(instruction.code) && !isReadOperand(register, operands)) continue;
    key += String.fromCharCode((register << accessBits) | access);
  }
  return textOf(key);
};

const isRead = (access: OpAccess): boolean => access === OpAccess.Read || access === OpAccess.CondRead;

/** The only ones without a segment register as operand: VMSAVE stores FS and GS, ERETS checks CS and SS. */
const readsSegmentsThemselves: ReadonlySet<Code> = new Set([Code.Vmsavew, Code.Vmsaved, Code.Vmsaveq, Code.Erets]);

const isReadOperand = (register: Register, operands: readonly AnswerOperand[]): boolean =>
  operands.some(
    (operand) =>
      operand.kind === 'register' &&
      operand.register === registerNames[register] &&
      operand.access?.includes('r') === true,
  );

/** OpAccess has 8 values. */
const accessBits = 3;
/** Programs use few sets of registers, random bytes many: enough for the former, bounded for the latter. */
const textsKept = 1 << 16;
const textByKey = new Map<string, string>();

/** Formatting costs more than all of iced's work, so a set of uses is formatted once. */
const textOf = (key: string): string => {
  const known = textByKey.get(key);
  if (known !== undefined) return known;
  const uses = Array.from(key, (unit) => {
    const packed = unit.charCodeAt(0);
    return { register: registerNames[packed >> accessBits] ?? '', access: accessNames[packed & 7] ?? '' };
  });
  const text = formatRegisterUses(uses);
  if (textByKey.size >= textsKept) textByKey.clear();
  textByKey.set(key, text);
  return text;
};
