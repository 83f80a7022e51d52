/** The progress of a campaign in one line. */
import type { Progress } from '../../harness/campaign/conform.ts';
import { countText } from '../../harness/report/hex.ts';

export const progressText = ({ cases, unexplained, slicesDone, slices }: Progress): string => {
  const share = slices === 0 ? 0 : Math.floor((100 * slicesDone) / slices);
  return `${String(share).padStart(3)} %  ${countText(cases)} cases  ${countText(unexplained)} unexplained`;
};
