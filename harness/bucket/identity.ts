/**
 * What an encoding is, read from its bytes alone: prefixes, VEX, map, opcode, group digit, register or memory. It works on
 * invalid and cut bytes as well, and owes nothing to any decoder: a bucket's name must not depend on the accused.
 */
import type { Mode } from '../../emulator/isa/modes.ts';
import { escapeBytesOf, type OpcodeMap, suffixMap } from '../../emulator/isa/opcode-map.ts';
import { addressBitsOf, displacementBytesOf, hasSibByte } from './address.ts';
import { hasModrm, isGroup, isOpcodeRegister } from './opcodes.ts';
import { readVex, type Vex, vexBits, vexText, vexWords } from './vex.ts';

export interface Identity {
  /** Legacy prefixes as they stand, repeated ones too. */
  readonly prefixes: readonly number[];
  /** The REX byte in force, or 0 (SDM 2A 2.2.1: only directly before the opcode). */
  readonly rex: number;
  /** Some REX byte stands before another prefix, and is ignored. */
  readonly hasIgnoredRex: boolean;
  /** VEX, XOP or EVEX, or null. */
  readonly vex: Vex | null;
  readonly map: OpcodeMap;
  /** -1 where the bytes end before it. */
  readonly opcode: number;
  /** Offset of the opcode byte, after escapes; of 3DNow!, whose opcode stands behind all else, that of the second 0F. */
  readonly opcodeOffset: number;
  /** -1 without one, or where the bytes end before it. */
  readonly modrm: number;
  readonly opcodeRegister: boolean;
  /** ModRM.reg selects the instruction. */
  readonly isGroup: boolean;
}

export function identify(bytes: Uint8Array, mode: Mode): Identity {
  const prefixes: number[] = [];
  let rex = 0;
  let hasIgnoredRex = false;
  let at = 0;
  for (; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (mode === 64 && (byte & 0xf0) === 0x40) {
      hasIgnoredRex ||= rex !== 0;
      rex = byte;
    } else if (isLegacyPrefix(byte)) {
      prefixes.push(byte);
      hasIgnoredRex ||= rex !== 0;
      rex = 0;
    } else break;
  }
  const vex = readVex(bytes, at, mode);
  const map = vex === null ? mapOf(bytes, at) : vex.map;
  const opcodeOffset = at + (vex === null ? escapeBytesOf(map) : vex.lengthBytes) - (map === suffixMap ? 1 : 0);
  const opcode = map === suffixMap ? suffixOf(bytes, opcodeOffset, { mode, prefixes }) : (bytes[opcodeOffset] ?? -1);
  const isWhole = opcode >= 0 || map === suffixMap;
  const modrm = isWhole && hasModrm(map, opcode, mode) ? (bytes[opcodeOffset + 1] ?? -1) : -1;
  return {
    prefixes,
    rex,
    hasIgnoredRex,
    vex,
    map,
    opcode,
    opcodeOffset,
    modrm,
    opcodeRegister: isOpcodeRegister(map, opcode, mode),
    isGroup: modrm >= 0 && isGroup(map, opcode),
  };
}

export const isLegacyPrefix = (byte: number): boolean =>
  (byte & 0xe7) === 0x26 || (byte >= 0x64 && byte <= 0x67) || byte === 0xf0 || byte === 0xf2 || byte === 0xf3;

const mapOf = (bytes: Uint8Array, at: number): OpcodeMap => {
  if (bytes[at] !== 0x0f) return 0;
  if (bytes[at + 1] === 0x38) return 2;
  if (bytes[at + 1] === 0x0f) return suffixMap;
  return bytes[at + 1] === 0x3a ? 3 : 1;
};

