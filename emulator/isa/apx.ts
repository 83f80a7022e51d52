/** What APX makes of encodings that were there before it, and what its own fields say (Intel APX specification, 355828). */
import type { Form } from './form.ts';
import { Extension, type Instruction } from './instruction.ts';
import { firstEvexMap } from './opcode-map.ts';

/**
 * Whether REX2 may stand before a form. It holds the map itself, so that nothing behind an escape of two bytes can have
 * it; of the others it is #UD before short and long Jcc, direct addresses and strings, LOOP and its kin, IN and OUT, calls
 * and jumps by distance, WRMSR and its kin, XSAVE and XRSTOR (3.1.2.1).
 */
export const takesRex2 = ({ map, opcode, needs }: Form): boolean => {
  const row = opcode >> 4;
  if (needs.has('NO-REX2')) return false;
  return map === 0 ? row !== 4 && row !== 7 && row !== 10 && row !== 14 : map === 1 && row !== 3 && row !== 8;
};

/** EVEX for an instruction that had another encoding: ND and NF stand where masks and broadcast do. */
export const isPromoted = ({ nd }: Form): boolean => nd >= 0;

/** A comparison or test if a condition holds, else flags that it says itself: SCC and DFV stand where vvvv and masks do. */
export const isConditional = ({ needs }: Form): boolean => needs.has('SCC');

/** Some operand or, of conditional comparisons, the flags else are in vvvv. */
export const usesVvvv = (form: Form): boolean =>
  isConditional(form) || form.operands.some(({ place }) => place === 'vvvv');

/** The condition of a conditional comparison, as Jcc number them, but for A, which is always, and B, which is never. */
export const sourceCondition = ({ vvvv, mask }: Instruction): number => ((~vvvv & 16) >> 1) | mask;

/** By halves of a source condition. Two of them would ask about parity, and are always and never. */
const flagsRead: readonly string[] = ['O', 'C', 'Z', 'ZC', 'S', '', 'OS', 'OSZ'];

/** The flags that a source condition reads. */
export const conditionReads = (condition: number): string => flagsRead[condition >> 1];

/** The flags where it does not hold: OF, SF, ZF, CF in bits 3 to 0. */
export const defaultFlags = ({ vvvv }: Instruction): number => ~vvvv & 15;

/** Flags are suppressed: NF, of a form that has it. */
export const suppressesFlags = (form: Form, { mask }: Instruction): boolean =>
  isPromoted(form) && form.nf < 0 && !isConditional(form) && (mask & 4) !== 0;

/** The number of a general register in ModRM.rm, with all bits that extend it. */
export const rmNumberOf = ({ modrm, rex }: Instruction): number =>
  (modrm & 7) + ((rex & 1) << 3) + ((rex & Extension.b4) >> 4);

/** The same of ModRM.reg. */
export const regNumberOf = ({ map, modrm, rex, registerHigh }: Instruction): number =>
  ((modrm >> 3) & 7) + ((rex & 4) << 1) + (map >= firstEvexMap ? registerHigh : (rex & Extension.r4) >> 6);
