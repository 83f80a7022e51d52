/** The memory operand of ModRM and SIB (SDM 2A 2.1.5, tables 2-1 to 2-3; 2.2.1.6 for RIP-relative). */
import { Extension, type Instruction } from '../isa/instruction.ts';
import { NO_REGISTER, Register, RegisterClass } from '../isa/registers.ts';
import { readDword } from './dword.ts';

const gpr16 = RegisterClass.gpr16 << 5;
const gpr32 = RegisterClass.gpr32 << 5;
const gpr64 = RegisterClass.gpr64 << 5;

const BX = gpr16 + 3;
const BP = gpr16 + 5;
const SI = gpr16 + 6;
const DI = gpr16 + 7;
const bases16 = Uint16Array.of(BX, BX, BP, BP, SI, DI, BP, BX);
const indexes16 = Uint16Array.of(SI, DI, SI, DI, NO_REGISTER, NO_REGISTER, NO_REGISTER, NO_REGISTER);

/* Bindings of a module's own are constants to compilers of JavaScript; those it imports are looked up each time. */
const noRegister: number = NO_REGISTER;
const { ss, ds, rip, eip }: Readonly<Record<'ss' | 'ds' | 'rip' | 'eip', number>> = Register;

/** Reads what follows a ModRM byte with 16-bit addressing; returns where it ends. */
export const decodeMemory16 = (bytes: Uint8Array, at: number, into: Instruction): number => {
  const mod = into.modrm >> 6;
  const rm = into.modrm & 7;
  const isDirect = mod === 0 && rm === 6;
  const base = isDirect ? noRegister : bases16[rm];
  into.base = base;
  into.index = indexes16[rm];
  into.scale = 1;
  into.displacementHigh = 0;
  into.segment = into.segmentOverride !== noRegister ? into.segmentOverride : base === BP ? ss : ds;
  if (mod === 1) {
    into.displacementBytes = 1;
    into.displacement = (bytes[at] << 24) >> 24;
    return at + 1;
  }
  if (mod === 2 || isDirect) {
    into.displacementBytes = 2;
    into.displacement = ((bytes[at] | (bytes[at + 1] << 8)) << 16) >> 16;
    return at + 2;
  }
  into.displacement = 0;
  return at;
};

/** What each ModRM byte with memory says: its rm, whether SIB follows or there is no base, displacement bytes (SDM 2A table 2-2). */
const rmMask = 7;
const hasSib = 8;
const isDirectBit = 16;
const displacementShift = 5;

const displacementOf = (mod: number, base: number): number => (mod === 1 ? 1 : mod === 2 || base === 5 ? 4 : 0);

const addressings = Uint8Array.from({ length: 0xc0 }, (_, modrm) => {
  const [mod, rm] = [modrm >> 6, modrm & 7];
  const isDirect = mod === 0 && rm === 5;
  const bits = (rm === 4 ? hasSib : 0) | (isDirect ? isDirectBit : 0);
  return rm | bits | (displacementOf(mod, rm) << displacementShift);
});

/** The same with 32- and 64-bit addressing; past `limit` where the SIB byte is. */
export const decodeMemory32 = (
  bytes: Uint8Array,
  at: number,
  limit: number,
  mode: number,
  into: Instruction,
): number => {
  const addressing = addressings[into.modrm];
  if ((addressing & hasSib) !== 0) return decodeSib(bytes, at, limit, into);
  const isWide = into.addressSize === 64;
  let base = (isWide ? gpr64 : gpr32) + (addressing & rmMask) + ((into.rex & 1) << 3);
  // BP as base makes SS the default segment; R13 does not.
  let segment: number = base === gpr64 + 5 || base === gpr32 + 5 ? ss : ds;
  if ((addressing & isDirectBit) !== 0) {
    base = mode === 64 ? (isWide ? rip : eip) : noRegister;
    segment = ds;
  }
  into.base = base;
  into.index = noRegister;
  into.scale = 1;
  into.segment = into.segmentOverride === noRegister ? segment : into.segmentOverride;
  const size = addressing >> displacementShift;
  into.displacementHigh = 0;
  into.displacementBytes = size;
  into.displacement = size === 0 ? 0 : size === 1 ? (bytes[at] << 24) >> 24 : readDword(bytes, at);
  return at + size;
};

/** What ModRM with rm 100b and the SIB byte at `at` say. */
const decodeSib = (bytes: Uint8Array, at: number, limit: number, into: Instruction): number => {
  if (at >= limit) return limit + 1;
  const sib = bytes[at];
  const registers = into.addressSize === 64 ? gpr64 : gpr32;
  const mod = into.modrm >> 6;
  const index = ((sib >> 3) & 7) + ((into.rex & 2) << 2);
  // Index 4 without REX.X is no index; its scale means nothing then.
  const hasIndex = index !== 4;
  const number = (sib & 7) + ((into.rex & 1) << 3);
  const hasBase = mod !== 0 || (sib & 7) !== 5;
  into.sib = sib;
  into.base = hasBase ? registers + number : noRegister;
  into.index = hasIndex ? registers + index : noRegister;
  into.scale = hasIndex ? 1 << (sib >> 6) : 1;
  // SP and BP make SS the default segment, R12 and R13 do not.
  const segment = hasBase && (number === 4 || number === 5) ? ss : ds;
  into.segment = into.segmentOverride === noRegister ? segment : into.segmentOverride;
  const size = displacementOf(mod, mod === 0 ? sib & 7 : 0);
  const start = at + 1;
  into.displacementHigh = 0;
  into.displacementBytes = size;
  into.displacement = size === 0 ? 0 : size === 1 ? (bytes[start] << 24) >> 24 : readDword(bytes, start);
  return start + size;
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
