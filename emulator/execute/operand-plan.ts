/** How an operand of an instruction is read and written, worked out once. */
import { setNumber, type Width, Word } from '../bits/word.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { classOf, NO_REGISTER, numberOf, RegisterClass, type RegisterId } from '../isa/registers.ts';
import type { OperandFacts } from './form-facts.ts';
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

/** `entry` is the instruction's; `general` are the registers that a register operand may be one of. */
export const prepareOperand = (
  instruction: Instruction,
  facts: OperandFacts,
  entry: number,
  general: readonly Word[],
  into: OperandPlan,
): void => {
  into.isWritten = facts.isWritten;
  if (entry >= 32) {
    prepareRegister(entry, into);
    into.word = general[into.number & 15];
  } else {
    into.id = NO_REGISTER;
    into.word = into.value;
    into.bits = facts.bits;
    prepareOther(instruction, facts, entry, into);
  }
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
