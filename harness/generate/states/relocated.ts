/**
 * Pairs of executions that must come to the same: an instruction in place, and its relocated copy in a slot. Both copies
 * stand in memory in both, so that the pair differs in where rIP begins alone.
 */
import { isPlaced, type Placed, placeAt } from '../../../emulator/clients/code/placed.ts';
import { isRefusal } from '../../../emulator/clients/code/refusal.ts';
import { isPositioned, relocate } from '../../../emulator/clients/code/relocate.ts';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { type Execution, type MemoryRun, StateWord } from '../../execution.ts';
import { codeAddress, pageBytes } from '../../sandbox.ts';
import type { Random } from '../random.ts';
import { DrawnExecution } from './drawn.ts';
import { ExecutionDraw } from './executions.ts';
import { baseOf } from './segments.ts';

export interface Relocated {
  readonly inPlace: Execution;
  readonly inSlot: Execution;
  readonly original: Placed;
  readonly copy: Placed;
  /** Something in it counts from rIP. */
  readonly isPositioned: boolean;
}

export interface RelocatedOptions {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly seed: number;
}

/** Half of them instructions that count from rIP, although those are few among all. */
export function* relocatedPairs(options: RelocatedOptions): Generator<Relocated> {
  const draw = new ExecutionDraw({ ...options, label: 'relocated' });
  const random = draw.random.split('slots');
  const drawn = new DrawnExecution();
  let surplus = 0;
  for (;;) {
    draw.draw(drawn);
    if (drawn.form < 0) continue;
    const pair = pairOf(drawn, options.vendor, random);
    if (pair === null || (!pair.isPositioned && surplus > 0)) continue;
    surplus += pair.isPositioned ? -1 : 1;
    yield pair;
  }
}

const pairOf = (drawn: Execution, vendor: Vendor, random: Random): Relocated | null => {
  const { mode, state, memory } = drawn;
  const bytes = drawn.bytes.slice();
  const ip = (state.words[StateWord.rip] ?? 0) >>> 0;
  const place = (ip + baseOf(state, mode, 1)) >>> 0;
  const slot = drawSlot(place, random);
  const original = placeAt(bytes, BigInt(ip), { mode, vendor });
  if (slot === null || !isPlaced(original)) return null;
  const copy = relocate(original, BigInt((ip + slot - place) >>> 0));
  if (isRefusal(copy)) return null;
  const runs = [
    { address: place, bytes },
    { address: slot, bytes: copy.bytes },
  ];
  if (memory.some((run) => runs.some((own) => overlap(run, own)))) return null;
  const all = [...memory.map(copyOf), ...runs].sort((a, b) => a.address - b.address);
  const moved = state.clone();
  moved.words[StateWord.rip] = Number(copy.address);
  return {
    inPlace: { mode, bytes, state: state.clone(), memory: all },
    inSlot: { mode, bytes: copy.bytes, state: moved, memory: all },
    original,
    copy,
    isPositioned: isPositioned(original),
  };
};

/** What an executor may put behind an instruction, to come back. */
const margin = 48;

/** In the code page; near enough for a distance of eight bits half of the time. Null where the original is at its edge. */
const drawSlot = (place: number, random: Random): number | null => {
  const last = codeAddress + pageBytes - margin;
  if (place < codeAddress || place > last) return null;
  const isNear = random.chance(1, 2);
  const distance = isNear ? margin + random.below(64) : margin + random.below(pageBytes);
  const slot = random.chance(1, 2) ? place + distance : place - distance;
  return slot < codeAddress || slot > last ? null : slot;
};

const overlap = (a: MemoryRun, b: MemoryRun): boolean =>
  a.address < b.address + margin && b.address < a.address + a.bytes.length;

const copyOf = ({ address, bytes }: MemoryRun): MemoryRun => ({ address, bytes: bytes.slice() });
