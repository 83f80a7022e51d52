/** Times two contenders in turns, so that whatever slows the machine slows both; and looks at the heap. */
import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { cpuTimeMs } from './cpu-time.ts';

export interface Timing {
  /** Median, of CPU time. */
  readonly oursMs: number;
  readonly theirsMs: number;
}

export interface Heap {
  /** JavaScript heap that one run leaves behind. */
  readonly grownBytes: number;
  /** Garbage collections during the run: an allocation for each instruction forces many. */
  readonly collections: number;
}

/** One run of each to warm up, then `rounds` of each. */
export const timeInTurns = (ours: () => unknown, theirs: () => unknown, rounds: number): Timing => {
  const ourTimes: number[] = [];
  const theirTimes: number[] = [];
  ours();
  theirs();
  for (let round = 0; round < rounds; round++) {
    ourTimes.push(timeOf(ours));
    theirTimes.push(timeOf(theirs));
  }
  return { oursMs: median(ourTimes), theirsMs: median(theirTimes) };
};

const timeOf = (run: () => unknown): number => {
  const startMs = cpuTimeMs();
  run();
  return cpuTimeMs() - startMs;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

export const watchHeap = async (run: () => unknown): Promise<Heap> => {
  collectGarbage();
  await nextTurn();
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ['gc'] });
  const before = process.memoryUsage().heapUsed;
  run();
  const grownBytes = process.memoryUsage().heapUsed - before;
  await nextTurn();
  observer.disconnect();
  return { grownBytes, collections };
};

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
};

/** Observers are told of collections in a later turn of the event loop. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));
