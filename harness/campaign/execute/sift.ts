/**
 * Sorts one executor's mismatches into buckets as they come: what known rows claim is counted; of the others the first of
 * each cause is shrunk, and those that differ from it by more prefixes, or in more flags, are counted with it.
 */
import {
  executionBucketKey,
  executionCauseKey,
  executionSettingText,
  isOfFlags,
  shareLetter,
} from '../../bucket/execution.ts';
import { identify, prefixBits } from '../../bucket/identity.ts';
import type { ExecutionMismatch } from '../../mismatch.ts';
import type { FormState } from '../../report/form-state.ts';
import { type AskExecutions, shrinkExecution } from '../../shrink/state-search.ts';
import { GrowingDraft, knownKey } from '../draft.ts';
import { firedKey } from '../sift.ts';
import type { Again, Examined } from './examine.ts';
import { type ExecutionDraft, executions } from './plain.ts';

export interface ExecutionSiftOptions {
  readonly ask: AskExecutions;
  /** The row that claims a mismatch whole. */
  readonly examineAgain: (mismatch: ExecutionMismatch) => Promise<Again>;
  /** Mismatches shrunk at most; the rest go by cause alone. */
  readonly shrinks: number;
}

export class ExecutionSift {
  /** `row id, mode` of every row that fired. */
  readonly fired = new Set<string>();
  explained = 0;
  unexplained = 0;
  readonly #options: ExecutionSiftOptions;
  readonly #drafts = new Map<string, GrowingDraft<ExecutionMismatch>>();
  readonly #settled = new Map<string, Settled[]>();
  #shrinks = 0;

  constructor(options: ExecutionSiftOptions) {
    this.#options = options;
  }

  drafts(): readonly ExecutionDraft[] {
    return [...this.#drafts.values()].filter(({ samples }) => samples.length > 0);
  }

  /** Counts what is explained, or of a cause that was met before; else shrinks it, and goes on with what slipped. */
  async file(examined: Examined): Promise<FormState> {
    const draft = this.#placeOf(examined) ?? (await this.#shrinkAll(examined.mismatch));
    draft.add(examined.mismatch);
    if (draft.known === null) {
      this.unexplained++;
      return 'unexplained';
    }
    this.explained++;
    return 'explained';
  }

  #placeOf({ mismatch, row }: Examined): GrowingDraft<ExecutionMismatch> | null {
    if (row === null) return this.#settledDraft(mismatch);
    const { mode } = mismatch.input;
    this.fired.add(firedKey(row.id, mode));
    return this.#draft(knownKey(mode, mismatch.subject, row.id), row.id);
  }

  /** The bucket of a mismatch that has all prefixes which an earlier one of the same cause needed. */
  #settledDraft(mismatch: ExecutionMismatch): GrowingDraft<ExecutionMismatch> | null {
    const settled = this.#settled.get(familyOf(mismatch));
    if (settled === undefined) return null;
    const bits = prefixBits(identify(mismatch.input.bytes, mismatch.input.mode));
    const isOfIt = ({ needed, part }: Settled): boolean =>
      (needed & ~bits) === 0 && (!isOfFlags(mismatch) || shareLetter(part, mismatch.part));
    return settled.find(isOfIt)?.draft ?? null;
  }

  async #shrinkAll(mismatch: ExecutionMismatch): Promise<GrowingDraft<ExecutionMismatch>> {
    const { draft, slipped } = await this.#settle(mismatch);
    const waiting = [...slipped];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const examined = await this.#options.examineAgain(next);
      if (examined === null || examined === 'silent' || this.#placeOf(examined) !== null) continue;
      const other = await this.#settle(next);
      other.draft.count++;
      waiting.push(...other.slipped);
    }
    return draft;
  }

  async #settle(mismatch: ExecutionMismatch): Promise<Shrunk> {
    const family = familyOf(mismatch);
    const { part } = mismatch;
    if (this.#shrinks >= this.#options.shrinks) {
      const draft = this.#draft(`${family} (not shrunk)`, null);
      this.#remember(family, { needed: 0, part, draft });
      draft.show(mismatch);
      return { draft, slipped: [] };
    }
    this.#shrinks++;
    const { mismatch: small, slipped } = await shrinkExecution(mismatch, this.#options.ask);
    const draft = this.#draft(executionBucketKey(small), null);
    draft.show(small);
    const needed = prefixBits(identify(small.input.bytes, small.input.mode));
    this.#remember(family, { needed, part: small.part, draft });
    if (small.part !== part) this.#remember(family, { needed, part, draft });
    return { draft, slipped };
  }

  #remember(family: string, settled: Settled): void {
    const before = this.#settled.get(family);
    if (before === undefined) this.#settled.set(family, [settled]);
    else before.push(settled);
  }

  #draft(key: string, known: string | null): GrowingDraft<ExecutionMismatch> {
    const draft = this.#drafts.get(key) ?? new GrowingDraft(key, known, executions);
    this.#drafts.set(key, draft);
    return draft;
  }
}

interface Shrunk {
  readonly draft: GrowingDraft<ExecutionMismatch>;
  readonly slipped: readonly ExecutionMismatch[];
}

/** A cause that was shrunk: the prefixes it needs, the flags it is about, and its bucket. */
interface Settled {
  readonly needed: number;
  readonly part: string;
  readonly draft: GrowingDraft<ExecutionMismatch>;
}

const familyOf = (mismatch: ExecutionMismatch): string =>
  `${executionSettingText(mismatch)} ${executionCauseKey(mismatch)}`;
