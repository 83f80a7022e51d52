/** A setup of toys, for workers as well: a module of its own. */
import type { KnownRow } from '../../known/row.ts';
import type { Input, Subject } from '../../subject.ts';
import type { Setup, SetupReference, Slice } from '../setup.ts';
import { createToy, type ToyBug } from './toy-subject.ts';

export interface ToyOptions {
  /** What is wrong with theirs. */
  readonly bugs: readonly ToyBug[];
  readonly cases: number;
  readonly slices: number;
  /** The row for LOCK everywhere, and one that never fires. */
  readonly known: 'none' | 'lock' | 'stale';
  /** The slice which kills whoever does it. */
  readonly fatalSlice?: number;
  readonly withLaws?: boolean;
}

export const toySetup = (options: Partial<ToyOptions> = {}): SetupReference => ({
  module: import.meta.url,
  options: { bugs: [], cases: 600, slices: 3, known: 'none', ...options },
});

const isToyOptions = (options: unknown): options is ToyOptions =>
  typeof options === 'object' && options !== null && 'bugs' in options && 'cases' in options;

export const createSetup = async (options: unknown): Promise<Setup> => {
  if (!isToyOptions(options)) throw new Error('These are no toy options.');
  const theirs: Subject = createToy('toy', options.bugs);
  return {
    ours: createToy('touchstone', [], 32),
    others: [theirs, { name: 'absent', unavailable: 'it is not installed', remedy: 'install it' }],
    sources: [
      {
        name: 'random',
        version: '1',
        portable: true,
        slices: options.slices,
        inputs: (slice) => randomInputs(slice, options),
      },
    ],
    known: options.known === 'none' ? [] : options.known === 'lock' ? [lockRow] : [lockRow, staleRow],
    goals: () => ['add', 'unheard-of'].map((form) => ({ form })),
    ...(options.withLaws === true ? { laws: { tools: {}, share: 2 } } : {}),
  };
};

const lockRow: KnownRow = {
  id: 'toy-lock',
  subject: 'toy',
  modes: [16, 32, 64],
  observables: ['validity'],
  match: { prefixes: { all: [0xf0] } },
  says: { ours: 'invalid', theirs: 'valid' },
  right: { intel: 'ours', amd: 'ours' },
  class: 'oracle-bug',
  manual: 'SDM 2A LOCK',
  note: 'The toy accepts LOCK everywhere.',
};

const staleRow: KnownRow = {
  ...lockRow,
  id: 'toy-stale',
  match: { map: 1, opcodes: [0x0b] },
  note: 'The toy knows UD2.',
};

const opcodes = [[0x01], [0x89], [0x3d], [0x91], [0xc1], [0xe8], [0xff], [0xd6], [0x0f, 0xaf], [0x0f, 0xa2], [0x06]];
const legacy = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x64];

function* randomInputs(slice: Slice, options: ToyOptions): Generator<Input> {
  if (slice.index === options.fatalSlice) process.exit(3);
  const random = xorshift(
    slice.seed * 1000003 + slice.index * 7919 + slice.mode * 31 + (slice.vendor === 'amd' ? 1 : 0),
  );
  for (let k = 0; k < options.cases; k++) {
    const bytes: number[] = [];
    for (let n = random(4); n > 1; n--) bytes.push(legacy[random(legacy.length)] ?? 0x66);
    if (slice.mode === 64 && random(2) === 0) bytes.push(0x40 + random(16));
    bytes.push(...(opcodes[random(opcodes.length)] ?? [0x90]));
    while (bytes.length < 15) bytes.push(random(256));
    yield { bytes: Uint8Array.from(bytes), mode: slice.mode, vendor: slice.vendor };
  }
}

const xorshift = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};
