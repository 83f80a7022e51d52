import type { Instruction } from '../isa/instruction.ts';
import { Prefix } from '../isa/instruction.ts';
import { Register } from '../isa/registers.ts';
import { Check } from './tables.ts';

/** Checks that few forms have. */
export const rareChecks = Check.no66 | Check.noRip | Check.bounds;

/** A 66 prefix, RIP-relative or 16-bit address that the form does not allow. */
export const breaksRareCheck = (checks: number, into: Instruction): boolean => {
  if ((checks & Check.no66) !== 0 && (into.prefixes & Prefix.operandSize) !== 0) return true;
  if ((checks & Check.noRip) !== 0 && (into.base === Register.rip || into.base === Register.eip)) return true;
  // Bounds are never at 16-bit addresses (SDM 2A BNDMK).
  return (checks & Check.bounds) !== 0 && into.addressSize === 16;
};
