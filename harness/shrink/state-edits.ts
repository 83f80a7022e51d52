/**
 * The ways to make a state plainer, pass by pass: each edit takes one thing away, so that several can be made at once.
 * An edit that has nothing to do gives the execution back as it is.
 */
import { decode } from '../../emulator/decode/decode.ts';
import type { Vendor } from '../../emulator/isa/modes.ts';
import { type CpuState, type Execution, type MemoryRun, StateWord } from '../execution.ts';
import { aim, Pair } from '../generate/states/aim.ts';
import { freeFlags } from '../generate/states/flags.ts';
import { homeOf } from '../generate/states/home.ts';
import { settleBases } from '../generate/states/segments.ts';
import { realPages, realWindowBase, sandboxPages, windowBase } from '../sandbox.ts';
import { addressOf } from './state-carry.ts';

export type StateEdit = (execution: Execution) => Execution;
export type StatePass = (execution: Execution, vendor: Vendor) => readonly StateEdit[];

const withState = (execution: Execution, change: (state: CpuState) => void): Execution => {
  const state = execution.state.clone();
  change(state);
  settleBases(state, execution.mode);
  return { ...execution, state };
};

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => k);

/** All that most mismatches do not need, at once and by kind. */
export const leaps: StatePass = () => [
  (execution) => ({ ...execution, state: homeOf(execution.mode, execution.state), memory: [] }),
  withoutMemory,
  plainSegments,
  noFlags,
  homePlace,
];

const withoutMemory: StateEdit = (execution) => ({ ...execution, memory: [] });

const plainSegments: StateEdit = (execution) =>
  withState(execution, ({ words }) => {
    const home = homeOf(execution.mode, execution.state).words;
    for (let word = StateWord.selectors; word < StateWord.gsBase + 2; word++) words[word] = home[word] ?? 0;
  });

const noFlags: StateEdit = (execution) =>
  withState(execution, ({ words }) => {
    words[StateWord.rflags] = (words[StateWord.rflags] ?? 0) & ~freeFlags;
  });

const homePlace: StateEdit = (execution) =>
  withState(execution, ({ words }) => {
    words[StateWord.rip] = homeOf(execution.mode, execution.state).words[StateWord.rip] ?? 0;
    words[StateWord.rip + 1] = 0;
  });

const setRegister =
  (number: number, value: bigint): StateEdit =>
  (execution) =>
    withState(execution, (state) =>
      state.set64(StateWord.gpr + 2 * number, execution.mode === 64 ? value : value & 0xffff_ffffn),
    );

export const zeroRegisters: StatePass = ({ state }) =>
  range(16)
    .filter((number) => state.get64(StateWord.gpr + 2 * number) !== 0n)
    .map((number) => setRegister(number, 0n));

/** One, parts of what it is, its highest and its lowest bit, and round addresses. */
export const plainerRegisters: StatePass = ({ state }) =>
  range(16).flatMap((number) => {
    const value = state.get64(StateWord.gpr + 2 * number);
    return [...new Set(plainerValues(value))]
      .filter((plainer) => plainer !== value)
      .map((plainer) => setRegister(number, plainer));
  });

/** Sign bits and carries. */
const roundValues = [7n, 8n, 15n, 16n, 31n, 32n, 63n].map((bit) => 1n << bit);

const plainerValues = (value: bigint): readonly bigint[] => {
  if (value === 0n) return [];
  const highest = 1n << BigInt(value.toString(2).length - 1);
  return [
    1n,
    value & 0xffn,
    value & 0xffffn,
    value & 0xffff_ffffn,
    value & ~0xffffn,
    highest,
    value & -value,
    value & ~highest,
    value & (value - 1n),
    value & ~0xffn,
    value & ~0xfffn,
    ...roundValues,
  ];
};

export const lessFlags: StatePass = ({ state }) =>
  range(22)
    .map((bit) => 1 << bit)
    .filter((bit) => (freeFlags & bit & (state.words[StateWord.rflags] ?? 0)) !== 0)
    .map(
      (bit): StateEdit =>
        (execution) =>
          withState(execution, ({ words }) => {
            words[StateWord.rflags] = (words[StateWord.rflags] ?? 0) & ~bit;
          }),
    );

/** Each run away, its bytes zero, one of them zero, or half of them gone. */
export const lessMemory: StatePass = ({ memory }) =>
  memory.flatMap(({ address, bytes }) => {
    const replaced =
      (by: readonly MemoryRun[]): StateEdit =>
      (execution) => ({
        ...execution,
        memory: execution.memory.flatMap((run) => (run.address === address ? by : [run])),
      });
    const half = bytes.length >> 1;
    return [
      replaced([]),
      replaced([{ address, bytes: new Uint8Array(bytes.length) }]),
      ...(half === 0
        ? []
        : [
            replaced([{ address, bytes: bytes.slice(0, half) }]),
            replaced([{ address: address + half, bytes: bytes.slice(half) }]),
          ]),
      ...range(Math.min(bytes.length, mostBytes)).map((at) => replaced([{ address, bytes: bytes.with(at, 0) }])),
    ];
  });

/** Bytes of a run that are tried one by one. */
const mostBytes = 16;

export const segments: StatePass = ({ mode, state }) => {
  const home = homeOf(mode, state).words;
  return range(6).map(
    (k): StateEdit =>
      (execution) =>
        withState(execution, ({ words }) => {
          words[StateWord.selectors + k] = home[StateWord.selectors + k] ?? 0;
        }),
  );
};

export const bases: StatePass = () =>
  [StateWord.fsBase, StateWord.gsBase].map(
    (word): StateEdit =>
      (execution) =>
        withState(execution, (state) => state.set64(word, 0n)),
  );

/** The memory operand at the beginning of a page, and what stands there with it. */
export const roundAddress: StatePass = (from, vendor) => {
  const decoded = decode(from.bytes, from.mode, { vendor });
  const linear = decoded.status === 'valid' ? addressOf(decoded.instruction, from) : null;
  if (decoded.status !== 'valid' || linear === null) return [];
  const { instruction } = decoded;
  const { isReal } = from.state;
  const base = isReal ? realWindowBase : windowBase;
  return [base, Number(linear & ~0xfffn & 0xffff_ffffn)].map(
    (address): StateEdit =>
      (execution) => {
        const bytes = new Uint8Array(execution.bytes);
        const moved = withState(execution, (state) => {
          const pair = new Pair();
          pair.low = address;
          aim({ instruction, state, bytes }, pair);
        });
        const memory = execution.memory.map((run) => (BigInt(run.address) === linear ? { ...run, address } : run));
        return areInPages(memory, isReal) ? { ...moved, bytes, memory } : execution;
      },
  );
};

/** Sorted, apart, and within what is mapped: as an execution's memory is to be. */
const areInPages = (memory: readonly MemoryRun[], isReal: boolean): boolean =>
  memory.every(({ address, bytes }, k) => {
    const next = memory[k + 1];
    if (next !== undefined && next.address < address + bytes.length) return false;
    return [address, address + bytes.length - 1].every((end) =>
      (isReal ? realPages : sandboxPages).some((page) => end >= page.address && end < page.address + 4096),
    );
  });
