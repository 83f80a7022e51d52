/** What came of replaying captures, for people: counts, and each mismatch in two lines. */
import type { ReplayResult } from '../../harness/captures/replay.ts';
import { questionText } from '../../harness/captures/text.ts';
import type { ExecutionMismatch } from '../../harness/mismatch.ts';

const mostShown = 20;

export const replayText = ({ cpu, compared, same, masked, silent, known, mismatches }: ReplayResult): string => {
  const lines = [
    `Captures of ${cpu}: ${compared} compared, ${same} the same in every bit, ${masked} but for undefined flags.`,
    ...(silent === 0 ? [] : [`  ${silent} that ours does not speak of.`]),
    ...[...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, count]) => `  ${count} explained: ${id}`),
    ...(mismatches.length === 0 ? [] : [`  ${mismatches.length} that nothing explains:`]),
    ...mismatches.slice(0, mostShown).flatMap(mismatchLines),
    ...(mismatches.length > mostShown ? [`  and ${mismatches.length - mostShown} more.`] : []),
  ];
  return `${lines.join('\n')}\n`;
};

const mismatchLines = ({ execution, observable, part, says }: ExecutionMismatch): readonly string[] => [
  `  ${execution.mode}-bit ${questionText(execution)}`,
  `    ${[observable, part].filter((word) => word !== '').join(' ')}: ours ${says.ours}, the CPU ${says.theirs}`,
];
