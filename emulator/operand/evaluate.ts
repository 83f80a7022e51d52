/**
 * What operands are worth: `%eax` its value, `4(%eax)` the address eax + 4, an immediate itself. Pure functions of an
 * instruction and the registers that its owner shows; memory is never looked at.
 */
import { sizeOf } from '../bits/word.ts';
import { forms } from '../isa/forms.ts';
import type { Instruction } from '../isa/instruction.ts';
import { classOf, registerName } from '../isa/registers.ts';
import { type Gather, gatherOf } from './gather.ts';
import type { MemoryOperand, Operand } from './operand.ts';
import { memoryAccessesOf, operandsOf } from './operands.ts';
import { isRepeated } from './places.ts';

/** The registers that operands are evaluated against, before the instruction. */
export interface RegisterView {
  /** Value of a register by its name in lower case, unsigned; of `rip` the instruction's own address. */
  read(name: string): bigint;
  /** Base of a segment register; limit, the last offset, where one is to be checked (never in 64-bit mode). */
  segment(name: string): SegmentView;
  /** Width of addresses on the stack where SS.B makes it another than the mode's (SDM 1 6.2.3). */
  readonly stackBits?: 16 | 32;
}

export interface SegmentView {
  readonly base: bigint;
  readonly limit?: bigint;
  /** Offsets are valid above the limit, up to 64 KiB or 4 GiB less one (SDM 3A 5.3). */
  readonly expandDownTo?: bigint;
}

/** What an operand is to its instruction. */
export interface Roles {
  readonly isInput: boolean;
  readonly isOutput: boolean;
  /** Read or written only if: CMOVcc, a repeated string, CMPXCHG. */
  readonly isConditional: boolean;
  readonly isJumpTarget: boolean;
  /** The address is in the instruction itself: moffs, and displacements without registers. */
  readonly isImmediateAddress: boolean;
  readonly isImmediateValue: boolean;
}

export const rolesOf = (operand: Operand): Roles => ({
  isInput: operand.access.includes('r') && operand.access !== '',
  isOutput: operand.access.includes('w'),
  isConditional: operand.access.includes('c'),
  isJumpTarget: operand.kind === 'branch' || operand.kind === 'far-pointer',
  isImmediateAddress: operand.kind === 'memory' && operand.base === null && operand.index === null,
  isImmediateValue: operand.kind === 'immediate',
});

export type OperandValue =
  | { readonly kind: 'value'; readonly value: bigint }
  /** Memory, by its offset in the segment and its linear address; not inside: the limit of the segment forbids it. */
  | { readonly kind: 'address'; readonly offset: bigint; readonly linear: bigint; readonly isInside: boolean }
  | { readonly kind: 'target'; readonly offset: bigint }
  | { readonly kind: 'far-target'; readonly selector: number; readonly offset: bigint };

export interface EvaluatedOperand {
  readonly operand: Operand;
  readonly roles: Roles;
  readonly value: OperandValue;
}

/** All operands, explicit ones first, each with its roles and what it is worth against the registers. */
export const evaluateOperands = (instruction: Instruction, registers: RegisterView): readonly EvaluatedOperand[] => {
  const address = registers.read('rip');
  return operandsOf(instruction, address).map((operand) => ({
    operand,
    roles: rolesOf(operand),
    value: evaluateOperand(instruction, operand, registers),
  }));
};

/** One operand of the instruction against the registers. */
export const evaluateOperand = (instruction: Instruction, operand: Operand, registers: RegisterView): OperandValue => {
  switch (operand.kind) {
    case 'register':
      return { kind: 'value', value: registers.read(operand.register) };
    case 'immediate':
      return { kind: 'value', value: operand.value };
    case 'branch':
      return { kind: 'target', offset: operand.target };
    case 'far-pointer':
      return { kind: 'far-target', selector: operand.selector, offset: operand.offset };
    default:
      return evaluateMemory(instruction, operand, registers);
  }
};

/** One access to memory, as the instruction does it. */
export interface MemoryAccess {
  readonly operand: MemoryOperand;
  /** Linear address of the first byte. */
  readonly linear: bigint;
  readonly offset: bigint;
  readonly bits: number;
  readonly isRead: boolean;
  readonly isWrite: boolean;
  readonly isInside: boolean;
}

/**
 * Every access to memory: operands, both sides of string instructions, the stack of PUSH, POP, CALL and ENTER. A
 * repeated instruction gives those of each iteration in turn, of at most `mostIterations`; a gather or scatter one for each
 * element that its mask chooses.
 */
export const accessesOf = (
  instruction: Instruction,
  registers: RegisterView,
  mostIterations = 1,
): readonly MemoryAccess[] => {
  const operands = memoryAccessesOf(instruction).filter(({ access }) => access !== '');
  const gather = gatherOf(instruction);
  if (gather !== null) return operands.flatMap((operand) => elementsOf(instruction, operand, registers, gather));
  const once = operands.map((operand) => accessOf(instruction, operand, registers, 0n));
  if (!isRepeated(instruction)) return once;
  const counter = { 16: 'cx', 32: 'ecx', 64: 'rcx' }[sizeOf(instruction.addressSize)];
  const count = Math.min(Number(registers.read(counter)), mostIterations);
  return Array.from({ length: count }, (_, k) =>
    operands.map((operand) => accessOf(instruction, operand, registers, elementDistance(operand, registers, k))),
  ).flat();
};

