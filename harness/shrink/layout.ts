/** Where the fields of an encoding lie, as far as its bytes go; made for cutting, so it accepts what is invalid. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { type Identity, identify, prefixBytesOf } from '../bucket/identity.ts';

export interface Layout {
  readonly identity: Identity;
  /** Offsets of legacy prefixes and of every REX byte. */
  readonly prefixOffsets: readonly number[];
  /** Offset of VEX, or -1. */
  readonly vexOffset: number;
  /** Offset of the REX byte in force, or -1. */
  readonly rexOffset: number;
  readonly opcodeOffset: number;
  /** -1 without one. */
  readonly modrmOffset: number;
  readonly sibOffset: number;
  readonly displacementOffset: number;
  readonly displacementBytes: number;
  /** Immediates and tail start here. */
  readonly restOffset: number;
}

export function layoutOf(bytes: Uint8Array, mode: Mode): Layout {
  const identity = identify(bytes, mode);
  const { opcodeOffset } = identity;
  const firstOpcodeByte = prefixBytesOf(identity);
  const prefixOffsets = Array.from({ length: firstOpcodeByte }, (_, k) => k);
  const rexOffset = identity.rex === 0 ? -1 : firstOpcodeByte - 1;
  const vexOffset = identity.vex === null ? -1 : firstOpcodeByte;
  const base = { identity, prefixOffsets, vexOffset, rexOffset, opcodeOffset };
  if (identity.modrm < 0) {
    const restOffset = Math.min(bytes.length, opcodeOffset + 1);
    return {
      ...base,
      modrmOffset: -1,
      sibOffset: -1,
      displacementOffset: restOffset,
      displacementBytes: 0,
      restOffset,
    };
  }
  const modrmOffset = opcodeOffset + 1;
  const addressBits = addressBitsOf(identity, mode);
  const hasSib = addressBits !== 16 && identity.modrm < 0xc0 && (identity.modrm & 7) === 4;
  const sibOffset = hasSib && modrmOffset + 1 < bytes.length ? modrmOffset + 1 : -1;
  const displacementOffset = Math.min(bytes.length, modrmOffset + (hasSib ? 2 : 1));
  const wanted = displacementBytesOf(identity.modrm, sibOffset < 0 ? 0 : (bytes[sibOffset] ?? 0), addressBits);
  const displacementBytes = Math.min(wanted, bytes.length - displacementOffset);
  return {
    ...base,
    modrmOffset,
    sibOffset,
    displacementOffset,
    displacementBytes,
    restOffset: displacementOffset + displacementBytes,
  };
}

const addressBitsOf = (identity: Identity, mode: Mode): number => {
  const isOverridden = identity.prefixes.includes(0x67);
  if (mode === 64) return isOverridden ? 32 : 64;
  return isOverridden ? 48 - mode : mode;
};

/** SDM 2A tables 2-1, 2-2 and 2-3. */
const displacementBytesOf = (modrm: number, sib: number, addressBits: number): number => {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  if (mod === 3) return 0;
  if (mod === 1) return 1;
  if (addressBits === 16) return mod === 2 || rm === 6 ? 2 : 0;
  if (mod === 2) return 4;
  return rm === 5 || (rm === 4 && (sib & 7) === 5) ? 4 : 0;
};
