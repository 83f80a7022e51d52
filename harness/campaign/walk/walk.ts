/** Walks spaces one after the other, so that it can be broken off anywhere and gone on with. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import type { Finding } from '../../mismatch.ts';
import type { Subject } from '../../subject.ts';
import type { LengthSubject } from '../../subjects/lengths.ts';
import { type Draft, mergeDrafts } from '../draft.ts';
import { joinFindings } from '../join.ts';
import { settle } from '../settle.ts';
import type { Bench, Shard } from '../slice.ts';
import { draftsOf, type SavedDraft, savedDrafts } from './saved-drafts.ts';
import type { Space } from './space.ts';
import { Survey } from './survey.ts';
import { type FollowerCounts, noCounts, type WalkCounts } from './tally.ts';
import { type Position, Walker } from './walker.ts';

export interface WalkOptions {
  readonly bench: Bench;
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly shard: Shard;
  readonly spaces: readonly Space[];
  readonly ours: LengthSubject;
  /** The same subject by both ways of asking. */
  readonly leaders: readonly { readonly lengths: LengthSubject; readonly subject: Subject }[];
  readonly followers: readonly Subject[];
  readonly from?: Progress;
  readonly signal?: AbortSignal;
  readonly onProgress?: (view: WalkView) => void;
  /** Now and then, and where the walk is broken off. */
  readonly onCheckpoint?: (progress: Progress) => Promise<void>;
}

/** All that a walk knows between two steps. */
export interface Progress {
  /** Spaces that are walked, in order, and the one that is under way. */
  readonly spaces: readonly SpaceCounts[];
  /** Where the walk is in the last of `spaces`; null where that one is done. */
  readonly position: Position | null;
  readonly drafts: readonly SavedDraft[];
}

export interface SpaceCounts {
  readonly name: string;
  readonly counts: WalkCounts;
  readonly followers: readonly FollowerCounts[];
}

/** For those who watch. */
export interface WalkView {
  readonly space: string;
  readonly unit: number;
  readonly units: number;
  readonly candidates: number;
  readonly unexplained: number;
}

export interface WalkResult {
  readonly spaces: readonly SpaceCounts[];
  readonly findings: readonly Finding[];
  readonly isComplete: boolean;
}

export async function walk(options: WalkOptions): Promise<WalkResult> {
  const { from, spaces, signal } = options;
  const done: SpaceCounts[] = [...(from?.spaces ?? [])];
  let drafts: readonly Draft[] = from === undefined ? [] : await draftsOf(from.drafts, options);
  const underWay = from?.position == null ? undefined : { last: done.pop(), position: from.position };
  for (const [k, space] of spaces.slice(done.length).entries()) {
    const resumed = k === 0 ? underWay : undefined;
    const one = new SpaceWalk(options, space, {
      done,
      drafts,
      ...(resumed?.last === undefined ? {} : { resumed: { counts: resumed.last, position: resumed.position } }),
    });
    const isOver = await one.run();
    done.push(one.counts());
    drafts = one.drafts();
    if (!isOver || signal?.aborted === true) break;
  }
  const settlements = await settle(drafts, options.bench);
  const findings = joinFindings(
    settlements.map(({ finding }) => finding),
    options.bench.subjects.map(({ name }) => name),
  );
  const isComplete = done.length === spaces.length && signal?.aborted !== true;
  return { spaces: done, findings, isComplete };
}

/** Candidates between two looks at the signal; and turns between two checkpoints. */
const candidatesOfTurn = 1 << 17;
const turnsOfCheckpoint = 64;

interface Before {
  readonly done: readonly SpaceCounts[];
  readonly drafts: readonly Draft[];
  readonly resumed?: { readonly counts: SpaceCounts; readonly position: Position };
}

class SpaceWalk {
  readonly #options: WalkOptions;
  readonly #space: Space;
  readonly #before: Before;
  readonly #walker: Walker;
  readonly #survey: Survey;
  readonly #counts: WalkCounts;

  constructor(options: WalkOptions, space: Space, before: Before) {
    const { shard, ours, leaders } = options;
    this.#options = options;
    this.#space = space;
    this.#before = before;
    this.#counts = before.resumed?.counts.counts ?? noCounts();
    const theirs = leaders.map(({ lengths }) => lengths);
    this.#walker = new Walker({ space, shard, ours, theirs }, before.resumed?.position);
    this.#survey = new Survey({
      bench: options.bench,
      mode: options.mode,
      vendor: options.vendor,
      leaders: leaders.map(({ subject }) => subject),
      followers: options.followers,
      counts: this.#counts,
    });
  }

  /** True where the space is walked to its end. */
  async run(): Promise<boolean> {
    const { signal, onCheckpoint } = this.#options;
    for (let turns = 1; !this.#walker.isOver && signal?.aborted !== true; turns++) {
      this.#walker.run(candidatesOfTurn, this.#survey.visit);
      await this.#survey.settle();
      this.#show();
      if (turns % turnsOfCheckpoint === 0) await onCheckpoint?.(this.progress());
      await turn();
    }
    await onCheckpoint?.(this.progress());
    return this.#walker.isOver;
  }

  progress(): Progress {
    return {
      spaces: [...this.#before.done, this.counts()],
      position: this.#walker.isOver ? null : this.#walker.position,
      drafts: savedDrafts(this.drafts()),
    };
  }

  counts(): SpaceCounts {
    const followers = addFollowers(this.#before.resumed?.counts.followers ?? [], this.#survey.followerCounts());
    return { name: this.#space.name, counts: this.#counts, followers };
  }

  drafts(): readonly Draft[] {
    return mergeDrafts([...this.#before.drafts, ...this.#survey.drafts()]);
  }

  #show(): void {
    const { candidates, unexplained } = this.#counts;
    const { unit } = this.#walker.position;
    this.#options.onProgress?.({ space: this.#space.name, unit, units: this.#walker.units, candidates, unexplained });
  }
}

const addFollowers = (before: readonly FollowerCounts[], now: readonly FollowerCounts[]): FollowerCounts[] =>
  now.map((counts) => {
    const earlier = before.find(({ subject }) => subject === counts.subject);
    if (earlier === undefined) return counts;
    return {
      subject: counts.subject,
      agreed: earlier.agreed + counts.agreed,
      explained: earlier.explained + counts.explained,
      unexplained: earlier.unexplained + counts.unexplained,
      unsupported: earlier.unsupported + counts.unsupported,
      unavailable: earlier.unavailable + counts.unavailable,
    };
  });
