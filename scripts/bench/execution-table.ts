/** What was measured of execution, as text. */
import { countText } from '../../harness/report/hex.ts';
import { columns } from '../commands/columns.ts';
import type { LoopMode, LoopName } from './loops.ts';
import type { Heap } from './measure.ts';
import type { OneShotMode } from './one-shot-cases.ts';

export interface OneShotMeasured {
  readonly mode: OneShotMode;
  /** Different instructions. */
  readonly count: number;
  /** Left out because Unicorn refuses them. */
  readonly refused: number;
  /** Whose registers differ from Unicorn's after them; null where there is no Unicorn. */
  readonly differing: number | null;
  readonly stateMs: number;
  readonly doorMs: number;
  readonly unicornMs: number | null;
}

export interface LoopMeasured {
  readonly name: LoopName;
  readonly mode: LoopMode;
  /** Instructions. */
  readonly steps: number;
  readonly ourMs: number;
  readonly theirMs: number | null;
  readonly heap: Heap;
}

const none = '–';

/** Thousands a second. */
const thousandsText = (count: number, ms: number | null): string =>
  ms === null ? none : `${(count / ms).toFixed(0)} k/s`;

const ratioText = (theirMs: number | null, ourMs: number): string =>
  theirMs === null ? none : `${(theirMs / ourMs).toFixed(2)}x`;

export const oneShotText = (all: readonly OneShotMeasured[]): string => {
  const lines = columns([
    [
      'mode',
      'instructions',
      'ours, on the state',
      'ours, by the door',
      'Unicorn',
      'ratio',
      'by the door',
      'refused',
      'differing',
    ],
    ...all.map(({ mode, count, refused, differing, stateMs, doorMs, unicornMs }) => [
      String(mode),
      countText(count),
      thousandsText(count, stateMs),
      thousandsText(count, doorMs),
      thousandsText(count, unicornMs),
      ratioText(unicornMs, stateMs),
      ratioText(unicornMs, doorMs),
      countText(refused),
      differing === null ? none : countText(differing),
    ]),
  ]);
  return `${lines.join('\n')}\n`;
};

/** Millions of instructions a second. */
const mipsText = (steps: number, ms: number | null): string => (ms === null ? none : (steps / ms / 1000).toFixed(1));

export const loopsText = (all: readonly LoopMeasured[]): string => {
  const lines = columns([
    ['loop', 'mode', 'instructions', 'ours', 'v86', 'ratio', 'bytes an instruction', 'collections'],
    ...all.map(({ name, mode, steps, ourMs, theirMs, heap }) => [
      name,
      String(mode),
      countText(steps),
      mipsText(steps, ourMs),
      mipsText(steps, theirMs),
      ratioText(theirMs, ourMs),
      (heap.grownBytes / steps).toFixed(4),
      String(heap.collections),
    ]),
  ]);
  return `${lines.join('\n')}\n`;
};
