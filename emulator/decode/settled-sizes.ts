/** The operand size of an instruction, once its form has had its say (SDM 2A 2.2.1.7, 2D A.2.1; APM 3 1.2.3). */
import type { Mode, Vendor } from '../isa/modes.ts';
import { Check } from './tables.ts';

/** Checks that settle the operand size in 64-bit mode. */
export const sizeChecks = Check.default64 | Check.forced64 | Check.always64 | Check.size32;

/** By the size checks of a form, with the size of the prefixes in bits 1 and 0: 16, 32 or 64 as 0, 1 or 2. */
export const settledSizes = (mode: Mode, vendor: Vendor): Uint8Array =>
  Uint8Array.from({ length: sizeChecks + 4 }, (_, index) => {
    const size = 16 << (index & 3);
    return mode === 64 ? settled(size, index, vendor) : size;
  });

const settled = (size: number, checks: number, vendor: Vendor): number => {
  const isForced = (checks & Check.always64) !== 0 || ((checks & Check.forced64) !== 0 && vendor === 'intel');
  if (isForced) return 64;
  // REX.W means nothing to a form of 32 bits that has no sibling of 64 bits.
  const own = size === 64 && (checks & Check.size32) !== 0 ? 32 : size;
  const isWide = (checks & (Check.default64 | Check.forced64)) !== 0;
  return isWide && own === 32 ? 64 : own;
};
