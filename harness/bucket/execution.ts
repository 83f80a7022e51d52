/** Names the bucket of a mismatch of executions: one name for one cause, final once the mismatch is shrunk. */
import { statusSay } from '../compare/execution-say.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import { settingText } from './bucket.ts';
import { type Identity, identify, instructionText, opcodeText, prefixText } from './identity.ts';

/** `64-bit cpu execution rflags A | 48 19 /r reg`; `32-bit cpu execution status ours=executed cpu=#GP | 8E /r mem`. */
export function executionBucketKey(mismatch: ExecutionMismatch): string {
  const identity = identityOf(mismatch);
  const prefixes = prefixText(identity);
  const opcode = `${prefixes === '' ? '' : `${prefixes} `}${opcodeText(identity)}`;
  return `${executionSettingText(mismatch)} ${claimText(mismatch, mismatch.part)} | ${opcode}`;
}

/** `16-bit amd real`. */
export const executionSettingText = (mismatch: ExecutionMismatch): string =>
  mismatch.execution.state.isReal ? `${settingText(mismatch)} real` : settingText(mismatch);

/** What mismatches of one cause share, whatever their prefixes and mode. Of flags, see `isSameExecutionCause`. */
export const executionCauseKey = (mismatch: ExecutionMismatch): string =>
  `${executionClaimText(mismatch)} | ${opcodeText(identityOf(mismatch))}`;

/**
 * One cause, as far as can be told. A wrong result makes other flags wrong in each state, so that one letter in common
 * will do.
 */
export const isSameExecutionCause = (left: ExecutionMismatch, right: ExecutionMismatch): boolean => {
  if (instructionText(identityOf(left)) !== instructionText(identityOf(right))) return false;
  if (isOfFlags(left) && left.observable === right.observable) return shareLetter(left.part, right.part);
  return claimText(left, left.part) === claimText(right, right.part);
};

/** The field and who says what of it, whichever the instruction. */
export const executionClaimText = (mismatch: ExecutionMismatch): string =>
  claimText(mismatch, isOfFlags(mismatch) ? '' : mismatch.part);

export const isOfFlags = ({ observable }: ExecutionMismatch): boolean =>
  observable === 'rflags' || observable === 'undefined-flags';

export const shareLetter = (left: string, right: string): boolean =>
  left === right || [...left].some((letter) => right.includes(letter));

const identityOf = ({ input: { bytes, mode } }: ExecutionMismatch): Identity => identify(bytes, mode);

const claimText = ({ subject, observable, ours, theirs }: ExecutionMismatch, part: string): string => {
  const field = observable.startsWith('gpr-') ? 'register' : observable;
  const what = part === '' ? field : `${field} ${part}`;
  if (observable !== 'status' && observable !== 'vector') return `${subject} execution ${what}`;
  return `${subject} execution ${what} ours=${plainStatus(ours)} ${subject}=${plainStatus(theirs)}`;
};

/** What a dead subject said on its way is not the direction. */
const plainStatus = (answer: ExecutionMismatch['ours']): string =>
  answer.status === 'fault' ? statusSay(answer) : answer.status;
