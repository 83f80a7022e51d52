/** Fills an instruction's operands from ModRM, the opcode and VEX or its kin. */
import { Extension, type Instruction, OperandKind } from '../isa/instruction.ts';
import type { Vendor } from '../isa/modes.ts';
import { NO_REGISTER, RegisterClass } from '../isa/registers.ts';
import { FormFinder } from './form-finder.ts';
import { systemRegister, vectorRegister } from './register-fields.ts';
import {
  countMask,
  Fill,
  type FormTables,
  fillBits,
  fillMask,
  headBits,
  isSpecial,
  noMemory,
  slots,
} from './tables.ts';
import type { Trie } from './trie.ts';

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
  readonly #fills: Int32Array;
  /** Outside 64-bit mode the upper bits of vvvv are ignored (SDM 2A 2.3.5.6). */
  readonly #vvvvMask: number;

  constructor(trie: Trie, tables: FormTables, vendor: Vendor) {
    super(trie, tables);
    this.vendor = vendor;
    this.isAmd = vendor === 'amd';
    this.hasApx = this.is64 && trie.setting.options.includes('APX');
    this.#fills = tables.fills;
    this.#vvvvMask = this.is64 ? 31 : 7;
  }

  /** Whether all registers exist. */
  protected fillOperands(form: number, into: Instruction): boolean {
    const { operands, modrm, rex } = into;
    const fills = this.#fills;
    const first = form * slots;
    const head = fills[first];
    const count = head & countMask;
    into.operandCount = count;
    // By shifts of Fill. Above them it is 0, for what is fixed.
    const numbers =
      ((modrm >> 3) & 7) |
      ((rex & 4) << 1) |
      ((modrm & 7) << Fill.rm) |
      ((into.opcode & 7) << Fill.opcode) |
      ((rex & 1) * ((8 << Fill.rm) | (8 << Fill.opcode))) |
      ((into.vvvv & this.#vvvvMask) << Fill.vvvv);
    // Without REX, byte registers 4 to 7 are AH, CH, DH, BH: 28 further on among the identities (SDM 2A 2.2.1.2).
    const highBytes = rex === 0 ? 4 : 0;
    for (let k = 0; k < count; k++) {
      const fill = fills[first + 1 + k];
      if ((fill & isSpecial) === 0) {
        const number = (numbers >> (fill & 31)) & 31;
        operands[k] = (fill >> fillBits) + number + (number & (fill >> 3) & highBytes) * 7;
      } else {
        const register = this.#special(fill & fillMask, fill >> fillBits, numbers, into);
        if (register === NO_REGISTER) return false;
        operands[k] = register;
      }
    }
    const inMemory = head >> headBits;
    if (modrm < 0xc0 && inMemory !== noMemory) operands[inMemory] = OperandKind.memory;
    return true;
  }

  /**
   * What the fifth bits of general registers say; of no other registers they say anything (APX specification 3.1.2.1).
   * Whether all registers exist.
   */
  protected extendOperands(form: number, { operands, operandCount, rex }: Instruction): boolean {
    for (let k = 0; k < operandCount; k++) {
      const operand = operands[k];
      const fill = this.#fills[form * slots + 1 + k] & fillMask;
      if (isGeneral(operand)) operands[k] += highOf(fill, rex);
      // There are no sixteen control registers.
      else if ((fill === Fill.control || fill === Fill.debug) && (rex & Extension.r4) !== 0) return false;
    }
    return true;
  }

  #special(fill: number, argument: number, numbers: number, into: Instruction): number {
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
