/**
 * The operands of a decoded instruction, explicit and implicit, each with its size and access: pure functions of the
 * instruction and its form, which know no register values. One text for kprobes, kmemcheck, mmiotrace and the harness.
 */
import type { Access, Form, ImplicitSpec, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';
import {
  classOf,
  NO_REGISTER,
  Register,
  RegisterClass,
  register,
  registerBits,
  registerByName,
  registerName,
} from '../isa/registers.ts';

interface OperandFacts {
  /** Width in bits of what is accessed; 0 where it has no size (INVLPG, XSAVE), or none that is known (REP). */
  readonly bits: number;
  readonly access: Access;
  readonly implicit: boolean;
}

export interface RegisterOperand extends OperandFacts {
  readonly kind: 'register';
  readonly register: string;
}
export interface MemoryOperand extends OperandFacts {
  readonly kind: 'memory';
  readonly segment: string;
  /** A register's name; `rip` or `eip` counts from the end of the instruction. */
  readonly base: string | null;
  readonly index: string | null;
  readonly scale: number;
  /** Sign-extended from the encoding, modulo 2^64; without base and index an address, modulo 2^addressBits. */
  readonly displacement: bigint;
  readonly addressBits: number;
}
export interface ImmediateOperand extends OperandFacts {
  readonly kind: 'immediate';
  /** Modulo 2^bits. */
  readonly value: bigint;
}
export interface BranchOperand extends OperandFacts {
  readonly kind: 'branch';
  /** Absolute, modulo 2^bits; bits is the operand size. */
  readonly target: bigint;
}
export interface FarPointerOperand extends OperandFacts {
  readonly kind: 'far-pointer';
  readonly selector: number;
  /** Modulo 2^bits. */
  readonly offset: bigint;
}
export type Operand = RegisterOperand | MemoryOperand | ImmediateOperand | BranchOperand | FarPointerOperand;

/** Explicit operands in Intel order. `address` is where the instruction stands: branch targets count from its end. */
export const explicitOperandsOf = (instruction: Instruction, address: bigint): readonly Operand[] => {
  const specs = forms[instruction.form].operands;
  const operands: Operand[] = [];
  for (let k = 0; k < specs.length; k++) operands.push(explicitOperand(instruction, specs[k], k, address));
  return operands;
};

/** Implicit operands: registers and stack memory that the form names, and what addressing by rSI, rDI and REP implies. */
export const implicitOperandsOf = (instruction: Instruction): readonly Operand[] => {
  const form = forms[instruction.form];
  const operands: Operand[] = [];
  for (const spec of form.implicit) addImplicit(instruction, spec, operands);
  for (const spec of form.operands) if (spec.place === 'string') addPointer(instruction, spec, operands);
  if (isRepeated(instruction)) operands.push(addressRegister(instruction, 1, 'rcw'));
  return operands;
};

/** All operands, explicit ones first. */
export const operandsOf = (instruction: Instruction, address: bigint): readonly Operand[] => [
  ...explicitOperandsOf(instruction, address),
  ...implicitOperandsOf(instruction),
];

/** Every memory operand as it is accessed: POP's destination by the rSP that it leaves behind. */
export const memoryAccessesOf = (instruction: Instruction): readonly MemoryOperand[] => {
  const popsFirst = forms[instruction.form].needs.has('POPS-FIRST');
  return operandsOf(instruction, 0n)
    .filter((operand): operand is MemoryOperand => operand.kind === 'memory')
    .map((operand) =>
      popsFirst && !operand.implicit && operand.base?.endsWith('sp')
        ? { ...operand, displacement: BigInt.asUintN(64, operand.displacement + BigInt(operand.bits >> 3)) }
        : operand,
    );
};

/** F3 or F2 makes this instruction repeat (SDM 2B REP). */
export const isRepeated = (instruction: Instruction): boolean =>
  (instruction.prefixes & (Prefix.rep | Prefix.repne)) !== 0 && repeats(forms[instruction.form]);

const repeats = (form: Form): boolean => form.needs.has('REP') || form.needs.has('REPE');

const explicitOperand = (instruction: Instruction, spec: OperandSpec, k: number, address: bigint): Operand => {
  const entry = instruction.operands[k];
  const access = accessOf(instruction, spec);
  if (entry >= 32) return registerOperand(instruction, entry, access, false);
  const facts = { bits: spec.bits, access, implicit: false };
  switch (entry) {
    case OperandKind.immediate:
      return { kind: 'immediate', value: immediateOf(instruction, spec.bits), ...facts };
    case OperandKind.immediate2:
      return { kind: 'immediate', value: BigInt(instruction.immediate2), ...facts };
    case OperandKind.constantOne:
      return { kind: 'immediate', value: 1n, ...facts };
    case OperandKind.branch:
      return branchOperand(instruction, address);
    case OperandKind.farPointer:
      return {
        kind: 'far-pointer',
        selector: instruction.immediate2,
        offset: BigInt.asUintN(spec.encodedBits, BigInt(instruction.immediate)),
        ...facts,
        bits: spec.encodedBits,
      };
    default:
      return { ...memoryAt(instruction, entry), ...facts, bits: spec.memoryBits, ...addressOnly(instruction) };
  }
};

const noAccess = { access: '' } as const;

const addressOnly = ({ form }: Instruction): { readonly access?: '' } =>
  forms[form].needs.has('ADDRESS-ONLY') ? noAccess : {};

const accessOf = (instruction: Instruction, { access, bits }: OperandSpec): Access => {
  if (isRepeated(instruction)) return conditional(access);
  if (access === 'cw' && bits === 32 && instruction.mode === 64)
    return forms[instruction.form].needs.has('ZERO-EXTENDS') ? 'rw' : access;
  return access;
};

/** Under REP nothing is certain: the count may be zero. */
const conditional = (access: Access): Access => {
  switch (access) {
    case 'r':
      return 'cr';
    case 'w':
      return 'cw';
    case 'rw':
      return 'rcw';
    default:
      return access;
  }
};

const registerOperand = (instruction: Instruction, id: number, access: Access, implicit: boolean): RegisterOperand => {
  const isSystem = classOf(id) === RegisterClass.control || classOf(id) === RegisterClass.debug;
  const bits = isSystem && instruction.mode !== 64 ? 32 : registerBits(id);
  return { kind: 'register', register: registerName(id), bits, access, implicit };
};

const immediateOf = (instruction: Instruction, bits: number): bigint => {
  const low = BigInt(instruction.immediate >>> 0);
  return bits <= 32 ? BigInt.asUintN(bits, low) : (BigInt(instruction.immediateHigh >>> 0) << 32n) | low;
};

const branchOperand = (instruction: Instruction, address: bigint): BranchOperand => {
  const isFull = forms[instruction.form].needs.has('FULL-TARGET');
  const bits = isFull ? (instruction.mode === 64 ? 64 : 32) : instruction.operandSize;
  const target = address + BigInt(instruction.lengthBytes) + BigInt(instruction.immediate);
  return { kind: 'branch', target: BigInt.asUintN(bits, target), bits, access: 'r', implicit: false };
};

type Place = Omit<MemoryOperand, keyof OperandFacts>;

const memoryAt = (instruction: Instruction, kind: number): Place => {
  switch (kind) {
    case OperandKind.memory:
      return modrmPlace(instruction);
    case OperandKind.memorySi:
      return pointerPlace(instruction, 6, overridable(instruction));
    case OperandKind.memoryDi:
      return pointerPlace(instruction, 7, 'es');
    case OperandKind.memoryDsDi:
      return pointerPlace(instruction, 7, overridable(instruction));
    default:
      return { ...pointerPlace(instruction, 3, overridable(instruction)), index: 'al' };
  }
};

const modrmPlace = (instruction: Instruction): Place => {
  const { base, index, scale, addressSize } = instruction;
  const signed = (BigInt(instruction.displacementHigh) << 32n) | BigInt(instruction.displacement >>> 0);
  const isDirect = base === NO_REGISTER && index === NO_REGISTER;
  const isLong = instruction.displacementBytes === 8;
  const displacement = isLong ? signed : BigInt(instruction.displacement);
  return {
    kind: 'memory',
    segment: registerName(instruction.segment),
    base: base === NO_REGISTER ? null : registerName(base),
    index: index === NO_REGISTER ? null : registerName(index),
    scale,
    displacement: BigInt.asUintN(isDirect ? addressSize : 64, displacement),
    addressBits: addressSize,
  };
};

const pointerPlace = (instruction: Instruction, number: number, segment: string): Place => ({
  kind: 'memory',
  segment,
  base: registerName(sized(instruction.addressSize, number)),
  index: null,
  scale: 1,
  displacement: 0n,
  addressBits: instruction.addressSize,
});

const overridable = ({ segmentOverride }: Instruction): string =>
  segmentOverride === NO_REGISTER ? 'ds' : registerName(segmentOverride);

const classBySize: Readonly<Record<number, RegisterClass>> = {
  16: RegisterClass.gpr16,
  32: RegisterClass.gpr32,
  64: RegisterClass.gpr64,
};

/** General register `number` of a size in bits. */
const sized = (bits: number, number: number): number => register(classBySize[bits], number);

const addressRegister = (instruction: Instruction, number: number, access: Access): RegisterOperand =>
  registerOperand(instruction, sized(instruction.addressSize, number), access, true);

/** String instructions move rSI and rDI; other users of fixed pointers only read them. */
const addPointer = (instruction: Instruction, spec: OperandSpec, operands: Operand[]): void => {
  const moves: Access = isRepeated(instruction) ? 'rcw' : 'rw';
  switch (spec.fixed) {
    case OperandKind.memorySi:
      operands.push(addressRegister(instruction, 6, moves));
      break;
    case OperandKind.memoryDi:
      operands.push(addressRegister(instruction, 7, moves));
      break;
    case OperandKind.memoryDsDi:
      operands.push(addressRegister(instruction, 7, 'r'));
      break;
    default:
      operands.push(addressRegister(instruction, 3, 'r'), registerOperand(instruction, Register.al, 'r', true));
  }
};

const numberByRegister: Readonly<Record<string, number>> = { ax: 0, cx: 1, dx: 2, bx: 3, sp: 4, bp: 5, si: 6, di: 7 };
const addImplicit = (instruction: Instruction, spec: ImplicitSpec, operands: Operand[]): void => {
  const access = isRepeated(instruction) ? conditional(spec.access) : spec.access;
  switch (spec.kind) {
    case 'register':
      operands.push(registerOperand(instruction, registerByName(spec.register) ?? NO_REGISTER, access, true));
      break;
    case 'address-register':
      operands.push(addressRegister(instruction, numberByRegister[spec.register], access));
      break;
    case 'stack-register':
      operands.push(stackRegister(instruction, numberByRegister[spec.register], access));
      break;
    case 'memory':
      operands.push(pointedMemory(instruction, spec, access));
      break;
    case 'frame':
      operands.push(stackMemory(instruction, 5, 0, spec));
      break;
    default:
      addStackItems(instruction, spec, operands);
  }
};

/** The stack's size is the mode's: a 16-bit stack in 32-bit code is a matter of state (SDM 1 6.2.3). */
const stackRegister = (instruction: Instruction, number: number, access: Access): RegisterOperand =>
  registerOperand(instruction, sized(instruction.mode, number), access, true);

const stackMemory = (
  instruction: Instruction,
  number: number,
  displacement: number,
  { bits, access }: Pick<ImplicitSpec, 'bits' | 'access'>,
): MemoryOperand => ({
  kind: 'memory',
  segment: 'ss',
  base: registerName(sized(instruction.mode, number)),
  index: null,
  scale: 1,
  displacement: BigInt.asUintN(64, BigInt(displacement)),
  addressBits: instruction.mode,
  bits,
  access,
  implicit: true,
});

/** Memory at a register which the encoding names, without displacement: MONITOR, CLZERO, UMONITOR, MOVDIR64B. */
const pointedMemory = (instruction: Instruction, spec: ImplicitSpec, access: Access): MemoryOperand => {
  const { modrm, rex } = instruction;
  const facts = { bits: spec.bits, access, implicit: true };
  switch (spec.register) {
    case 'ax':
      return { ...pointerPlace(instruction, 0, overridable(instruction)), ...facts };
    case 'rm':
      return { ...pointerPlace(instruction, (modrm & 7) + ((rex & 1) << 3), overridable(instruction)), ...facts };
    case 'reg':
      return { ...pointerPlace(instruction, ((modrm >> 3) & 7) + ((rex & 4) << 1), 'es'), ...facts };
    default: {
      const segment = spec.register === 'rdi' ? 'es' : 'ds';
      return { ...pointerPlace(instruction, 0, segment), base: spec.register, ...facts };
    }
  }
};

const addStackItems = (instruction: Instruction, spec: ImplicitSpec, operands: Operand[]): void => {
  const size = spec.bits >> 3;
  const nesting = nestingLevelOf(instruction);
  operands.push(stackRegister(instruction, 4, 'rw'));
  for (let k = 1; k < nesting; k++)
    operands.push(stackMemory(instruction, 5, -k * size, { bits: spec.bits, access: 'r' }));
  const count = spec.count + nesting;
  for (let k = 0; k < count; k++) {
    if (k === spec.skipped) continue;
    operands.push(stackMemory(instruction, 4, spec.kind === 'push' ? -(k + 1) * size : k * size, spec));
  }
};

/** ENTER's nesting level, modulo 32 (SDM 2A ENTER); 0 for every other instruction, as only ENTER has two immediates. */
const nestingLevelOf = (instruction: Instruction): number =>
  instruction.operandCount === 2 && instruction.operands[1] === OperandKind.immediate2
    ? instruction.immediate2 & 31
    : 0;

/** Registers of a memory operand's address, which computing it reads: those of LEA too, but none of NOP's. */
export const addressRegistersOf = (instruction: Instruction, operand: MemoryOperand): readonly string[] =>
  forms[instruction.form].needs.has('UNEVALUATED')
    ? []
    : [operand.base, operand.index].filter((name): name is string => name !== null);
