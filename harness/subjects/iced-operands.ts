/** The explicit operands of an iced instruction as canonical operands. */
import { type Instruction, type InstructionInfo, MemorySizeExt, type OpAccess, OpKind, Register } from 'iced-x86';
import type { Mode } from '../../emulator/isa/modes.ts';
import { registerBits, registerByName } from '../../emulator/isa/registers.ts';
import type { AnswerAccess, AnswerOperand, ImmediateOperand, MemoryOperand } from '../subject.ts';
import { inputAddress } from '../subject.ts';
import { broadcastOf, decorated } from './iced-decorations.ts';
import { accessNames, registerNames } from './iced-names.ts';

/**
 * Operands in Intel order. `bits`: of a register its width (CR and DR: 64 in 64-bit mode, else 32), of memory what
 * iced's MemorySize says (0 where that has no size: LEA, INVLPG, XSAVE), of an
 * immediate its width after sign extension, of a branch the width of the target, of a far pointer that of the offset.
 * Only registers and memory have an access; iced calls every immediate read.
 */
export const operandsOf = (instruction: Instruction, info: InstructionInfo, mode: Mode): readonly AnswerOperand[] => {
  const count = instruction.opCount;
  const operands: AnswerOperand[] = [];
  // The getters by position cost half of opKind(k) and its kin.
  // Memory at rDI that MASKMOVQ and MASKMOVDQU write is no operand of theirs in the manuals (SDM 2B MASKMOVQ).
  if (count > 0 && !isPointedByDi(instruction.op0Kind))
    operands.push(operandOf(instruction, instruction.op0Kind, instruction.op0Register, info.op0Access, mode));
  if (count > 1)
    operands.push(operandOf(instruction, instruction.op1Kind, instruction.op1Register, info.op1Access, mode));
  for (let k = 2; k < count; k++) {
    operands.push(operandOf(instruction, instruction.opKind(k), registerOf(instruction, k), info.opAccess(k), mode));
  }
  return decorated(instruction, operands);
};

const isPointedByDi = (kind: OpKind): boolean =>
  kind === OpKind.MemorySegDI || kind === OpKind.MemorySegEDI || kind === OpKind.MemorySegRDI;

/** opRegister throws where the operand is no register. */
const registerOf = (instruction: Instruction, k: number): Register =>
  instruction.opKind(k) === OpKind.Register ? instruction.opRegister(k) : Register.None;

const operandOf = (
  instruction: Instruction,
  kind: OpKind,
  register: Register,
  opAccess: OpAccess,
  mode: Mode,
): AnswerOperand => {
  const access = accessNames[opAccess] ?? '';
  if (kind === OpKind.Register) return registerOperand(register, access, mode);
  if (kind === OpKind.Memory) return memoryOperand(instruction, access);
  return constantOperand(instruction, kind) ?? stringOperand(instruction, kind, access);
};

/** Immediates, branches and far pointers; null for the rest, which is memory of string instructions. */
const constantOperand = (instruction: Instruction, kind: OpKind): AnswerOperand | null => {
  switch (kind) {
    case OpKind.NearBranch16:
      return { kind: 'branch', target: BigInt(instruction.nearBranch16), bits: 16 };
    case OpKind.NearBranch32:
      return { kind: 'branch', target: BigInt(instruction.nearBranch32 >>> 0), bits: 32 };
    case OpKind.NearBranch64:
      return { kind: 'branch', target: BigInt.asUintN(64, instruction.nearBranch64), bits: 64 };
    case OpKind.FarBranch16:
      return farPointer(instruction, instruction.farBranch16, 16);
    case OpKind.FarBranch32:
      return farPointer(instruction, instruction.farBranch32, 32);
    case OpKind.Immediate8:
      return immediate(instruction.immediate8, 8);
    case OpKind.Immediate8_2nd:
      return immediate(instruction.immediate8_2nd, 8);
    case OpKind.Immediate16:
      return immediate(instruction.immediate16, 16);
    case OpKind.Immediate32:
      return immediate(instruction.immediate32, 32);
    case OpKind.Immediate64:
      return { kind: 'immediate', value: BigInt.asUintN(64, instruction.immediate64), bits: 64 };
    case OpKind.Immediate8to16:
      return immediate(instruction.immediate8to16 & 0xffff, 16);
    case OpKind.Immediate8to32:
      return immediate(instruction.immediate8to32, 32);
    case OpKind.Immediate8to64:
      return { kind: 'immediate', value: BigInt.asUintN(64, instruction.immediate8to64), bits: 64 };
    case OpKind.Immediate32to64:
      return { kind: 'immediate', value: BigInt.asUintN(64, instruction.immediate32to64), bits: 64 };
    default:
      return null;
  }
};

