/**
 * An instruction made ready to run: what the evaluator asks again and again, worked out once from the instruction, its
 * form and its row, in small integers. Reused like the Instruction it is made from.
 */
import { sizeOf, type Width, Word } from '../bits/word.ts';
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';
import { firstEvexMap } from '../isa/opcode-map.ts';
import { NO_REGISTER, numberOf, Register } from '../isa/registers.ts';
import type { Semantic } from '../semantics/cpu.ts';
import { factsOf } from './form-facts.ts';
import { OperandPlan, prepareOperand } from './operand-plan.ts';

/** How a prefix repeats a form. */
export const Repeat = { none: 0, always: 1, whileEqual: 2, whileNotEqual: 3 } as const;

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

/** No high half of an address: it is not canonical. */
const nowhere = 2 ** 30;

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
  isLocked = false;
  repeat: number = Repeat.none;
  /** Not repeated, the same in all modes, and nothing for which it matters how many instructions came before. */
  isPlain: 0 | 1 = 0;
  /** Where it is in linear memory, as long as it is kept there. */
  low = 0;
  high: number = nowhere;
  /** Plain operations of the same page that came after it: the next, and the target of its jump. */
  next: Operation = this;
  taken: Operation = this;
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

  /** Not in memory any more. */
  leave(): void {
    this.high = nowhere;
    this.next = this;
    this.taken = this;
  }

  /** Makes this the operation of a valid instruction. */
  prepare(instruction: Instruction): void {
    const facts = factsOf(instruction.form);
    const { semantic, operands } = facts;
    this.semantic = isDecorated(instruction) ? noSemantic : semantic;
    this.form = instruction.form;
    this.lengthBytes = instruction.lengthBytes;
    this.operandSize = sizeOf(instruction.operandSize);
    this.addressSize = sizeOf(instruction.addressSize);
    this.isLocked = facts.isLocked || (instruction.prefixes & Prefix.lock) !== 0;
    this.needsProtected = facts.needsProtected;
    this.needsPort = facts.needsPort;
    this.repeat = facts.repeats ? repeatOf(instruction.prefixes, facts.repeatsByZero) : Repeat.none;
    this.isPlain = this.repeat === Repeat.none && facts.isPlain ? 1 : 0;
    this.distance = instruction.immediate;
    this.reachLo = (instruction.immediate + instruction.lengthBytes) | 0;
    this.reachHi = instruction.immediate < 0 && this.reachLo < 0 ? -1 : 0;
    this.immediate2 = instruction.immediate2;
    this.hasFarPointer = instruction.operandCount > 0 && instruction.operands[0] === OperandKind.farPointer;
    this.#prepareMemory(instruction, facts.popsFirst);
    this.count = instruction.operandCount;
    const { general } = this.#registers;
    for (let k = 0; k < this.count; k++) {
      prepareOperand(instruction, operands[k], instruction.operands[k], general, this.operands[k]);
    }
    this.width = this.count === 0 ? this.operandSize : this.operands[0].bits;
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

/** Masks, broadcasts and roundings of EVEX are not emulated. */
const isDecorated = ({ map, mask, b }: Instruction): boolean => map >= firstEvexMap && (mask | b) !== 0;

const repeatOf = (prefixes: number, byZero: boolean): number => {
  if ((prefixes & Prefix.rep) !== 0) return byZero ? Repeat.whileEqual : Repeat.always;
  if ((prefixes & Prefix.repne) !== 0) return byZero ? Repeat.whileNotEqual : Repeat.always;
  return Repeat.none;
};
