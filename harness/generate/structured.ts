/**
 * Any number of inputs of 1 to 15 bytes that look like instructions, most of them 15 bytes long with random bytes behind
 * the instruction. Half come from a recipe: form after form, in an order shuffled anew each round, with prefixes, REX
 * bits, operands and numbers drawn at random. The other half are windows that slide over longer candidates, from left
 * to right: the first is well formed, the next ones lose their prefixes.
 */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { Input } from '../subject.ts';
import { Random } from './random.ts';
import { recipe } from './recipe.ts';
import { Seen } from './seen.ts';
import { windows } from './windows.ts';

export interface StructuredOptions {
  readonly mode: Mode;
  readonly seed: number;
  /** Inputs of all slices together. */
  readonly count: number;
  /** Default intel. */
  readonly vendor?: Vendor;
  /** One of `of` equal parts. Each goes over all forms, the first one in their plainest shape to begin with. */
  readonly slice?: { readonly index: number; readonly of: number };
}

/** Exactly `count` inputs, hardly any of them twice. */
export function* structured(options: StructuredOptions): Generator<Input> {
  const { mode, seed, count, vendor = 'intel', slice = { index: 0, of: 1 } } = options;
  const random = new Random(seed, `structured/${mode}/${vendor}/${slice.index}`);
  const seen = new Seen(seenBits);
  const sources = [
    recipe({ mode, vendor, random: random.split('recipe'), startsPlain: slice.index === 0 }),
    windows({ mode, random: random.split('windows') }),
  ];
  const share = Math.floor((count * (slice.index + 1)) / slice.of) - Math.floor((count * slice.index) / slice.of);
  for (let yielded = 0, turn = 0; yielded < share; turn++) {
    const bytes = sources[turn & 1]?.next().value ?? new Uint8Array();
    if (bytes.length === 0 || !seen.add(bytes)) continue;
    yielded++;
    yield { bytes, mode, vendor };
  }
}

/** 8 MiB. The same for every count, so that more inputs begin like fewer. */
const seenBits = 21;
