/** What was measured, as text. */
import { countText, shareText } from '../../harness/report/hex.ts';
import { columns } from '../commands/columns.ts';
import type { Job } from './contenders.ts';
import type { Linearity } from './linearity.ts';
import type { Heap, Timing } from './measure.ts';
import type { NativeTimes } from './native.ts';
import type { Stream } from './stream.ts';

export interface Measured {
  readonly input: string;
  readonly stream: Stream;
  readonly timings: readonly (Timing & { readonly job: Job; readonly count: number })[];
  /** Of the first `nativeCount` instructions. */
  readonly native: readonly NativeTimes[];
  readonly nativeCount: number;
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

/** A line a job that some native decoder knows. */
export const nativeText = (all: readonly Measured[]): string => {
  const names = [...new Set(all.flatMap(({ native }) => native.map(({ name, version }) => `${name} ${version}`)))];
  if (names.length === 0) return 'None is installed.\n';
  const lines = columns([
    ['input', 'mode', 'job', 'ours', ...names.flatMap((name) => [name, 'ratio'])],
    ...all.flatMap(({ input, stream, timings, native, nativeCount }) =>
      timings
        .filter(({ job }) => native.some(({ ms }) => ms.has(job)))
        .map(({ job, count, oursMs }) => [
          input,
          String(stream.mode),
          job,
          rateText(count, oursMs),
          ...names.flatMap((name) => {
            const ms = native.find((one) => `${one.name} ${one.version}` === name)?.ms.get(job);
            if (ms === undefined) return ['', ''];
            return [rateText(nativeCount, ms), `${(ms / nativeCount / (oursMs / count)).toFixed(2)}x`];
          }),
        ]),
    ),
  ]);
  return `${lines.join('\n')}\n`;
};

export const linearityText = ({ count, shortMs, longMs, heap }: Linearity): string => {
  const lines = columns([
    ['', 'rate', 'heap grown'],
    ['1 MB', rateText(count, shortMs), ''],
    ['100 MB', rateText(count, longMs), `${(heap.grownBytes / count).toFixed(4)} bytes an instruction`],
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
