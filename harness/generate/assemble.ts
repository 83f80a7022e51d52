/**
 * Lays out the parts of an encoding as bytes, valid or not. All it knows is where fields stand and how long a ModRM
 * byte makes the displacement (SDM 2A 2.1): what the parts mean together is for decoders to say.
 */
import type { Mode } from '../../emulator/isa/modes.ts';

export interface Parts {
  /** Legacy prefixes, in order. */
  readonly prefixes: readonly number[];
  /** The REX byte before the opcode, or 0. Outside 64-bit mode it is left out. VEX has its W, R, X and B. */
  readonly rex: number;
  /** Null without VEX or its kin. */
  readonly vex: VexParts | null;
  /** Escapes and opcode. */
  readonly opcode: readonly number[];
  /** -1 without one. */
  readonly modrm: number;
  /** Written where ModRM asks for a SIB byte. */
  readonly sib: number;
  /** Its low bytes are written, as many as ModRM and SIB ask for. */
  readonly displacement: number;
  /** A direct address stands where others have their displacement (moffs). */
  readonly isDirect: boolean;
  /** 3DNow!'s opcode. */
  readonly suffix: readonly number[];
  readonly immediate: readonly number[];
  /** What follows the instruction. */
  readonly tail: readonly number[];
}

/** What VEX, XOP and EVEX hold besides W, R, X and B (SDM 2A 2.3.5, 2.7.1; APM 3 1.2.5). */
export interface VexParts {
  /** C5 or C4, 8F, 62. C5 has no map, W, X and B. */
  readonly encoding: 'vex2' | 'vex3' | 'xop' | 'evex';
  /** mmmmm, of EVEX four bits: the highest one is reserved. */
  readonly map: number;
  /** A register's number, not inverted; of EVEX V' is bit 4. */
  readonly vvvv: number;
  /** L, L'L. */
  readonly l: number;
  readonly pp: number;
  /** What EVEX alone has. */
  readonly evex: EvexParts;
}

export interface EvexParts {
  /** R', not inverted. */
  readonly high: 0 | 1;
  readonly mask: number;
  readonly z: 0 | 1;
  readonly b: 0 | 1;
  /** P1[2], which must be 1. */
  readonly fixed: 0 | 1;
}

export const plainEvex: EvexParts = { high: 0, mask: 0, z: 0, b: 0, fixed: 1 };

export const longestInput = 15;

export const plainParts: Parts = {
  prefixes: [],
  rex: 0,
  vex: null,
  opcode: [],
  modrm: -1,
  sib: 0x24,
  displacement: 0,
  isDirect: false,
  suffix: [],
  immediate: [],
  tail: [],
};

/** At most 15 bytes; what is longer is cut. */
export const assemble = (mode: Mode, parts: Parts): Uint8Array => {
  const { prefixes, rex, vex, opcode, modrm, sib, displacement, suffix, immediate, tail } = parts;
  const bytes: number[] = [...prefixes];
  if (vex !== null) bytes.push(...vexBytesOf(vex, rex, mode));
  else if (rex !== 0 && mode === 64) bytes.push(rex);
  bytes.push(...opcode);
  const addressSize = addressSizeOf(mode, prefixes);
  if (modrm >= 0) bytes.push(modrm);
  if (modrm >= 0 && hasSib(modrm, addressSize)) bytes.push(sib);
  const displacementBytes = parts.isDirect
    ? addressSize >> 3
    : modrm < 0
      ? 0
      : displacementBytesOf(modrm, sib, addressSize);
  for (let k = 0; k < displacementBytes; k++) bytes.push((displacement >> (8 * (k & 3))) & 0xff);
  bytes.push(...suffix, ...immediate, ...tail);
  return Uint8Array.from(bytes.length > longestInput ? bytes.slice(0, longestInput) : bytes);
};

/** Outside 64-bit mode R and X stay as they must be, or this were LES, LDS or BOUND. */
const vexBytesOf = (vex: VexParts, rex: number, mode: Mode): readonly number[] => {
  const { encoding, map, vvvv, l, pp } = vex;
  const last = ((~vvvv & 15) << 3) | ((l & 1) << 2) | pp;
  const extensions = ~(mode === 64 ? rex : rex & 1);
  switch (encoding) {
    case 'vex2':
      return [0xc5, ((extensions & 4) << 5) | (mode === 64 ? last : last | 0x40)];
    case 'evex':
      return evexBytesOf(vex, extensions, rex);
    default:
      return [encoding === 'xop' ? 0x8f : 0xc4, ((extensions & 7) << 5) | map, ((rex & 8) << 4) | last];
  }
};

const evexBytesOf = ({ map, vvvv, l, pp, evex }: VexParts, extensions: number, rex: number): readonly number[] => [
  0x62,
  ((extensions & 7) << 5) | ((1 - evex.high) << 4) | (map & 15),
  ((rex & 8) << 4) | ((~vvvv & 15) << 3) | (evex.fixed << 2) | pp,
  (evex.z << 7) | ((l & 3) << 5) | (evex.b << 4) | ((~vvvv & 16) >> 1) | evex.mask,
];

const addressSizeOf = (mode: Mode, prefixes: readonly number[]): 16 | 32 | 64 => {
  if (!prefixes.includes(0x67)) return mode;
  return mode === 32 ? 16 : 32;
};

const hasSib = (modrm: number, addressSize: number): boolean => addressSize !== 16 && modrm < 0xc0 && (modrm & 7) === 4;

/** SDM 2A tables 2-1, 2-2 and 2-3. */
const displacementBytesOf = (modrm: number, sib: number, addressSize: number): number => {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  if (mod === 3) return 0;
  if (mod === 1) return 1;
  if (addressSize === 16) return mod === 2 || rm === 6 ? 2 : 0;
  if (mod === 2) return 4;
  return rm === 5 || (rm === 4 && (sib & 7) === 5) ? 4 : 0;
};
