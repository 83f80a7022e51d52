/** Who is right about an execution: what a CPU did, then the manuals; that an emulator says so proves nothing. */
import { executionDifferences, isEitherSilent } from '../../compare/execution.ts';
import type { ExecutionAnswer } from '../../execution.ts';
import type { ExecutionKnownRow } from '../../known/execution-row.ts';
import type { ExecutionMismatch, Verdict } from '../../mismatch.ts';

export const judgeExecution = (
  { subject, observable, input, theirs }: ExecutionMismatch,
  { known, silicon }: { readonly known: ExecutionKnownRow | null; readonly silicon: string | null },
): Verdict => {
  if (known !== null) {
    const { right, note, manual } = known;
    if (known.silicon === undefined)
      return { right: right[input.vendor], evidence: 'citation', detail: note, place: manual };
    return { right: right[input.vendor], evidence: 'silicon', detail: `${note} ${known.silicon}`, place: manual };
  }
  if (theirs.status === 'crashed' || theirs.status === 'timed out')
    return { right: 'undecided', evidence: 'none', detail: `${subject} gave no answer to compare with.` };
  if (silicon === null)
    return { right: 'undecided', evidence: 'none', detail: `${subject} is an emulator too; no CPU was asked.` };
  if (observable === 'undefined-flags')
    return {
      right: 'theirs',
      evidence: 'silicon',
      detail: `The manual leaves these flags undefined; ${silicon} makes them so, and ours claims to be that CPU.`,
    };
  return { right: 'theirs', evidence: 'silicon', detail: `${silicon} does so.` };
};

/** Whose side somebody else takes, as a sentence; null where it says nothing. What rows leave undefined does not count. */
export const secondOpinion = (
  { execution, input: { vendor }, subject, ours, theirs }: ExecutionMismatch,
  { name, answer }: { readonly name: string; readonly answer: ExecutionAnswer },
): string | null => {
  if (isEitherSilent(ours, answer)) return null;
  const question = { execution, vendor, isOneCpu: false };
  const agrees = (other: ExecutionAnswer): boolean => executionDifferences(question, other, answer).length === 0;
  const sides = [...(agrees(ours) ? ['ours'] : []), ...(agrees(theirs) ? [subject] : [])];
  return `${name} agrees with ${sides.length === 0 ? 'neither' : sides.join(' and ')}.`;
};
