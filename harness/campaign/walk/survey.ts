/**
 * Counts what a walker looks at. Where lengths or mnemonics differ, both sides are asked for their whole answers, which go
 * the way of every mismatch: compared, claimed by known rows, shrunk, put into buckets.
 */
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { compare, standingOf } from '../../compare/compare.ts';
import type { Input, Subject } from '../../subject.ts';
import { slotBytes } from '../../subjects/lengths.ts';
import { answersOf, askSubject } from '../ask.ts';
import type { Draft } from '../draft.ts';
import { type Lane, subjectLane } from '../lane.ts';
import { Sift } from '../sift.ts';
import type { Bench } from '../slice.ts';
import { countAgreed, type FollowerCounts, type WalkCounts } from './tally.ts';
import type { Level } from './walker.ts';

export interface SurveyOptions {
  readonly bench: Bench;
  readonly mode: Mode;
  readonly vendor: Vendor;
  /** Whom the walk asks for lengths, and asks again where they differ: in the order of the levels. */
  readonly leaders: readonly Subject[];
  /** Those that are asked about every candidate afterwards. */
  readonly followers: readonly Subject[];
  readonly counts: WalkCounts;
}

/** What a walk compares of answers, whatever else subjects tell. */
const compared = new Set(['validity', 'length', 'mnemonic'] as const);

export class Survey {
  readonly #options: SurveyOptions;
  readonly #sifts: readonly Sift[];
  readonly #lanes: readonly Lane[];
  #doubtful: Input[] = [];
  #followed: Input[] = [];

  constructor(options: SurveyOptions) {
    const { bench, leaders, followers } = options;
    const { setup, known } = bench;
    this.#options = options;
    this.#sifts = leaders.map((leader) => {
      const ask = askSubject(setup.ours, narrow(leader));
      return new Sift({ known, askAbout: () => ask, shrinks: mostShrinks });
    });
    this.#lanes = followers.map((follower) => subjectLane(narrow(follower), { ours: setup.ours, known, share: 1 }));
  }

  readonly visit = (bytes: Uint8Array, { ours, theirs }: Level, value: number): void => {
    const { counts } = this.#options;
    counts.candidates++;
    if (this.#lanes.length > 0) this.#followed.push(this.#inputOf(bytes));
    const length = ours.bytes[value] ?? 0;
    for (const their of theirs) {
      const isSame =
        their.bytes[value] === length && (length === 0 || their.mnemonics[value] === ours.mnemonics[value]);
      if (isSame) continue;
      this.#doubtful.push(this.#inputOf(bytes));
      return;
    }
    if (length === 0) counts.rejected++;
    else countAgreed(counts, ours.maps[value] ?? 0, length);
  };

  /** Asks about all that was put aside. */
  async settle(): Promise<void> {
    const [doubtful, followed] = [this.#doubtful, this.#followed];
    this.#doubtful = [];
    this.#followed = [];
    await this.#settleDoubtful(doubtful);
    if (followed.length === 0) return;
    const answers = await answersOf(this.#options.bench.setup.ours, followed);
    for (const [k, input] of followed.entries()) {
      const answer = answers[k];
      if (answer !== undefined) for (const lane of this.#lanes) lane.put(input, answer);
    }
    for (const lane of this.#lanes) await lane.finish();
  }

  drafts(): readonly Draft[] {
    return [...this.#sifts, ...this.#lanes.map(({ sift }) => sift)].flatMap((sift) => sift.drafts());
  }

  followerCounts(): readonly FollowerCounts[] {
    return this.#lanes.map(({ name, count, sift: { explained, unexplained } }) => ({
      subject: name,
      agreed: count.agreed,
      explained,
      unexplained,
      unsupported: count.unsupported,
      unavailable: count.unavailable,
    }));
  }

  #inputOf(bytes: Uint8Array): Input {
    const { mode, vendor } = this.#options;
    return { bytes: bytes.slice(0, slotBytes), mode, vendor };
  }

  /** A case counts once, by the first leader that differs. */
  async #settleDoubtful(inputs: readonly Input[]): Promise<void> {
    if (inputs.length === 0) return;
    const { bench, leaders, counts } = this.#options;
    const ours = await answersOf(bench.setup.ours, inputs);
    const theirs = await Promise.all(leaders.map((leader) => answersOf(leader, inputs)));
    for (const [k, input] of inputs.entries()) {
      const our = ours[k];
      const found = leaders.flatMap((leader, place) => {
        const their = theirs[place]?.[k];
        if (our === undefined || their === undefined) return [];
        return [
          {
            place,
            isSilent: standingOf(our, their) !== 'comparable',
            mismatch: compare(input, our, their, narrow(leader)),
          },
        ];
      });
      const first = found.find(({ mismatch }) => mismatch !== null);
      if (first === undefined || first.mismatch === null) {
        if (found.some(({ isSilent }) => isSilent)) counts.unsupported++;
        else throw new Error(`Asked again, all agree about ${input.bytes.join(' ')}: a subject contradicts itself.`);
        continue;
      }
      const sift = this.#sifts[first.place];
      const row = bench.known.claim(first.mismatch)?.id;
      const state = sift?.count(first.mismatch) ?? (await sift?.shrink(first.mismatch));
      if (state === 'explained') {
        // A row may claim only what it shrinks to.
        const name = row ?? 'once shrunk';
        counts.explained.set(name, (counts.explained.get(name) ?? 0) + 1);
      } else counts.unexplained++;
    }
  }
}

const mostShrinks = 200;

/** The same subject, of which less is compared. */
const narrow = (subject: Subject): Subject => ({
  name: subject.name,
  version: subject.version,
  modes: subject.modes,
  vendors: subject.vendors,
  observes: new Set([...subject.observes].filter((observable) => isCompared(observable))),
  ...(subject.flagsTold === undefined ? {} : { flagsTold: subject.flagsTold }),
  batch: subject.batch,
  decode: (inputs) => subject.decode(inputs),
  close: () => subject.close(),
});

const isCompared = (observable: string): boolean => [...compared].some((one) => one === observable);