const immediate = (value: number, bits: number): ImmediateOperand => ({
  kind: 'immediate',
  value: BigInt(value >>> 0),
  bits,
});

const farPointer = (instruction: Instruction, offset: number, bits: number): AnswerOperand => ({
  kind: 'far-pointer',
  selector: instruction.farBranchSelector,
  offset: BigInt(offset >>> 0),
  bits,
});

const registerOperand = (register: Register, access: AnswerAccess, mode: Mode): AnswerOperand => ({
  kind: 'register',
  register: registerNames[register] ?? '',
  bits: mode !== 64 && register >= Register.CR0 && register <= Register.DR15 ? 32 : (widths[register] ?? 0),
  access,
});

/** By iced's `Register`: its width in bits, as in 64-bit mode. */
const widths: readonly number[] = registerNames.map((name) => registerBits(registerByName(name) ?? 0));

const memoryOperand = (instruction: Instruction, access: AnswerAccess): MemoryOperand => {
  const base = registerNames[instruction.memoryBase] ?? '';
  const index = registerNames[instruction.memoryIndex] ?? '';
  const addressBits = addressBitsOf(instruction);
  return {
    kind: 'memory',
    segment: registerNames[instruction.memorySegment] ?? '',
    base: base === '' ? null : base,
    index: index === '' ? null : index,
    scale: index === '' ? 1 : instruction.memoryIndexScale,
    displacement: displacementOf(instruction, base, index, addressBits),
    addressBits,
    bits: memoryBits(instruction.memorySize),
    access,
    ...broadcastOf(instruction),
  };
};

/** By base, or index, or (absolute) the size in which iced stores the displacement. */
const addressBitsOf = (instruction: Instruction): number => {
  const base = instruction.memoryBase;
  if (base !== Register.None) return widths[base] ?? 0;
  const index = widths[instruction.memoryIndex] ?? 0;
  // A vector index (VSIB) shows no address size.
  return index === 0 || index > 64 ? instruction.memoryDisplSize * 8 : index;
};

const displacementOf = (instruction: Instruction, base: string, index: string, addressBits: number): bigint => {
  if (instruction.memoryDisplSize === 0) return 0n;
  const displacement = instruction.memoryDisplacement;
  if (base === 'rip' || base === 'eip') {
    // iced gives the address; what is encoded counts from the next instruction.
    return BigInt.asUintN(64, BigInt.asIntN(32, displacement - BigInt(inputAddress + instruction.length)));
  }
  if (base === '' && index === '') return BigInt.asUintN(addressBits, displacement);
  return BigInt.asUintN(64, BigInt.asIntN(addressBits, displacement));
};

/** Memory at rSI or rDI, by the operand's kind. */
const stringOperand = (instruction: Instruction, kind: OpKind, access: AnswerAccess): MemoryOperand => {
  const isDestination = kind >= OpKind.MemoryESDI;
  const base = stringBases[kind] ?? '';
  return {
    kind: 'memory',
    segment: isDestination ? 'es' : (registerNames[instruction.memorySegment] ?? ''),
    base,
    index: null,
    scale: 1,
    displacement: 0n,
    addressBits: registerBits(registerByName(base) ?? 0),
    bits: memoryBits(instruction.memorySize),
    access,
  };
};

const stringBases: Readonly<Partial<Record<OpKind, string>>> = {
  [OpKind.MemorySegSI]: 'si',
  [OpKind.MemorySegESI]: 'esi',
  [OpKind.MemorySegRSI]: 'rsi',
  [OpKind.MemorySegDI]: 'di',
  [OpKind.MemorySegEDI]: 'edi',
  [OpKind.MemorySegRDI]: 'rdi',
  [OpKind.MemoryESDI]: 'di',
  [OpKind.MemoryESEDI]: 'edi',
  [OpKind.MemoryESRDI]: 'rdi',
};

const bitsBySize: number[] = [];

/** Bits of iced's MemorySize; asked of the wasm once a size. */
export const memoryBits = (size: number): number => {
  bitsBySize[size] ??= MemorySizeExt.size(size) * 8;
  return bitsBySize[size] ?? 0;
};
