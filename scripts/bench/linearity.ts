/** The same instructions as one long input and as a short one again and again: a decoder that is linear takes as long. */
import { ours } from './contenders.ts';
import { cpuTimeMs } from './cpu-time.ts';
import { type Heap, median, watchHeap } from './measure.ts';
import { streamOf } from './stream.ts';

export interface Linearity {
  /** Instructions of either. */
  readonly count: number;
  readonly shortMs: number;
  readonly longMs: number;
  /** Of the long one. */
  readonly heap: Heap;
}

const times = 100;
const rounds = 5;

/** Takes the first MB of 64-bit code. */
export const measureLinearity = async (code: Uint8Array): Promise<Linearity> => {
  const short = streamOf(code.subarray(0, 1 << 20), 64);
  const bytes = new Uint8Array(short.bytes.length * times);
  for (let k = 0; k < times; k++) bytes.set(short.bytes, k * short.bytes.length);
  const long = { ...short, bytes, count: short.count * times };
  const [shortTimes, longTimes]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const startMs = cpuTimeMs();
    for (let k = 0; k < times; k++) ours.decode(short);
    const middleMs = cpuTimeMs();
    ours.decode(long);
    shortTimes.push(middleMs - startMs);
    longTimes.push(cpuTimeMs() - middleMs);
  }
  const heap = await watchHeap(() => ours.decode(long));
  return { count: long.count, shortMs: median(shortTimes), longMs: median(longTimes), heap };
};
