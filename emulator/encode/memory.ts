/** A memory operand to ModRM, SIB and displacement (SDM 2A tables 2-1 to 2-3; 2.2.1.6 for RIP-relative). */
import type { Instruction } from '../isa/instruction.ts';
import { Encoding, encodingOf } from '../isa/opcode-map.ts';
import { classOf, NO_REGISTER, numberOf, Register, RegisterClass, register } from '../isa/registers.ts';
import type { Memory, Unencodable } from './choices.ts';

/** What the form asks of memory besides. */
export interface MemoryRules {
  /** What a displacement of 8 bits counts, in bytes. */
  readonly unit: number;
  /** Of VSIB, the class of the index; else 0. */
  readonly indexClass: RegisterClass | 0;
  /** A SIB byte must be there. */
  readonly needsSib: boolean;
  readonly generalRegisters: 8 | 16 | 32;
}

interface Address extends MemoryRules {
  readonly memory: Memory;
  readonly displacement: number;
}

/**
 * Sets mod and rm of `into.modrm`, SIB, REX.X and REX.B, APX's X4 and B4, V' of a vector index, displacement, base, index and scale, by
 * `into.addressSize`; returns what is wrong, or null.
 */
export const encodeMemory = (memory: Memory, rules: MemoryRules, into: Instruction): Unencodable | null => {
  const displacement = memory.displacement ?? 0;
  if (!Number.isInteger(displacement) || displacement < -0x8000_0000 || displacement > 0xffff_ffff)
    return 'displacement';
  into.base = memory.base ?? NO_REGISTER;
  into.index = memory.index ?? NO_REGISTER;
  into.scale = memory.scale ?? 1;
  into.displacementHigh = 0;
  const address: Address = { ...rules, memory, displacement };
  return into.addressSize === 16 ? encodeMemory16(address, into) : encodeMemory32(address, into);
};

const gpr16 = (number: number): number => register(RegisterClass.gpr16, number);
const BX = gpr16(3);
const BP = gpr16(5);
const SI = gpr16(6);
const DI = gpr16(7);

/** Base and index by ModRM.rm. */
const pairs16: readonly (readonly [base: number, index: number])[] = [
  [BX, SI],
  [BX, DI],
  [BP, SI],
  [BP, DI],
  [SI, NO_REGISTER],
  [DI, NO_REGISTER],
  [BP, NO_REGISTER],
  [BX, NO_REGISTER],
];

const encodeMemory16 = ({ memory, displacement, unit, needsSib }: Address, into: Instruction): Unencodable | null => {
  if (needsSib) return 'addressing';
  const isDirect = into.base === NO_REGISTER && into.index === NO_REGISTER;
  const rm = isDirect ? 6 : pairs16.findIndex(([base, index]) => base === into.base && index === into.index);
  if (rm < 0 || into.scale !== 1 || memory.hasSib === true) return 'addressing';
  if (displacement < -0x8000 || displacement > 0xffff) return 'displacement';
  const signed = (displacement << 16) >> 16;
  const needed = signed === 0 && rm !== 6 ? 0 : isByte(signed / unit) ? 1 : 2;
  const bytes = memory.displacementBytes ?? (isDirect ? 2 : needed);
  if (bytes === 4 || bytes < needed || (isDirect && bytes !== 2)) return 'displacement';
  setDisplacement(into, bytes, signed);
  into.modrm = (isDirect ? 0 : modOf(bytes)) | (into.modrm & 0x38) | rm;
  return null;
};

const encodeMemory32 = (address: Address, into: Instruction): Unencodable | null => {
  const { memory, displacement, unit, indexClass, needsSib, generalRegisters } = address;
  if (classOf(into.base) === RegisterClass.instructionPointer) return encodeRelative(address, into);
  const registerClass = into.addressSize === 64 ? RegisterClass.gpr64 : RegisterClass.gpr32;
  const hasBase = into.base !== NO_REGISTER;
  const hasIndex = into.index !== NO_REGISTER;
  const isVector = indexClass !== 0;
  if (hasBase && classOf(into.base) !== registerClass) return 'addressing';
  if (hasIndex ? classOf(into.index) !== (isVector ? indexClass : registerClass) : isVector) return 'addressing';
  const base = hasBase ? numberOf(into.base) : 5;
  // Index 4 means none, so rSP cannot be scaled; without an index the scale means nothing, and is 1.
  const index = hasIndex ? numberOf(into.index) : 4;
  if (base >= generalRegisters || index > lastIndex(isVector, generalRegisters, into)) return 'addressing';
  if ((hasIndex && !isVector && index === 4) || (!hasIndex && into.scale !== 1)) return 'addressing';
  if (into.mode !== 64 && (base | index) > 7) return 'addressing';
  const needed = hasBase ? neededBytes(displacement, base, unit) : 4;
  const bytes = memory.displacementBytes ?? needed;
  if (bytes === 2 || bytes < needed) return 'displacement';
  // Without base and SIB, 64-bit mode has RIP-relative addressing.
  const hasSib = hasIndex || needsSib || memory.hasSib === true || (base & 7) === 4 || (!hasBase && into.mode === 64);
  into.sib = hasSib ? (sibScale(into.scale) << 6) | ((index & 7) << 3) | (base & 7) : -1;
  into.modrm = (hasBase ? modOf(bytes) : 0) | (into.modrm & 0x38) | (hasSib ? 4 : base & 7);
  into.rex |= ((base >> 3) & 1) | ((index >> 2) & 2);
  into.rex |= (base & 16) << 4;
  if (isVector) into.vvvv |= index & 16;
  else into.rex |= (index & 16) << 5;
  setDisplacement(into, bytes, displacement | 0);
  return null;
};

/** Of vectors, only EVEX has a fifth bit of it. */
const lastIndex = (isVector: boolean, generalRegisters: number, { map }: Instruction): number =>
  isVector ? (encodingOf(map) >= Encoding.evex ? 31 : 15) : generalRegisters - 1;

const encodeRelative = (
  { memory, displacement, indexClass, needsSib }: Address,
  into: Instruction,
): Unencodable | null => {
  const pointer = into.addressSize === 64 ? Register.rip : Register.eip;
  if (
    into.mode !== 64 ||
    into.base !== pointer ||
    into.index !== NO_REGISTER ||
    into.scale !== 1 ||
    memory.hasSib === true ||
    indexClass !== 0 ||
    needsSib
  )
    return 'addressing';
  if ((memory.displacementBytes ?? 4) !== 4) return 'displacement';
  into.modrm = (into.modrm & 0x38) | 5;
  setDisplacement(into, 4, displacement | 0);
  return null;
};

const isByte = (value: number): boolean => Number.isInteger(value) && value >= -0x80 && value <= 0x7f;

/** rBP and R13 as base have no encoding without a displacement. */
const neededBytes = (displacement: number, base: number, unit: number): 0 | 1 | 4 =>
  displacement === 0 && (base & 7) !== 5 ? 0 : isByte(displacement / unit) ? 1 : 4;

const modOf = (displacementBytes: number): number =>
  displacementBytes === 0 ? 0 : displacementBytes === 1 ? 0x40 : 0x80;

const sibScale = (scale: number): number => (scale === 8 ? 3 : scale >> 1);

const setDisplacement = (into: Instruction, bytes: number, displacement: number): void => {
  into.displacementBytes = bytes;
  into.displacement = displacement;
};
