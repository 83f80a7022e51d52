/** How small an execution is: its bytes first, then what its state says beyond the plainest one of its mode. */
import { type Execution, type MemoryRun, StateWord } from '../execution.ts';
import { homeOf } from '../generate/states/home.ts';

/**
 * The order in which executions are small: short, narrow mode, plain state, then by bytes. A total one, so that samples
 * do not depend on the order of finding.
 */
export const isSmallerExecution = (left: Execution, right: Execution): boolean => {
  if (left.bytes.length !== right.bytes.length) return left.bytes.length < right.bytes.length;
  if (left.mode !== right.mode) return left.mode < right.mode;
  const difference = costOf(left) - costOf(right);
  if (difference !== 0) return difference < 0;
  for (const [k, byte] of left.bytes.entries()) {
    const other = right.bytes[k] ?? 0;
    if (byte !== other) return byte < other;
  }
  return stateKey(left) < stateKey(right);
};

/** All of a state in one text. */
export const stateKey = ({ state, memory }: Execution): string =>
  `${state.words.join(' ')} ${memory.map(({ address, bytes }) => `${address}:${bytes.join(' ')}`).join(' ')}`;

/** A copy that shares nothing with pools that are drawn anew. */
export const copyExecution = ({ mode, bytes, state, memory }: Execution): Execution => ({
  mode,
  bytes: new Uint8Array(bytes),
  state: state.clone(),
  memory: memory.map(copyRun),
});

const copyRun = ({ address, bytes }: MemoryRun): MemoryRun => ({ address, bytes: new Uint8Array(bytes) });

const costOf = ({ mode, state, memory }: Execution): number => {
  const { words } = state;
  const home = homeOf(mode, state).words;
  let cost = 0;
  for (let k = 0; k < 16; k++) cost += cost64(words, StateWord.gpr + 2 * k);
  cost += cost64(words, StateWord.fsBase) + cost64(words, StateWord.gsBase);
  cost += bitsOf(words, StateWord.rip, home) + bitsOf(words, StateWord.rflags, home);
  for (let k = 0; k < 6; k++) if (words[StateWord.selectors + k] !== home[StateWord.selectors + k]) cost += 8;
  for (const { bytes } of memory) cost += 4 + bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 3), 0);
  return cost;
};

/** Nothing for zero; else by bits that are set, and by how far up they stand. */
const cost64 = (words: Uint32Array, word: number): number => {
  const low = words[word] ?? 0;
  const high = words[word + 1] ?? 0;
  if (low === 0 && high === 0) return 0;
  const length = high === 0 ? 32 - Math.clz32(low) : 64 - Math.clz32(high);
  return 2 + populationOf(low) + populationOf(high) + (length >> 3);
};

const bitsOf = (words: Uint32Array, word: number, home: Uint32Array): number =>
  populationOf((words[word] ?? 0) ^ (home[word] ?? 0)) + populationOf((words[word + 1] ?? 0) ^ (home[word + 1] ?? 0));

const populationOf = (value: number): number => {
  let count = 0;
  for (let rest = value | 0; rest !== 0; rest &= rest - 1) count++;
  return count;
};
