/** How long ModRM makes what follows it, from bytes alone (SDM 2A tables 2-1, 2-2 and 2-3). */
import type { Mode } from '../../emulator/isa/modes.ts';

export const addressBitsOf = (prefixes: readonly number[], mode: Mode): number => {
  const isOverridden = prefixes.includes(0x67);
  if (mode === 64) return isOverridden ? 32 : 64;
  return isOverridden ? 48 - mode : mode;
};

export const hasSibByte = (modrm: number, addressBits: number): boolean =>
  addressBits !== 16 && modrm < 0xc0 && (modrm & 7) === 4;

export const displacementBytesOf = (modrm: number, sib: number, addressBits: number): number => {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  if (mod === 3) return 0;
  if (mod === 1) return 1;
  if (addressBits === 16) return mod === 2 || rm === 6 ? 2 : 0;
  if (mod === 2) return 4;
  return rm === 5 || (rm === 4 && (sib & 7) === 5) ? 4 : 0;
};
