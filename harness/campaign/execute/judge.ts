/** Who is right about an execution: what a CPU did, then the manuals; that an emulator says so proves nothing. */
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
