/**
 * The state of an execution as one line that people can read, paste and change: what differs from the plainest state of
 * the mode. `rax=1 rflags=203 ds=17 @100000=00FF`; a memory run is its linear address and its bytes.
 */

import type { Mode } from '../../emulator/isa/modes.ts';
import { fullNames, segmentNames } from '../compare/execution-role.ts';
import { type CpuState, type Execution, type MemoryRun, StateWord } from '../execution.ts';
import { homeOf, homeState, realHomeState } from '../generate/states/home.ts';
import type { ExecutionMismatch } from '../mismatch.ts';

/** `npx touchstone replay --bytes 4819D8 --mode 64 --state 'rax=1'`. */
export const executionReplayLine = ({ input: { bytes, mode, vendor }, execution }: ExecutionMismatch): string => {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const whose = vendor === 'intel' ? '' : ` --vendor ${vendor}`;
  return `npx touchstone replay --bytes ${hex} --mode ${mode}${whose} --state '${stateLine(execution)}'`;
};

export const stateLine = ({ mode, state, memory }: Pick<Execution, 'mode' | 'state' | 'memory'>): string =>
  [...(state.isReal ? ['real=1'] : []), ...changedFields(state, homeOf(mode, state)), ...memory.map(runText)].join(' ');

/** Fields in which a state differs from another one, as `name=value` in hex. */
export const changedFields = (state: CpuState, from: CpuState): readonly string[] =>
  stateFields.flatMap(({ name, word, isWide }) => {
    const [now, before] = [state, from].map((one) => (isWide ? one.get64(word) : BigInt(one.words[word] ?? 0)));
    return now === before || now === undefined ? [] : [`${name}=${now.toString(16)}`];
  });

export const runText = ({ address, bytes }: MemoryRun): string =>
  `@${address.toString(16)}=${Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('')}`;

export interface StateField {
  readonly name: string;
  readonly word: number;
  /** 64 bits, not 32. */
  readonly isWide: boolean;
}

export const stateFields: readonly StateField[] = [
  ...fullNames.map((name, k) => ({ name, word: StateWord.gpr + 2 * k, isWide: true })),
  { name: 'rip', word: StateWord.rip, isWide: true },
  { name: 'rflags', word: StateWord.rflags, isWide: true },
  ...segmentNames.map((name, k) => ({ name, word: StateWord.selectors + k, isWide: false })),
  { name: 'fsbase', word: StateWord.fsBase, isWide: true },
  { name: 'gsbase', word: StateWord.gsBase, isWide: true },
  { name: 'real', word: StateWord.real, isWide: false },
];

export type ReadState =
  | { readonly state: CpuState; readonly memory: readonly MemoryRun[] }
  /** What is wrong, as a sentence without its full stop. */
  | { readonly problem: string };

/** The state that a line tells of. */
export const readStateLine = (line: string, mode: Mode): ReadState => {
  const words = line.split(/\s+/).filter((one) => one !== '');
  const isReal = words.includes('real=1');
  if (isReal && mode !== 16) return { problem: 'real mode is of 16-bit code: --mode 16' };
  const state = isReal ? realHomeState() : homeState(mode);
  const memory: MemoryRun[] = [];
  for (const word of words) {
    const problem = word.startsWith('@') ? readRun(word, memory) : readField(word, state);
    if (problem !== null) return { problem };
  }
  memory.sort((left, right) => left.address - right.address);
  const overlap = memory.some(({ address, bytes }, k) => address + bytes.length > (memory[k + 1]?.address ?? Infinity));
  return overlap ? { problem: 'two runs of memory overlap' } : { state, memory };
};

const readField = (word: string, state: CpuState): string | null => {
  const [, name = '', value = ''] = /^([a-z0-9]+)=(?:0x)?([0-9a-f]{1,16})$/i.exec(word) ?? [];
  const field = stateFields.find((one) => one.name === name.toLowerCase());
  if (field === undefined)
    return `"${word}" is no part of a state: these are NAME=HEX with ${stateFields.map((one) => one.name).join(', ')}, and @ADDRESS=BYTES`;
  if (field.isWide) state.set64(field.word, BigInt(`0x${value}`));
  else if (value.length > 4) return `"${word}" is no selector: those have 16 bits`;
  else state.words[field.word] = Number.parseInt(value, 16);
  return null;
};

const readRun = (word: string, into: MemoryRun[]): string | null => {
  const [, address = '', hex = ''] = /^@(?:0x)?([0-9a-f]{1,13})=((?:[0-9a-f]{2})+)$/i.exec(word) ?? [];
  if (hex === '') return `"${word}" is no memory: that is @ADDRESS=BYTES, both in hex`;
  const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, k) => Number.parseInt(hex.slice(2 * k, 2 * k + 2), 16));
  into.push({ address: Number.parseInt(address, 16), bytes });
  return null;
};
