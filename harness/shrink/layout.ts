/** Where the fields of an encoding lie, as far as its bytes go; made for cutting, so it accepts what is invalid. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { addressBitsOf, displacementBytesOf, hasSibByte } from '../bucket/address.ts';
import { type Identity, identify, prefixBytesOf } from '../bucket/identity.ts';

export interface Layout {
  readonly identity: Identity;
  /** Offsets of legacy prefixes and of every REX byte. */
  readonly prefixOffsets: readonly number[];
  /** Offset of VEX, XOP or EVEX, or -1. */
  readonly vexOffset: number;
  /** Offset of the REX byte in force, or -1. */
  readonly rexOffset: number;
  readonly opcodeOffset: number;
  /** -1 without one. */
  readonly modrmOffset: number;
  readonly sibOffset: number;
  readonly displacementOffset: number;
  readonly displacementBytes: number;
  /** Immediates and tail start here; of 3DNow! its opcode. */
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
  const addressBits = addressBitsOf(identity.prefixes, mode);
  const hasSib = hasSibByte(identity.modrm, addressBits);
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
