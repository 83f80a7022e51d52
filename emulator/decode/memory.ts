/** The memory operand of ModRM and SIB (SDM 2A 2.1.5, tables 2-1 to 2-3; 2.2.1.6 for RIP-relative). */
import { Extension, type Instruction } from '../isa/instruction.ts';
import { NO_REGISTER, Register, RegisterClass } from '../isa/registers.ts';

const gpr16 = RegisterClass.gpr16 << 5;
const gpr32 = RegisterClass.gpr32 << 5;
const gpr64 = RegisterClass.gpr64 << 5;

const BX = gpr16 + 3;
const BP = gpr16 + 5;
const SI = gpr16 + 6;
const DI = gpr16 + 7;
const bases16 = Uint16Array.of(BX, BX, BP, BP, SI, DI, BP, BX);
const indexes16 = Uint16Array.of(SI, DI, SI, DI, NO_REGISTER, NO_REGISTER, NO_REGISTER, NO_REGISTER);

/** Reads what follows a ModRM byte with 16-bit addressing; returns how many bytes that is. */
export const decodeMemory16 = (bytes: Uint8Array, at: number, into: Instruction): number => {
  const mod = into.modrm >> 6;
  const rm = into.modrm & 7;
  const isDirect = mod === 0 && rm === 6;
  const base = isDirect ? NO_REGISTER : bases16[rm];
  into.base = base;
  into.index = indexes16[rm];
  into.scale = 1;
  into.displacementHigh = 0;
  into.segment = into.segmentOverride !== NO_REGISTER ? into.segmentOverride : base === BP ? Register.ss : Register.ds;
  if (mod === 1) {
    into.displacementBytes = 1;
    into.displacement = (bytes[at] << 24) >> 24;
    return 1;
  }
  if (mod === 2 || isDirect) {
    into.displacementBytes = 2;
    into.displacement = ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
    return 2;
  }
  into.displacement = 0;
  return 0;
};

/** The same with 32- and 64-bit addressing; -1 where the SIB byte is past `limit`. */
export const decodeMemory32 = (
  bytes: Uint8Array,
  at: number,
  limit: number,
  is64: boolean,
  into: Instruction,
): number => {
  const modrm = into.modrm;
  const mod = modrm >> 6;
  const rm = modrm & 7;
  const registers = into.addressSize === 64 ? gpr64 : gpr32;
  let length = 0;
  let baseNumber = rm;
  let base = registers + rm + ((into.rex & 1) << 3);
  into.index = NO_REGISTER;
  into.scale = 1;
  if (rm === 4) {
    if (at >= limit) return -1;
    const sib = bytes[at];
    length = 1;
    into.sib = sib;
    const index = ((sib >> 3) & 7) + ((into.rex & 2) << 2);
    // Index 4 without REX.X is no index; its scale means nothing then.
    if (index !== 4) {
      into.index = registers + index;
      into.scale = 1 << (sib >> 6);
    }
    baseNumber = sib & 7;
    base = registers + baseNumber + ((into.rex & 1) << 3);
  }
  let displacementBytes = mod === 1 ? 1 : mod === 2 ? 4 : 0;
  if (mod === 0 && baseNumber === 5) {
    displacementBytes = 4;
    // Without SIB this is RIP-relative in 64-bit mode.
    base = is64 && rm === 5 ? (into.addressSize === 64 ? Register.rip : Register.eip) : NO_REGISTER;
  }
  into.base = base;
  // SP, BP as base make SS the default segment; R12 and R13 do not.
  const isStack = base === registers + 4 || base === registers + 5;
  into.segment = into.segmentOverride !== NO_REGISTER ? into.segmentOverride : isStack ? Register.ss : Register.ds;
  into.displacementHigh = 0;
  into.displacementBytes = displacementBytes;
  into.displacement = readDisplacement(bytes, at + length, displacementBytes);
  return length + displacementBytes;
};

/** Makes of base and index what the fifth bits of their numbers say (APX specification 3.1.1). */
export const extendMemory = (into: Instruction): void => {
  const { rex, sib, base } = into;
  const registers = into.addressSize === 64 ? gpr64 : gpr32;
  if ((rex & Extension.b4) !== 0 && base >= registers && base < registers + 32) {
    into.base = base + 16;
    // R20 and R21 are none of the stack's.
    if (into.segmentOverride === NO_REGISTER) into.segment = Register.ds;
  }
  if ((rex & Extension.x4) === 0 || sib < 0) return;
  into.index = registers + 16 + ((sib >> 3) & 7) + ((rex & 2) << 2);
  into.scale = 1 << (sib >> 6);
};

const readDisplacement = (bytes: Uint8Array, at: number, size: number): number => {
  if (size === 0) return 0;
  if (size === 1) return (bytes[at] << 24) >> 24;
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
};
