/**
 * An instruction made ready to run: what the evaluator asks again and again, worked out once from the instruction, its
 * form and its row, in small integers. Reused like the Instruction it is made from.
 */
import { setNumber, sizeOf, type Width, Word, widthOf } from '../bits/word.ts';
import type { OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';
import { classOf, NO_REGISTER, numberOf, Register, RegisterClass, type RegisterId } from '../isa/registers.ts';
import type { Semantic } from '../semantics/cpu.ts';
import { semanticOf } from '../semantics/semantics.ts';

/** How an operand is read and written. */
export const Plan = {
  general: 0,
  /** AH, CH, DH, BH. */
  highByte: 1,
  memory: 2,
  value: 3,
  segment: 4,
  /** DS:rSI, ES:rDI and DS:[rBX+AL]. */
  stringSource: 5,
  stringDestination: 6,
  table: 7,
  farPointer: 8,
  other: 9,
} as const;
export type Plan = (typeof Plan)[keyof typeof Plan];

/** Parts of a general register, as staged writes name them. */
export const Part = { byte: 0, highByte: 1, word: 2, double: 3, quad: 4 } as const;

export const partOfWidth = (width: Width): number =>
  width === 64 ? Part.quad : width === 32 ? Part.double : width === 16 ? Part.word : Part.byte;

export const partOfClass = (registerClass: number): number => {
  switch (registerClass) {
    case RegisterClass.gpr8:
      return Part.byte;
    case RegisterClass.gpr8High:
      return Part.highByte;
    case RegisterClass.gpr16:
      return Part.word;
    case RegisterClass.gpr32:
      return Part.double;
    default:
      return Part.quad;
  }
};

export class OperandPlan {
  plan: Plan = Plan.other;
  /** Register number. */
  number = 0;
  id: RegisterId = NO_REGISTER;
  bits: Width = 32;
  /** Of a general register. */
  part: number = Part.double;
  /** Does the form write it, so that reading memory already needs the right to write? */
  isWritten = false;
  /** An immediate, extended. */
  readonly value = new Word();
}

/** How a prefix repeats a form. */
export const Repeat = { none: 0, always: 1, whileEqual: 2, whileNotEqual: 3 } as const;

/** What is the same for all instructions of a form. */
interface OperandFacts {
  readonly isWritten: boolean;
  readonly isFarPointer: boolean;
  readonly bits: Width;
  readonly memoryBits: Width;
}

interface FormFacts {
  readonly semantic: Semantic;
  readonly operands: readonly OperandFacts[];
  readonly repeats: boolean;
  readonly repeatsByZero: boolean;
  readonly popsFirst: boolean;
  readonly needsProtected: boolean;
  readonly needsPort: boolean;
}

const formFacts: (FormFacts | undefined)[] = [];

const factsOf = (form: number): FormFacts => {
  const known = formFacts[form];
  if (known !== undefined) return known;
  const { needs, operands } = forms[form];
  const made: FormFacts = {
    semantic: semanticOf(form),
    operands: operands.map(operandFactsOf),
    repeats: needs.has('REP') || needs.has('REPE'),
    repeatsByZero: needs.has('REPE'),
    popsFirst: needs.has('POPS-FIRST'),
    needsProtected: needs.has('PROTECTED'),
    needsPort: needs.has('IOPL') && needs.has('REP'),
  };
  formFacts[form] = made;
  return made;
};

const operandFactsOf = ({ access, token, bits, memoryBits }: OperandSpec): OperandFacts => ({
  isWritten: access.includes('w') && !access.includes('c'),
  isFarPointer: token.startsWith('m16:') || token.startsWith('ptr16:'),
  bits: widthOf(bits),
  memoryBits: widthOf(memoryBits),
});

const noSemantic: Semantic = (cpu) => cpu.unsupported();

export class Operation {
  semantic: Semantic = noSemantic;
  form = -1;
  lengthBytes = 0;
  operandSize: 16 | 32 | 64 = 32;
  addressSize: 16 | 32 | 64 = 32;
  width: Width = 32;
  count = 0;
  readonly operands: readonly OperandPlan[] = Array.from({ length: 6 }, () => new OperandPlan());
  isLocked = false;
  repeat: number = Repeat.none;
  /** #UD in real and virtual-8086 mode. */
  needsProtected = false;
  /** INS and OUTS. */
  needsPort = false;
  /** POP to memory: rSP in the address is the one after the pop. */
  popsFirst = false;
  /** Of the memory operand: register numbers or -1; `isRelative` counts from the next instruction. */
  segment = 3;
  base = -1;
  index = -1;
  scaleShift = 0;
  isRelative = false;
  displacementLo = 0;
  displacementHi = 0;
  /** Relative branch distance, and the second immediate. */
  distance = 0;
  immediate2 = 0;
  /** The far pointer is in the instruction: offset in `distance`, selector in `immediate2`. */
  hasFarPointer = false;

  /** Makes this the operation of a valid instruction. */
  prepare(instruction: Instruction): void {
    const facts = factsOf(instruction.form);
    const { semantic, operands } = facts;
    this.semantic = semantic;
    this.form = instruction.form;
    this.lengthBytes = instruction.lengthBytes;
    this.operandSize = sizeOf(instruction.operandSize);
    this.addressSize = sizeOf(instruction.addressSize);
    this.isLocked = (instruction.prefixes & Prefix.lock) !== 0;
    this.popsFirst = facts.popsFirst;
    this.needsProtected = facts.needsProtected;
    this.needsPort = facts.needsPort;
    this.repeat = facts.repeats ? repeatOf(instruction.prefixes, facts.repeatsByZero) : Repeat.none;
    this.distance = instruction.immediate;
    this.immediate2 = instruction.immediate2;
    this.hasFarPointer = instruction.operandCount > 0 && instruction.operands[0] === OperandKind.farPointer;
    this.#prepareMemory(instruction);
    this.count = instruction.operandCount;
    for (let k = 0; k < this.count; k++) prepareOperand(instruction, operands[k], k, this.operands[k]);
    this.width = this.count === 0 ? this.operandSize : this.operands[0].bits;
  }

  #prepareMemory(instruction: Instruction): void {
    const { segment, base, index, segmentOverride } = instruction;
    const used = segment !== NO_REGISTER ? segment : segmentOverride;
    this.segment = used === NO_REGISTER ? 3 : numberOf(used);
    this.isRelative = base === Register.rip || base === Register.eip;
    this.base = base === NO_REGISTER || this.isRelative ? -1 : numberOf(base);
    this.index = index === NO_REGISTER ? -1 : numberOf(index);
    this.scaleShift = 31 - Math.clz32(instruction.scale);
    this.displacementLo = instruction.displacement;
    this.displacementHi =
      instruction.displacementBytes === 8 ? instruction.displacementHigh : instruction.displacement >> 31;
  }
}

