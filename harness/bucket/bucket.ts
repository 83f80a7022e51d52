/** Names the bucket of a mismatch: one name for one cause. The name is final once the mismatch is shrunk. */
import type { Mismatch } from '../mismatch.ts';
import { type Direction, directionOf } from './direction.ts';
import { type Identity, identify, instructionText, opcodeText, prefixText } from './identity.ts';

/** `64-bit iced length ours=longer iced=shorter | 66 E9`. */
export function bucketKey(
  mismatch: Mismatch,
  identity: Identity = identify(mismatch.input.bytes, mismatch.input.mode),
): string {
  const prefixes = prefixText(identity);
  return `${settingText(mismatch)} ${claimText(mismatch)} | ${prefixes === '' ? '' : `${prefixes} `}${opcodeText(identity)}`;
}

/** What mismatches of one cause share, whatever their prefixes, mode and vendor. */
export const causeKey = (
  mismatch: Mismatch,
  identity: Identity = identify(mismatch.input.bytes, mismatch.input.mode),
): string => `${claimText(mismatch)} | ${opcodeText(identity)}`;

/** `64-bit`, `64-bit amd`. */
export const settingText = ({ input: { mode, vendor } }: Pick<Mismatch, 'input'>): string =>
  vendor === 'intel' ? `${mode}-bit` : `${mode}-bit ${vendor}`;

/** One cause, as far as can be told: memory and register forms of an instruction that go the same way have one. */
export const isSameCause = (left: Mismatch, right: Mismatch): boolean =>
  claimText(left) === claimText(right) && instructionOf(left) === instructionOf(right);

const instructionOf = ({ input: { bytes, mode } }: Mismatch): string => instructionText(identify(bytes, mode));

const claimText = (mismatch: Mismatch): string => {
  const { part, ours, theirs }: Direction = directionOf(mismatch);
  const field = part === '' ? mismatch.observable : `${mismatch.observable} ${part}`;
  return `${mismatch.subject} ${field} ours=${ours} ${mismatch.subject}=${theirs}`;
};
