/** A bucket while it fills: the true count, and the smallest samples. */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { Mismatch } from '../mismatch.ts';
import { isSmaller } from '../shrink/edits.ts';
import { plainMismatch } from './plain.ts';

export interface Draft {
  readonly key: string;
  /** Id of the known row that claims it, or null. */
  readonly known: string | null;
  readonly count: number;
  /** Smallest first, each other bytes. */
  readonly samples: readonly Mismatch[];
}

const samplesKept = 5;

export class GrowingDraft implements Draft {
  readonly key: string;
  readonly known: string | null;
  count = 0;
  readonly samples: Mismatch[] = [];

  constructor(key: string, known: string | null) {
    this.key = key;
    this.known = known;
  }

  /** Counts it, and keeps it where it is one of the smallest. */
  add(mismatch: Mismatch): void {
    this.count++;
    this.show(mismatch);
  }

  /** Keeps it without counting. */
  show(mismatch: Mismatch): void {
    const { samples } = this;
    const last = samples[samples.length - 1];
    if (last !== undefined && samples.length === samplesKept && !isSmaller(mismatch.input, last.input)) return;
    const place = samples.findIndex((sample) => !isSmaller(sample.input, mismatch.input));
    const at = samples[place];
    // What is not smaller either way is the same input.
    if (at !== undefined && !isSmaller(mismatch.input, at.input)) return;
    samples.splice(place < 0 ? samples.length : place, 0, plainMismatch(mismatch));
    if (samples.length > samplesKept) samples.pop();
  }
}

/** One draft for each key, by key: the order in which parts came does not matter. */
export const mergeDrafts = (drafts: readonly Draft[]): Draft[] => {
  const byKey = new Map<string, GrowingDraft>();
  for (const draft of drafts) {
    const merged = byKey.get(draft.key) ?? new GrowingDraft(draft.key, draft.known);
    byKey.set(draft.key, merged);
    merged.count += draft.count;
    for (const sample of draft.samples) merged.show(sample);
  }
  return [...byKey.values()].sort((left, right) => (left.key < right.key ? -1 : Number(left.key > right.key)));
};

/** All that one row explains in one mode is one bucket. */
export const knownKey = (mode: Mode, subject: string, rowId: string): string => `${mode}-bit ${subject} known ${rowId}`;
