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
import { Part, partOfClass } from './register-part.ts';

/** How an operand is read and written. */
export const Plan = {
  general: 0,
  value: 1,
  memory: 2,
  /** AH, CH, DH, BH. */
  highByte: 3,
  segment: 4,
  /** DS:rSI, ES:rDI and DS:[rBX+AL]. */
  stringSource: 5,
  stringDestination: 6,
  table: 7,
  farPointer: 8,
  other: 9,
} as const;
export type Plan = (typeof Plan)[keyof typeof Plan];

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
  /** What holds the operand: a general register, or the immediate. */
  word: Word = this.value;
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

const mostOperands = 6;
const stackPointer = 4;

const noSemantic: Semantic = (cpu) => cpu.unsupported();

/** What operations refer to: general registers and rIP, which stay the same objects. */
interface Registers {
  readonly general: readonly Word[];
  readonly ip: Word;
}

/** Stands for a register that an address has not. */
const zero = new Word();

export class Operation {
  readonly #registers: Registers;
  semantic: Semantic = noSemantic;
  form = -1;
  lengthBytes = 0;
  operandSize: 16 | 32 | 64 = 32;
  addressSize: 16 | 32 | 64 = 32;
  width: Width = 32;
  count = 0;
  readonly operands: readonly OperandPlan[] = Array.from({ length: mostOperands }, () => new OperandPlan());
  readonly first: OperandPlan = this.operands[0];
  readonly second: OperandPlan = this.operands[1];
  isLocked = false;
  repeat: number = Repeat.none;
  /** Not repeated, and the same in all modes. */
  isPlain: 0 | 1 = 0;
  /** #UD in real and virtual-8086 mode. */
  needsProtected = false;
  /** INS and OUTS. */
  needsPort = false;
  /** POP to memory at rSP: it is rSP after the pop. */
  popsFirst = false;
  /** Of the memory operand. A displacement from the next instruction is one from rIP here. */
  segment = 3;
  base = zero;
  index = zero;
  scaleShift = 0;
  displacementLo = 0;
  displacementHi = 0;
  /** Relative branch distance, and from this instruction; and the second immediate. */
  distance = 0;
  reachLo = 0;
  reachHi = 0;
  immediate2 = 0;
  /** The far pointer is in the instruction: offset in `distance`, selector in `immediate2`. */
  hasFarPointer = false;

  constructor(registers: Registers) {
    this.#registers = registers;
  }

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
    this.needsProtected = facts.needsProtected;
    this.needsPort = facts.needsPort;
    this.repeat = facts.repeats ? repeatOf(instruction.prefixes, facts.repeatsByZero) : Repeat.none;
    this.isPlain = this.repeat === Repeat.none && !facts.needsProtected ? 1 : 0;
    this.distance = instruction.immediate;
    this.reachLo = (instruction.immediate + instruction.lengthBytes) | 0;
    this.reachHi = instruction.immediate < 0 && this.reachLo < 0 ? -1 : 0;
    this.immediate2 = instruction.immediate2;
    this.hasFarPointer = instruction.operandCount > 0 && instruction.operands[0] === OperandKind.farPointer;
    this.#prepareMemory(instruction, facts.popsFirst);
    this.count = instruction.operandCount;
    for (let k = 0; k < this.count; k++) this.#prepareOperand(instruction, operands[k], k);
    this.width = this.count === 0 ? this.operandSize : this.operands[0].bits;
  }

  #prepareOperand(instruction: Instruction, facts: OperandFacts, k: number): void {
    const entry = instruction.operands[k];
    const into = this.operands[k];
    into.isWritten = facts.isWritten;
    if (entry >= 32) {
      prepareRegister(entry, into);
      into.word = this.#registers.general[into.number & 15];
    } else {
      into.id = NO_REGISTER;
      into.word = into.value;
      into.bits = facts.bits;
      prepareOther(instruction, facts, entry, into);
    }
  }

  #prepareMemory(instruction: Instruction, popsFirst: boolean): void {
    const { segment, base, index, segmentOverride, displacement, displacementBytes } = instruction;
    const { general, ip } = this.#registers;
    const used = segment !== NO_REGISTER ? segment : segmentOverride;
    this.segment = used === NO_REGISTER ? 3 : numberOf(used);
    this.index = index === NO_REGISTER ? zero : general[numberOf(index) & 15];
    this.scaleShift = 31 - Math.clz32(instruction.scale);
    if (base === Register.rip || base === Register.eip) {
      this.base = ip;
      this.popsFirst = false;
      this.displacementLo = (displacement + this.lengthBytes) | 0;
      this.displacementHi = displacement < 0 && this.displacementLo < 0 ? -1 : 0;
      return;
    }
    this.base = base === NO_REGISTER ? zero : general[numberOf(base) & 15];
    this.popsFirst = popsFirst && this.base === general[stackPointer];
    this.displacementLo = displacement;
    this.displacementHi = displacementBytes === 8 ? instruction.displacementHigh : displacement >> 31;
  }
}

const repeatOf = (prefixes: number, byZero: boolean): number => {
  if ((prefixes & Prefix.rep) !== 0) return byZero ? Repeat.whileEqual : Repeat.always;
  if ((prefixes & Prefix.repne) !== 0) return byZero ? Repeat.whileNotEqual : Repeat.always;
  return Repeat.none;
};

const prepareOther = (instruction: Instruction, facts: OperandFacts, entry: number, into: OperandPlan): void => {
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
