/**
 * Sorts one subject's mismatches into buckets as they come: what a known row claims is counted at once; of the others
 * the first of each cause is shrunk, and those that differ from it only by further prefixes are counted with it.
 */
import { bucketKey, causeKey, isSameCause, settingText } from '../bucket/bucket.ts';
import { identify, prefixBits } from '../bucket/identity.ts';
import type { KnownRows } from '../known/match.ts';
import type { Mismatch } from '../mismatch.ts';
import type { FormState } from '../report/form-state.ts';
import { type Ask, shrink } from '../shrink/shrink.ts';
import { type Draft, decodings, GrowingDraft, knownKey } from './draft.ts';

export interface SiftOptions {
  readonly known: KnownRows;
  /** How a mismatch is asked about again. */
  readonly askAbout: (mismatch: Mismatch) => Ask;
  /** Mismatches shrunk at most; the rest go by cause alone. */
  readonly shrinks: number;
}

export class Sift {
  /** `row id, mode` of every row that fired. */
  readonly fired = new Set<string>();
  explained = 0;
  unexplained = 0;
  readonly #options: SiftOptions;
  readonly #drafts = new Map<string, GrowingDraft>();
  readonly #settled = new Map<string, Settled[]>();
  #shrinks = 0;

  constructor(options: SiftOptions) {
    this.#options = options;
  }

  drafts(): readonly Draft[] {
    // A row that claims only what slipped has fired, but no case of this campaign is its.
    return [...this.#drafts.values()].filter(({ samples }) => samples.length > 0);
  }

  /** Counts a mismatch where that can be done at once; null where it has to be shrunk first, with `shrink`. */
  count(mismatch: Mismatch): FormState | null {
    const draft = this.#claimed(mismatch) ?? this.#settledDraft(mismatch);
    if (draft === null) return null;
    draft.add(mismatch);
    return this.#tally(draft);
  }

  /** Shrinks a mismatch of a new cause, files it, and goes on with what slipped on the way. */
  async shrink(mismatch: Mismatch): Promise<FormState> {
    let state: FormState = 'unexplained';
    const waiting = [mismatch];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const isSlipped = next !== mismatch;
      if (isSlipped && (this.#claimed(next) ?? this.#settledDraft(next)) !== null) continue;
      const { draft, slipped } = await this.#settle(next);
      draft.count++;
      if (!isSlipped) state = this.#tally(draft);
      waiting.push(...slipped);
    }
    return state;
  }

  #tally(draft: GrowingDraft): FormState {
    if (draft.known === null) {
      this.unexplained++;
      return 'unexplained';
    }
    this.explained++;
    return 'explained';
  }

  #claimed(mismatch: Mismatch): GrowingDraft | null {
    const row = this.#options.known.claim(mismatch);
    if (row === null) return null;
    const { mode } = mismatch.input;
    this.fired.add(firedKey(row.id, mode));
    return this.#draft(knownKey(mode, mismatch.subject, row.id), row.id);
  }

  /** The bucket of a mismatch that has all prefixes which an earlier one of the same cause needed. */
  #settledDraft(mismatch: Mismatch): GrowingDraft | null {
    const settled = this.#settled.get(familyOf(mismatch));
    if (settled === undefined) return null;
    const bits = prefixBits(identify(mismatch.input.bytes, mismatch.input.mode));
    return settled.find(({ needed }) => (needed & ~bits) === 0)?.draft ?? null;
  }

  async #settle(mismatch: Mismatch): Promise<{ draft: GrowingDraft; slipped: readonly Mismatch[] }> {
    const family = familyOf(mismatch);
    if (this.#shrinks >= this.#options.shrinks) {
      const draft = this.#draft(`${family} (not shrunk)`, null);
      this.#remember(family, { needed: 0, draft });
      draft.show(mismatch);
      return { draft, slipped: [] };
    }
    this.#shrinks++;
    const { mismatch: small, slipped } = await shrink(mismatch, this.#options.askAbout(mismatch), {
      isSame: isSameCause,
    });
    const identity = identify(small.input.bytes, small.input.mode);
    const draft = this.#claimed(small) ?? this.#draft(bucketKey(small, identity), null);
    draft.show(small);
    this.#remember(family, { needed: prefixBits(identity), draft });
    return { draft, slipped };
  }

  #remember(family: string, settled: Settled): void {
    const before = this.#settled.get(family);
    if (before === undefined) this.#settled.set(family, [settled]);
    else before.push(settled);
  }

  #draft(key: string, known: string | null): GrowingDraft {
    const draft = this.#drafts.get(key) ?? new GrowingDraft(key, known, decodings);
    this.#drafts.set(key, draft);
    return draft;
  }
}

/** A cause that was shrunk: the prefixes it needs, and its bucket. */
interface Settled {
  readonly needed: number;
  readonly draft: GrowingDraft;
}

const familyOf = (mismatch: Mismatch): string => `${settingText(mismatch)} ${causeKey(mismatch)}`;

export const firedKey = (rowId: string, mode: number): string => `${rowId} ${mode}`;