const repeatOf = (prefixes: number, byZero: boolean): number => {
  if ((prefixes & Prefix.rep) !== 0) return byZero ? Repeat.whileEqual : Repeat.always;
  if ((prefixes & Prefix.repne) !== 0) return byZero ? Repeat.whileNotEqual : Repeat.always;
  return Repeat.none;
};

const prepareOperand = (instruction: Instruction, facts: OperandFacts, k: number, into: OperandPlan): void => {
  const entry = instruction.operands[k];
  into.isWritten = facts.isWritten;
  into.id = NO_REGISTER;
  if (entry >= 32) {
    prepareRegister(entry, into);
    return;
  }
  into.bits = facts.bits;
  switch (entry) {
    case OperandKind.memory:
      into.plan = facts.isFarPointer ? Plan.farPointer : Plan.memory;
      into.bits = facts.memoryBits;
      return;
    case OperandKind.immediate:
      into.plan = Plan.value;
      into.value.lo = instruction.immediate;
      into.value.hi = instruction.immediateHigh;
      return;
    case OperandKind.immediate2:
      into.plan = Plan.value;
      setNumber(instruction.immediate2, into.value);
      return;
    case OperandKind.constantOne:
      into.plan = Plan.value;
      setNumber(1, into.value);
      return;
    case OperandKind.farPointer:
      into.plan = Plan.farPointer;
      return;
    case OperandKind.memorySi:
      into.plan = Plan.stringSource;
      into.bits = facts.memoryBits;
      return;
    case OperandKind.memoryDi:
      into.plan = Plan.stringDestination;
      into.bits = facts.memoryBits;
      return;
    case OperandKind.memoryXlat:
      into.plan = Plan.table;
      into.bits = 8;
      return;
    default:
      into.plan = Plan.other;
  }
};

const prepareRegister = (id: RegisterId, into: OperandPlan): void => {
  const registerClass = classOf(id);
  into.id = id;
  into.number = numberOf(id);
  into.part = partOfClass(registerClass);
  into.plan = Plan.general;
  into.bits = 64;
  switch (registerClass) {
    case RegisterClass.gpr8High:
      into.plan = Plan.highByte;
      into.bits = 8;
      break;
    case RegisterClass.gpr8:
      into.bits = 8;
      break;
    case RegisterClass.gpr16:
      into.bits = 16;
      break;
    case RegisterClass.gpr32:
      into.bits = 32;
      break;
    case RegisterClass.gpr64:
      break;
    case RegisterClass.segment:
      into.bits = 16;
      into.plan = Plan.segment;
      break;
    default:
      into.plan = Plan.other;
  }
};
