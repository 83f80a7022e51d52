/**
 * Makes an instruction's memory operand lie at a chosen address: by its base register, else its index, else its
 * displacement. Numbers only, since every generated execution comes through here. Shrinking uses it to keep an operand
 * where it was when the registers that address it change.
 */
import { type Instruction, OperandKind } from '../../../emulator/isa/instruction.ts';
import { classOf, NO_REGISTER, numberOf, RegisterClass, type RegisterId } from '../../../emulator/isa/registers.ts';
import { type CpuState, StateWord } from '../../execution.ts';
import { baseHighOf, baseOf } from './segments.ts';

/** A linear address, or a value, as two unsigned halves; reused. */
export class Pair {
  low = 0;
  high = 0;
}

/** Writable encoded bytes of the instruction, for displacements. */
export interface Aimed {
  readonly instruction: Instruction;
  readonly state: CpuState;
  readonly bytes: Uint8Array;
}

const wanted = new Pair();

/** ModRM memory and moffs. What cannot be hit exactly is hit nearby. */
export const aim = ({ instruction, state, bytes }: Aimed, address: Pair): void => {
  const { mode, base, index } = instruction;
  const segment = numberOf(instruction.segment);
  subtract(address.low, address.high, baseOf(state, mode, segment), baseHighOf(state, mode, segment));
  if (classOf(base) === RegisterClass.instructionPointer) aimRelative(instruction, state, bytes);
  else if (base === NO_REGISTER && index === NO_REGISTER) setDisplacement(instruction, bytes);
  else aimRegisters(instruction, state);
};

const aimRegisters = ({ base, index, scale, addressSize, displacement }: Instruction, state: CpuState): void => {
  subtract(wanted.low, wanted.high, displacement >>> 0, (displacement >> 31) >>> 0);
  if (base === NO_REGISTER) {
    setScaled(state, { register: index, scale }, addressSize);
  } else if (index === base) {
    setMultiple(state, { register: base, scale: scale + 1 }, addressSize);
  } else {
    if (index !== NO_REGISTER) subtractScaled(state, index, scale);
    setAddress(state, base, addressSize);
  }
};

const shiftOf = (scale: number): number => (scale === 8 ? 3 : scale === 4 ? 2 : scale === 2 ? 1 : 0);

const subtractScaled = ({ words }: CpuState, index: RegisterId, scale: number): void => {
  const word = wordOf(index);
  const shift = shiftOf(scale);
  const low = words[word] ?? 0;
  const high = words[word + 1] ?? 0;
  const shiftedHigh = shift === 0 ? high : (high << shift) | (low >>> (32 - shift));
  subtract(wanted.low, wanted.high, (low << shift) >>> 0, shiftedHigh >>> 0);
};

/** Memory at a register alone: the pointers of string instructions. `number` is the register's. */
export const aimPointer = (
  { instruction, state }: Aimed,
  { number, segment }: { readonly number: number; readonly segment: number },
  address: Pair,
): void => {
  const { mode, addressSize } = instruction;
  subtract(address.low, address.high, baseOf(state, mode, segment), baseHighOf(state, mode, segment));
  setAddress(state, number, addressSize);
};

/** The segment register in force of a string source, XLAT's table and their kin. */
export const overriddenSegment = ({ segmentOverride }: Instruction): number =>
  segmentOverride === NO_REGISTER ? 3 : numberOf(segmentOverride);

export const hasModrmMemory = ({ operands, operandCount }: Instruction): boolean => {
  for (let k = 0; k < operandCount; k++) if (operands[k] === OperandKind.memory) return true;
  return false;
};

/** The word at which a general register's value begins. */
const wordOf = (register: RegisterId): number => StateWord.gpr + ((register & 31) << 1);

const subtract = (low: number, high: number, fromLow: number, fromHigh: number): void => {
  const borrow = low >>> 0 < fromLow >>> 0 ? 1 : 0;
  wanted.low = (low - fromLow) >>> 0;
  wanted.high = (high - fromHigh - borrow) >>> 0;
};

/** Bits that the address size does not see stay as they were drawn. */
const setAddress = ({ words }: CpuState, register: RegisterId, addressSize: number): void => {
  const word = wordOf(register);
  if (addressSize === 16) words[word] = ((words[word] ?? 0) & 0xffff_0000) | (wanted.low & 0xffff);
  else words[word] = wanted.low;
  if (addressSize === 64) words[word + 1] = wanted.high;
};

interface Scaled {
  readonly register: RegisterId;
  readonly scale: number;
}

const setScaled = (state: CpuState, { register, scale }: Scaled, addressSize: number): void => {
  const shift = shiftOf(scale);
  if (shift > 0) {
    wanted.low = ((wanted.low >>> shift) | (addressSize === 64 ? wanted.high << (32 - shift) : 0)) >>> 0;
    wanted.high >>>= shift;
  }
  setAddress(state, register, addressSize);
};

/** Base and index are one register. */
const setMultiple = (state: CpuState, { register, scale }: Scaled, addressSize: number): void => {
  // A distant address is left to chance: a quotient of 64 bits is not worth its time.
  if (addressSize === 64 && wanted.high !== 0) return;
  wanted.low = Math.floor(wanted.low / scale);
  setAddress(state, register, addressSize);
};

const aimRelative = (instruction: Instruction, { words }: CpuState, bytes: Uint8Array): void => {
  const next = (words[StateWord.rip] ?? 0) + instruction.lengthBytes;
  subtract(wanted.low, wanted.high, next, words[StateWord.rip + 1] ?? 0);
  setDisplacement(instruction, bytes);
};

const setDisplacement = (instruction: Instruction, bytes: Uint8Array): void => {
  const { lengthBytes, immediateBytes, displacementBytes } = instruction;
  const at = lengthBytes - immediateBytes - displacementBytes;
  for (let k = 0; k < displacementBytes; k++)
    bytes[at + k] = k < 4 ? wanted.low >>> (8 * k) : wanted.high >>> (8 * (k - 4));
};
