/** Fills an instruction's operands from ModRM, the opcode and VEX or its kin. */
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import type { Vendor } from '../isa/modes.ts';
import { NO_REGISTER } from '../isa/registers.ts';
import { FormFinder } from './form-finder.ts';
import { byteRegister, systemRegister, vectorRegister } from './register-fields.ts';
import {
  countMask,
  Fill,
  type FormTables,
  fillBits,
  fillMask,
  headBits,
  isSpecial,
  isUnusual,
  noMemory,
  slots,
} from './tables.ts';
import type { Trie } from './trie.ts';

export class OperandFiller extends FormFinder {
  readonly vendor: Vendor;
  protected readonly isAmd: boolean;
  readonly #fills: Uint16Array;
  /** Outside 64-bit mode the upper bits of vvvv are ignored (SDM 2A 2.3.5.6). */
  readonly #vvvvMask: number;

  constructor(trie: Trie, { fills }: FormTables, vendor: Vendor) {
    super(trie);
    this.vendor = vendor;
    this.isAmd = vendor === 'amd';
    this.#fills = fills;
    this.#vvvvMask = this.is64 ? 31 : 7;
  }

  /** Whether all registers exist. */
  protected fillOperands(form: number, into: Instruction): boolean {
    const { operands, modrm, rex } = into;
    const fills = this.#fills;
    const first = form * slots;
    const head = fills[first];
    into.operandCount = head & countMask;
    // By shifts of Fill. Above them it is 0, for what is fixed.
    const numbers =
      ((modrm >> 3) & 7) |
      ((rex & 4) << 1) |
      ((modrm & 7) << Fill.rm) |
      ((into.opcode & 7) << Fill.opcode) |
      ((rex & 1) * ((8 << Fill.rm) | (8 << Fill.opcode))) |
      ((into.vvvv & this.#vvvvMask) << Fill.vvvv);
    if ((head & isUnusual) === 0) {
      // Most have two or three: unused ones are filled with nothing, sooner than it could be asked how many there are.
      const second = fills[first + 2];
      const third = fills[first + 3];
      const initial = fills[first + 1];
      operands[0] = (initial >> fillBits) + ((numbers >> (initial & fillMask)) & 31);
      operands[1] = (second >> fillBits) + ((numbers >> (second & fillMask)) & 31);
      operands[2] = (third >> fillBits) + ((numbers >> (third & fillMask)) & 31);
    } else if (!this.#fillUnusual(first, head & countMask, numbers, into)) return false;
    const inMemory = (head >> headBits) & 15;
    if (modrm < 0xc0 && inMemory !== noMemory) operands[inMemory] = OperandKind.memory;
    return true;
  }

  #fillUnusual(first: number, count: number, numbers: number, into: Instruction): boolean {
    const { operands } = into;
    const fills = this.#fills;
    for (let k = 0; k < count; k++) {
      const fill = fills[first + 1 + k];
      operands[k] =
        (fill & isSpecial) === 0
          ? (fill >> fillBits) + ((numbers >> (fill & fillMask)) & 31)
          : this.#special(fill & fillMask, fill >> fillBits, numbers, into);
      if (operands[k] === NO_REGISTER) return false;
    }
    return true;
  }

  #special(fill: number, argument: number, numbers: number, into: Instruction): number {
    switch (fill) {
      case Fill.regByte:
        return byteRegister(numbers & 31, into.rex);
      case Fill.rmByte:
        return byteRegister((numbers >> Fill.rm) & 31, into.rex);
      case Fill.opcodeByte:
        return byteRegister((numbers >> Fill.opcode) & 31, into.rex);
      case Fill.reg5:
        return argument + (numbers & 31) + into.registerHigh;
      case Fill.rm5:
        return argument + ((numbers >> Fill.rm) & 31) + ((into.rex & 2) << 3);
      default:
        return fill > Fill.boundRm
          ? vectorRegister(fill, argument, this.is64, into)
          : systemRegister(fill, into, this.isAmd);
    }
  }
}