/** 3DNow!'s opcode, behind ModRM and what it addresses; -1 where the bytes end before it. */
const suffixOf = (
  bytes: Uint8Array,
  opcodeOffset: number,
  { mode, prefixes }: { readonly mode: Mode; readonly prefixes: readonly number[] },
): number => {
  const modrm = bytes[opcodeOffset + 1];
  if (modrm === undefined) return -1;
  const addressBits = addressBitsOf(prefixes, mode);
  const hasSib = hasSibByte(modrm, addressBits);
  const sib = hasSib ? (bytes[opcodeOffset + 2] ?? 0) : 0;
  return bytes[opcodeOffset + 2 + Number(hasSib) + displacementBytesOf(modrm, sib, addressBits)] ?? -1;
};

/** Where escapes or VEX begin: behind the legacy prefixes and REX. */
export const prefixBytesOf = ({ opcodeOffset, map, vex }: Identity): number =>
  opcodeOffset - (vex === null ? escapeBytesOf(map) - (map === suffixMap ? 1 : 0) : vex.lengthBytes);

export const digitOf = (identity: Identity): number => (identity.modrm >> 3) & 7;
export const rmOf = (identity: Identity): number => identity.modrm & 7;
export const isRegisterForm = (identity: Identity): boolean => identity.modrm >= 0xc0;
export const isMemoryForm = (identity: Identity): boolean => identity.modrm >= 0 && identity.modrm < 0xc0;

/**
 * The opcode's part of a bucket key: `0F BA /4 mem`, `0F C8+r`, `8E /r reg`, `VEX.L0.F2.0F38.W0 F6 /r reg`. Prefixes and
 * REX are not in it.
 */
export const opcodeText = (identity: Identity): string =>
  `${instructionText(identity)}${identity.modrm < 0 ? '' : isRegisterForm(identity) ? ' reg' : ' mem'}`;

/** The same without memory or register: `0F BA /4`. */
export const instructionText = (identity: Identity): string => {
  const { map, vex, opcode, opcodeRegister, modrm, isGroup: group } = identity;
  const opening = vex === null ? escapes[map] : vexText(vex);
  if (opcode < 0) return `${opening}..`;
  if (map === suffixMap) return `${opening}/r ${hexByte(opcode)}`;
  const byte = `${opening}${hexByte(opcodeRegister ? opcode & 0xf8 : opcode)}${opcodeRegister ? '+r' : ''}`;
  return modrm < 0 ? byte : `${byte} /${group ? digitOf(identity) : 'r'}`;
};

const escapes = ['', '0F ', '0F 38 ', '0F 3A ', '0F 0F '] as const;

/**
 * The prefixes' part of a bucket key, each once, in one order: `F0 66 REX.W`, `VEX.B vvvv`. Segment overrides that stand are named by
 * byte. After shrinking only those are left whose removal changes what is said.
 */
export const prefixText = (identity: Identity): string => {
  const words = [...new Set(identity.prefixes)].sort((a, b) => rankOf(a) - rankOf(b)).map(hexByte);
  if (identity.hasIgnoredRex) words.push('ignored-REX');
  if (identity.rex !== 0) words.push(rexText(identity.rex));
  if (identity.vex !== null) words.push(...vexWords(identity.vex));
  return words.join(' ');
};

const prefixOrder = [0xf0, 0xf2, 0xf3, 0x66, 0x67, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const rankOf = (prefix: number): number => prefixOrder.indexOf(prefix);

const rexText = (rex: number): string => {
  const bits = ['W', 'R', 'X', 'B'].filter((_, k) => (rex & (8 >> k)) !== 0).join('');
  return bits === '' ? 'REX' : `REX.${bits}`;
};

const hexByte = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** Which prefixes stand, as a set: one bit each, REX bits, an ignored REX and what VEX need not have included. */
export const prefixBits = (identity: Identity): number => {
  let bits = 0;
  for (const prefix of identity.prefixes) bits |= 1 << rankOf(prefix);
  if (identity.hasIgnoredRex) bits |= 1 << 11;
  if (identity.rex !== 0) bits |= (1 << 12) | ((identity.rex & 15) << 13);
  if (identity.vex !== null) bits |= vexBits(identity.vex) << 17;
  return bits;
};