/** What one element of a gather reads, or of a scatter writes, for each that the mask chooses. */
const elementsOf = (
  instruction: Instruction,
  operand: MemoryOperand,
  registers: RegisterView,
  { count, dataBits, mask, isVectorMask }: Gather,
): readonly MemoryAccess[] => {
  const chosen = registers.read(registerName(mask));
  const isChosen = (k: number): boolean => ((chosen >> BigInt(isVectorMask ? (k + 1) * dataBits - 1 : k)) & 1n) !== 0n;
  return Array.from({ length: count }, (_, k) => k)
    .filter(isChosen)
    .map((k) => accessOf(instruction, operand, registers, 0n, k));
};

const directionFlag = 1n << 10n;

/** How far element k of a string is from the first: DF says which way (SDM 1 7.3.9.2). */
const elementDistance = ({ bits }: MemoryOperand, registers: RegisterView, k: number): bigint => {
  const distance = BigInt(k * (bits >> 3));
  return (registers.read('rflags') & directionFlag) === 0n ? distance : -distance;
};

const accessOf = (
  instruction: Instruction,
  operand: MemoryOperand,
  registers: RegisterView,
  distance: bigint,
  element = 0,
): MemoryAccess => {
  const moved = { ...operand, displacement: operand.displacement + distance };
  const { linear, offset, isInside } = evaluateMemory(instruction, moved, registers, element);
  return {
    operand,
    linear,
    offset,
    bits: operand.bits,
    isRead: operand.access.includes('r'),
    isWrite: operand.access.includes('w'),
    isInside,
  };
};

/** Of memory with VSIB, that of one element. */
const evaluateMemory = (instruction: Instruction, given: MemoryOperand, registers: RegisterView, element = 0) => {
  const operand = given.implicit && given.segment === 'ss' ? onStack(given, registers) : given;
  const { base, index, scale, displacement, addressBits, bits } = operand;
  const from = base === null ? 0n : baseOf(instruction, base, registers);
  const scaled = index === null ? 0n : indexOf(instruction, index, registers, element) * BigInt(scale);
  const sum = from + scaled + displacement + bitStringDistance(instruction, operand, registers);
  const offset = BigInt.asUintN(addressBits, sum);
  const segment = registers.segment(operand.segment);
  const linear = BigInt.asUintN(instruction.mode === 64 ? 64 : 32, segment.base + offset);
  return { kind: 'address', offset, linear, isInside: isInsideOf(segment, offset, bits) } as const;
};

/** Elements of a vector of indexes are signed (SDM 2A 2.3.12). */
const indexOf = (instruction: Instruction, index: string, registers: RegisterView, element: number): bigint => {
  const gather = gatherOf(instruction);
  if (gather === null) return registers.read(index);
  const { indexBits } = gather;
  return BigInt.asIntN(indexBits, registers.read(registerName(gather.index)) >> BigInt(element * indexBits));
};

/** An item of the stack, by the pointer that is in use. */
const onStack = (operand: MemoryOperand, { stackBits }: RegisterView): MemoryOperand => {
  const name = operand.base?.slice(-2);
  if (stackBits === undefined || stackBits === operand.addressBits || (name !== 'sp' && name !== 'bp')) return operand;
  return { ...operand, base: stackBits === 16 ? name : `e${name}`, addressBits: stackBits };
};

/** RIP counts from the next instruction (SDM 2A 2.2.1.6). */
const baseOf = (instruction: Instruction, base: string, registers: RegisterView): bigint =>
  base === 'rip' || base === 'eip' ? registers.read('rip') + BigInt(instruction.lengthBytes) : registers.read(base);

const isInsideOf = ({ limit, expandDownTo }: SegmentView, offset: bigint, bits: number): boolean => {
  if (limit === undefined) return true;
  const last = offset + BigInt(Math.max(bits >> 3, 1) - 1);
  return expandDownTo === undefined ? last <= limit : offset > limit && last <= expandDownTo;
};

/** BT and its kin reach past their memory operand by a bit offset in a register (SDM 2A 3.1.1.9). */
const bitStringDistance = (instruction: Instruction, operand: MemoryOperand, registers: RegisterView): bigint => {
  if (operand.implicit || !forms[instruction.form].needs.has('BIT-STRING')) return 0n;
  const entry = instruction.operands[1];
  if (classOf(entry) === 0) return 0n;
  const width = BigInt(operand.bits);
  const offset = BigInt.asIntN(operand.bits, registers.read(registerName(entry)));
  // Rounded down: negative offsets reach below the operand.
  const units = offset < 0n ? (offset - width + 1n) / width : offset / width;
  return units * (width / 8n);
};
