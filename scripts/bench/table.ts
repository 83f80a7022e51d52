/** What was measured, as text. */
import { countText, shareText } from '../../harness/report/hex.ts';
import { columns } from '../commands/columns.ts';
import type { Job } from './contenders.ts';
import type { Heap, Timing } from './measure.ts';
import type { Stream } from './stream.ts';

export interface Measured {
  readonly input: string;
  readonly stream: Stream;
  readonly timings: readonly (Timing & { readonly job: Job; readonly count: number })[];
  readonly heap: Heap;
}

export const tableText = (all: readonly Measured[]): string => {
  const lines = columns([
    ['input', 'mode', 'instructions', 'job', 'ours', 'iced-x86', 'ratio'],
    ...all.flatMap(({ input, stream, timings }) =>
      timings.map(({ job, count, oursMs, theirsMs }, index) => [
        ...(index === 0 ? [input, String(stream.mode), countText(stream.count)] : ['', '', '']),
        job,
        rateText(count, oursMs),
        rateText(count, theirsMs),
        `${(theirsMs / oursMs).toFixed(2)}x`,
      ]),
    ),
  ]);
  return `${lines.join('\n')}\n`;
};

/** Millions a second. */
const rateText = (count: number, ms: number): string => `${(count / ms / 1000).toFixed(1)} M/s`;

export const omissionsText = (all: readonly Measured[]): string => {
  const lines = columns([
    ['input', 'mode', 'decoded differently'],
    ...all.map(({ input, stream }) => {
      return [input, String(stream.mode), shareText(stream.differing, stream.count + stream.differing)];
    }),
  ]);
  return `${lines.join('\n')}\n`;
};

export const heapText = (all: readonly Measured[]): string => {
  const lines = columns([
    ['input', 'mode', 'bytes an instruction', 'collections'],
    ...all.map(({ input, stream, heap }) => [
      input,
      String(stream.mode),
      (heap.grownBytes / stream.count).toFixed(4),
      String(heap.collections),
    ]),
  ]);
  return `${lines.join('\n')}\n`;
};
