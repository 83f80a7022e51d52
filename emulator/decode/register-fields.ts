/** Register numbers of ModRM and the opcode, with REX, as register identities. */
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';
import { NO_REGISTER, RegisterClass } from '../isa/registers.ts';
import { Fill } from './tables.ts';

const segments = RegisterClass.segment << 5;
const controls = RegisterClass.control << 5;
const bounds = RegisterClass.bound << 5;
const debugs = RegisterClass.debug << 5;

/** Control registers that exist: CR0, CR2, CR3, CR4, CR8 (SDM 3A 2.5). */
const controlRegisters = 0b1_0001_1101;

/** A segment, control, debug or bound register by ModRM.reg, or NO_REGISTER where none has the number. */
export const systemRegister = (fill: number, into: Instruction, isAmd: boolean): number => {
  const low = (into.modrm >> 3) & 7;
  if (fill === Fill.segment) return low < 6 ? segments + low : NO_REGISTER;
  if (fill === Fill.boundRm) return boundRegisterOrMemory(into);
  const number = low + ((into.rex & 4) << 1);
  if (fill === Fill.bound) return number < 4 ? bounds + number : NO_REGISTER;
  if (fill === Fill.debug) return number < 8 ? debugs + number : NO_REGISTER;
  const chosen = isAmd && (into.prefixes & Prefix.lock) !== 0 ? number + 8 : number;
  return ((controlRegisters >> chosen) & 1) !== 0 ? controls + chosen : NO_REGISTER;
};

/** Registers of vectors, masks and tiles by their own fields, or NO_REGISTER where none has the number. */
export const vectorRegister = (fill: number, argument: number, is64: boolean, into: Instruction): number => {
  const { modrm, rex, registerHigh, vvvv, immediate } = into;
  const reg = ((modrm >> 3) & 7) + ((rex & 4) << 1) + (into.vexBytes === 4 ? registerHigh : 0);
  switch (fill) {
    case Fill.regLow:
      return argument + ((modrm >> 3) & 7);
    case Fill.rmLow:
      return argument + (modrm & 7);
    case Fill.is4:
      into.immediate2 = immediate & 15;
      return argument + ((immediate >> 4) & (is64 ? 15 : 7));
    case Fill.regSmall:
      return reg < 8 ? argument + reg : NO_REGISTER;
    case Fill.rmSmall:
      return modrm < 0xc0 || (rex & 1) === 0 ? argument + (modrm & 7) : NO_REGISTER;
    // Outside 64-bit mode the top bit of vvvv is ignored (SDM 2A 2.3.5.6).
    case Fill.vvvvSmall:
      return vvvv < 8 || !is64 ? argument + (vvvv & 7) : NO_REGISTER;
    case Fill.regPair:
      return reg < 8 ? argument + (reg & ~1) : NO_REGISTER;
    case Fill.vvvvFour:
      return argument + (vvvv & (is64 ? 28 : 4));
    default:
      return registerHigh === 0 ? argument + reg : NO_REGISTER;
  }
};

const boundRegisterOrMemory = (into: Instruction): number => {
  if (into.modrm < 0xc0) return OperandKind.memory;
  const number = (into.modrm & 7) + ((into.rex & 1) << 3);
  return number < 4 ? bounds + number : NO_REGISTER;
};
