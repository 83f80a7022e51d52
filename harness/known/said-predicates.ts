/** Conditions of known rows on what both sides say of an operand, whatever it is: `eax rw 32`, `ds:[rax] a64 w 8`. */
import type { Identity } from '../bucket/identity.ts';
import type { AnyMismatch } from '../mismatch.ts';

type Predicate = (identity: Identity, mismatch: AnyMismatch) => boolean;

/** Operand, access and bits; each but the first may be left out. */
const partsOf = (said: string): { readonly operand: string; readonly access: string; readonly bits: string } => {
  const [, operand = '', access = '', bits = ''] = /^(.*?)(?: (r|w|rw|cr|cw|rcw))?(?: (\d+))?$/.exec(said) ?? [];
  return { operand, access, bits };
};

const differsOnlyIn =
  (part: 'access' | 'bits'): Predicate =>
  (_identity, { says }) => {
    const [ours, theirs] = [partsOf(says.ours), partsOf(says.theirs)];
    const areSame = (one: string, other: string): boolean => one === other || one === '' || other === '';
    if (ours.operand !== theirs.operand) return false;
    return part === 'access'
      ? ours.access !== theirs.access && areSame(ours.bits, theirs.bits)
      : ours.access === theirs.access && ours.bits !== theirs.bits;
  };

export const saidPredicates = {
  /** The same operand, of the same width, is accessed in another way. */
  'other-access': differsOnlyIn('access'),
  /** The same operand, accessed in the same way, has another width. */
  'other-bits': differsOnlyIn('bits'),
  /** They access as well what ours does not access, whatever its width. */
  'accessed-by-theirs': (_identity, { says }) => {
    const [ours, theirs] = [partsOf(says.ours), partsOf(says.theirs)];
    return ours.operand === theirs.operand && ours.access === '' && theirs.access !== '';
  },
  /** The targets of a branch are the same modulo the narrower one. */
  'other-target-width': (_identity, { says }) => {
    const [ours = '', theirs = ''] = [says.ours, says.theirs].map((said) => /0x([0-9a-f]+)/.exec(said)?.[1]);
    const [narrow = '', wide = ''] = ours.length < theirs.length ? [ours, theirs] : [theirs, ours];
    return wide.length > narrow.length && wide.endsWith(narrow.padStart(4, '0'));
  },
} as const satisfies Readonly<Record<string, Predicate>>;
