/** A bucket while it fills: the true count, and the smallest samples. */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { AnyMismatch, Mismatch } from '../mismatch.ts';
import { isSmaller } from '../shrink/edits.ts';
import { plainMismatch } from './plain.ts';

export interface Draft<M extends AnyMismatch = Mismatch> {
  readonly key: string;
  /** Id of the known row that claims it, or null. */
  readonly known: string | null;
  readonly count: number;
  /** Smallest first, each other bytes. */
  readonly samples: readonly M[];
}

/** What a draft has to know of the mismatches that it holds. */
export interface SampleKind<M> {
  isSmaller(left: M, right: M): boolean;
  /** A copy that can be kept. */
  plain(mismatch: M): M;
}

export const decodings: SampleKind<Mismatch> = {
  isSmaller: (left, right) => isSmaller(left.input, right.input),
  plain: plainMismatch,
};

const samplesKept = 5;

export class GrowingDraft<M extends AnyMismatch = Mismatch> implements Draft<M> {
  readonly key: string;
  readonly known: string | null;
  count = 0;
  readonly samples: M[] = [];
  readonly #kind: SampleKind<M>;

  constructor(key: string, known: string | null, kind: SampleKind<M>) {
    this.key = key;
    this.known = known;
    this.#kind = kind;
  }

  /** Counts it, and keeps it where it is one of the smallest. */
  add(mismatch: M): void {
    this.count++;
    this.show(mismatch);
  }

  /** Keeps it without counting. */
  show(mismatch: M): void {
    const { samples } = this;
    const kind = this.#kind;
    const last = samples[samples.length - 1];
    if (last !== undefined && samples.length === samplesKept && !kind.isSmaller(mismatch, last)) return;
    const place = samples.findIndex((sample) => !kind.isSmaller(sample, mismatch));
    const at = samples[place];
    // What is not smaller either way is the same input.
    if (at !== undefined && !kind.isSmaller(mismatch, at)) return;
    samples.splice(place < 0 ? samples.length : place, 0, kind.plain(mismatch));
    if (samples.length > samplesKept) samples.pop();
  }
}

/** One draft for each key, by key: the order in which parts came does not matter. */
export const mergeDrafts = (drafts: readonly Draft[]): Draft[] => mergeDraftsOf(decodings, drafts);

export const mergeDraftsOf = <M extends AnyMismatch>(
  kind: SampleKind<M>,
  drafts: readonly Draft<M>[],
): GrowingDraft<M>[] => {
  const byKey = new Map<string, GrowingDraft<M>>();
  for (const draft of drafts) {
    const merged = byKey.get(draft.key) ?? new GrowingDraft(draft.key, draft.known, kind);
    byKey.set(draft.key, merged);
    merged.count += draft.count;
    for (const sample of draft.samples) merged.show(sample);
  }
  return [...byKey.values()].sort((left, right) => (left.key < right.key ? -1 : Number(left.key > right.key)));
};

/** All that one row explains in one mode is one bucket. */
export const knownKey = (mode: Mode, subject: string, rowId: string): string => `${mode}-bit ${subject} known ${rowId}`;
