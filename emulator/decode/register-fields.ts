/** Register numbers of ModRM and the opcode, with REX, as register identities. */
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';
import { NO_REGISTER, RegisterClass } from '../isa/registers.ts';
import { Fill } from './tables.ts';

const gpr8 = RegisterClass.gpr8 << 5;
const gpr8High = RegisterClass.gpr8High << 5;
const segments = RegisterClass.segment << 5;
const controls = RegisterClass.control << 5;
const bounds = RegisterClass.bound << 5;
const debugs = RegisterClass.debug << 5;

/** Control registers that exist: CR0, CR2, CR3, CR4, CR8 (SDM 3A 2.5). */
const controlRegisters = 0b1_0001_1101;

/** Without REX, numbers 4 to 7 are AH, CH, DH, BH; with any REX, SPL, BPL, SIL, DIL (SDM 2A 2.2.1.2). */
export const byteRegister = (number: number, rex: number): number =>
  rex === 0 && number >= 4 ? gpr8High + number - 4 : gpr8 + number;

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

const boundRegisterOrMemory = (into: Instruction): number => {
  if (into.modrm < 0xc0) return OperandKind.memory;
  const number = (into.modrm & 7) + ((into.rex & 1) << 3);
  return number < 4 ? bounds + number : NO_REGISTER;
};
