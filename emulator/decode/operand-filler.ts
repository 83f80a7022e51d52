/** Fills an instruction's operands from ModRM, the opcode and VEX or its kin. */
import { Extension, type Instruction, OperandKind } from '../isa/instruction.ts';
import type { Vendor } from '../isa/modes.ts';
import { NO_REGISTER, RegisterClass } from '../isa/registers.ts';
import { FormFinder } from './form-finder.ts';
import { systemRegister, vectorRegister } from './register-fields.ts';
import { Fill, fillBits, fillMask, Head, isSpecial, recordShift, records, Slot } from './tables.ts';
import type { Trie } from './trie.ts';

/** Registers of ModRM and of REX.R and REX.B, by shifts of Fill. */
const numbersOfModrm = Uint16Array.from({ length: 0x100 }, (_, modrm) => ((modrm >> 3) & 7) | ((modrm & 7) << Fill.rm));
const numbersOfRex = Uint16Array.from(
  { length: 8 },
  (_, rex) => ((rex & 4) << 1) | ((rex & 1) * ((8 << Fill.rm) | (8 << Fill.opcode))),
);

/* Bindings of a module's own are constants to compilers of JavaScript; those it imports are looked up each time. */
const { countMask, memoryMask, memoryShift, unusual }: Readonly<Record<keyof typeof Head, number>> = Head;
const record = records;
const firstFill: number = Slot.fills;
const argumentShift: number = fillBits;
const opcodeShift: number = Fill.opcode;
const inMemory: number = OperandKind.memory;

/** 16 where the field has its fifth bit outside `rex`. */
const highOf = (fill: number, rex: number): number => {
  switch (fill) {
    case Fill.reg:
    case Fill.regByte:
      return (rex & Extension.r4) >> 6;
    case Fill.rm:
    case Fill.rmByte:
    case Fill.opcode:
    case Fill.opcodeByte:
      return (rex & Extension.b4) >> 4;
    default:
      return 0;
  }
};

const isGeneral = (operand: number): boolean =>
  operand >= RegisterClass.gpr8 << 5 && operand < RegisterClass.instructionPointer << 5;

export class OperandFiller extends FormFinder {
  readonly vendor: Vendor;
  protected readonly isAmd: boolean;
  protected readonly hasApx: boolean;
  /** Outside 64-bit mode the upper bits of vvvv are ignored (SDM 2A 2.3.5.6). */
  readonly #vvvvMask: number;

  constructor(trie: Trie, vendor: Vendor) {
    super(trie);
    this.vendor = vendor;
    this.isAmd = vendor === 'amd';
    this.hasApx = this.is64 && trie.setting.options.includes('APX');
    this.#vvvvMask = this.is64 ? 31 : 7;
  }

  /** Of the form whose record is at `first` and begins with `head`. Whether all registers exist. */
  protected fillOperands(first: number, head: number, modrm: number, into: Instruction): boolean {
    const { operands, rex } = into;
    into.operandCount = head & countMask;
    // By shifts of Fill. Above them it is 0, for what is fixed.
    const numbers = numbersOfModrm[modrm & 0xff] | numbersOfRex[rex & 5] | ((into.opcode & 7) << opcodeShift);
    // Without REX, byte registers 4 to 7 are AH, CH, DH, BH: 28 further on among the identities (SDM 2A 2.2.1.2).
    const highBytes = rex === 0 ? 4 : 0;
    if ((head & unusual) !== 0) {
      if (!this.fillUnusual(first, numbers, highBytes, into)) return false;
    } else {
      // What is not there is filled with nothing, so that no branch depends on how many there are.
      const fill0 = record[first + firstFill];
      const fill1 = record[first + firstFill + 1];
      const fill2 = record[first + firstFill + 2];
      const number0 = (numbers >> (fill0 & 31)) & 31;
      const number1 = (numbers >> (fill1 & 31)) & 31;
      const number2 = (numbers >> (fill2 & 31)) & 31;
      operands[0] = (fill0 >> argumentShift) + number0 + (number0 & (fill0 >> 3) & highBytes) * 7;
      operands[1] = (fill1 >> argumentShift) + number1 + (number1 & (fill1 >> 3) & highBytes) * 7;
      operands[2] = (fill2 >> argumentShift) + number2 + (number2 & (fill2 >> 3) & highBytes) * 7;
    }
    if (modrm < 0xc0) operands[(head >> memoryShift) & memoryMask] = inMemory;
    return true;
  }

  /** Four operands, or five, and what is no number of ModRM's or the like. */
  private fillUnusual(first: number, legacyNumbers: number, highBytes: number, into: Instruction): boolean {
    const { operands, operandCount } = into;
    const numbers = legacyNumbers | ((into.vvvv & this.#vvvvMask) << Fill.vvvv);
    for (let k = 0; k < operandCount; k++) {
      const fill = record[first + firstFill + k];
      if ((fill & isSpecial) === 0) {
        const number = (numbers >> (fill & 31)) & 31;
        operands[k] = (fill >> argumentShift) + number + (number & (fill >> 3) & highBytes) * 7;
      } else {
        const register = this.special(fill & fillMask, fill >> argumentShift, numbers, into);
        if (register === NO_REGISTER) return false;
        operands[k] = register;
      }
    }
    return true;
  }

  /**
   * What the fifth bits of general registers say; of no other registers they say anything (APX specification 3.1.2.1).
   * Whether all registers exist.
   */
  protected extendOperands(form: number, { operands, operandCount, rex }: Instruction): boolean {
    for (let k = 0; k < operandCount; k++) {
      const operand = operands[k];
      const fill = record[(form << recordShift) + firstFill + k] & fillMask;
      if (isGeneral(operand)) operands[k] += highOf(fill, rex);
      // There are no sixteen control registers.
      else if ((fill === Fill.control || fill === Fill.debug) && (rex & Extension.r4) !== 0) return false;
    }
    return true;
  }

  private special(fill: number, argument: number, numbers: number, into: Instruction): number {
    switch (fill) {
      case Fill.reg5:
        return argument + (numbers & 31) + into.registerHigh;
      case Fill.rm5:
        return argument + ((numbers >> Fill.rm) & 31) + ((into.rex & 2) << 3);
      default:
        if (fill === Fill.regGeneral && this.hasApx) return argument + (numbers & 15) + into.registerHigh;
        return fill > Fill.boundRm
          ? vectorRegister(fill, argument, this.is64, into)
          : systemRegister(fill, into, this.isAmd);
    }
  }
}
