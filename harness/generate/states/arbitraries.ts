/**
 * fast-check arbitraries of executions, for laws in tests and for users of the library. They shrink as people do:
 * registers to zero, flags away, the memory operand to the beginning of the window, its bytes to zero, and the
 * instruction as `instructions` does.
 */
import fc from 'fast-check';
import { decode } from '../../../emulator/decode/decode.ts';
import type { Instruction } from '../../../emulator/isa/instruction.ts';
import { type CpuState, type Execution, StateWord } from '../../execution.ts';
import { pageBytes, windowBase } from '../../sandbox.ts';
import type { Input } from '../../subject.ts';
import { type InstructionsOptions, instructions } from '../properties.ts';
import { aim, hasModrmMemory, Pair } from './aim.ts';
import { freeFlags } from './flags.ts';
import { homeState } from './home.ts';
import { isData } from './targets.ts';
import { boundaries } from './values.ts';

/** Values of 64 bits at which arithmetic changes its mind, and others. */
const boundaryValues = (): fc.Arbitrary<bigint> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 2, arbitrary: fc.constantFrom(0n, 1n, (1n << 64n) - 1n) },
    { weight: 4, arbitrary: fc.constantFrom(...boundaryList) },
    { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: 72n }) },
    { weight: 2, arbitrary: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }) },
  );

const boundaryList: readonly bigint[] = Array.from(
  { length: boundaries.length >> 1 },
  (_, k) => (BigInt(boundaries[2 * k + 1] ?? 0) << 32n) | BigInt(boundaries[2 * k] ?? 0),
);

/** States of a mode whose segments and place are the plain ones. */
const statesOf = (mode: Input['mode']): fc.Arbitrary<CpuState> =>
  fc
    .tuple(
      fc.array(boundaryValues(), { minLength: mode === 64 ? 16 : 8, maxLength: mode === 64 ? 16 : 8 }),
      fc.subarray(flagList),
    )
    .map(([values, flags]) => {
      const state = homeState(mode);
      for (const [k, value] of values.entries()) state.set64(2 * k, mode === 64 ? value : value & 0xffff_ffffn);
      for (const flag of flags) state.words[StateWord.rflags] = (state.words[StateWord.rflags] ?? 0) | flag;
      return state;
    });

const flagList: number[] = Array.from({ length: 22 }, (_, bit) => 1 << bit).filter((flag) => (flag & freeFlags) !== 0);

/** Where the memory operand lies: from the window's beginning, and mostly near the ends of pages. Null leaves it be. */
const places = fc.option(
  fc.oneof(
    fc.nat(0x3fff).map((offset) => windowBase + offset),
    fc.tuple(fc.nat(3), fc.nat(16)).map(([page, before]) => windowBase + (page + 1) * pageBytes - before),
  ),
  { nil: null, freq: 6 },
);

/** Most of them valid instructions, whose memory operand the state points to. */
export const executions = (options: InstructionsOptions = {}): fc.Arbitrary<Execution> =>
  instructions(options).chain((input) =>
    fc
      .tuple(statesOf(input.mode), places, fc.uint8Array({ minLength: 16, maxLength: 16 }))
      .map(([state, place, content]) => executionOf(input, { state, place, content })),
  );

interface Drawn {
  readonly state: CpuState;
  readonly place: number | null;
  readonly content: Uint8Array;
}

const executionOf = ({ bytes, mode, vendor }: Input, { state, place, content }: Drawn): Execution => {
  const decoded = decode(bytes, mode, { vendor });
  if (decoded.status !== 'valid') return { mode, bytes: bytes.slice(0, 15), state, memory: [] };
  const { instruction } = decoded;
  const own = bytes.slice(0, instruction.lengthBytes);
  if (place === null || !hasModrmMemory(instruction)) return { mode, bytes: own, state, memory: [] };
  aimAt(instruction, state, own, place);
  const memory = isData(place, content.length, false) ? [{ address: place, bytes: content }] : [];
  return { mode, bytes: own, state, memory };
};

const aimAt = (instruction: Instruction, state: CpuState, bytes: Uint8Array, address: number): void => {
  const pair = new Pair();
  pair.low = address;
  aim({ instruction, state, bytes }, pair);
  if (instruction.mode === 64) return;
  for (let word = 1; word < 16; word += 2) state.words[word] = 0;
};
