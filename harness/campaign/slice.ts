/** Does one slice of a campaign: the same slice gives the same result, whoever does it and whatever else goes on. */
import { setImmediate as turn } from 'node:timers/promises';
import { KnownRows } from '../known/match.ts';
import type { FormState } from '../report/form-state.ts';
import type { Input, Subject, Unavailable } from '../subject.ts';
import { answersOf, canBeAsked } from './ask.ts';
import { contentHash, rehash } from './content-hash.ts';
import type { Draft } from './draft.ts';
import { type Lane, lawsLane, subjectLane } from './lane.ts';
import type { Setup, Slice, Source } from './setup.ts';

/** A setup with what follows from it, made once a worker. */
export interface Bench {
  readonly setup: Setup;
  readonly subjects: readonly Subject[];
  readonly missing: readonly Unavailable[];
  readonly known: KnownRows;
}

export const createBench = (setup: Setup): Bench => {
  const subjects = setup.others.filter((other) => 'decode' in other);
  const missing = setup.others.filter((other) => 'unavailable' in other);
  const versions = new Map([setup.ours, ...subjects].map(({ name, version }) => [name, version]));
  return { setup, subjects, missing, known: new KnownRows(setup.known, versions) };
};

/** One of `of` equal parts of all cases, by their content; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface SliceOptions {
  readonly shard?: Shard | undefined;
  readonly isAborted: () => boolean;
  /** Called now and then with what was done since the last call. */
  readonly onProgress: (cases: number, unexplained: number) => void;
}

export interface SliceResult {
  readonly slice: Slice;
  readonly cases: number;
  /** False where it was aborted. */
  readonly isComplete: boolean;
  readonly counts: readonly SliceCount[];
  readonly drafts: readonly Draft[];
  /** `firedKey` of each known row that fired. */
  readonly fired: readonly string[];
  /** Forms of ours that were reached. */
  readonly forms: readonly string[];
}

export interface SliceCount {
  readonly subject: string;
  readonly cases: number;
  readonly agreed: number;
  readonly explained: number;
  readonly unexplained: number;
  readonly unsupported: number;
  readonly unavailable: number;
  /** Forms that the subject told of cases which both sides call valid. */
  readonly forms: readonly string[];
  /** What came of each form of ours, at worst. */
  readonly states: ReadonlyMap<string, FormState>;
}

export async function runSlice(slice: Slice, bench: Bench, options: SliceOptions): Promise<SliceResult> {
  const run = new SliceRun(slice, bench, options);
  for (const input of sourceOf(slice, bench).inputs(slice)) {
    if (!isInShard(input, options.shard)) continue;
    if (run.take(input)) {
      await run.step();
      if (options.isAborted()) return run.finish(false);
    }
  }
  await run.step();
  return run.finish(true);
}

const sourceOf = (slice: Slice, { setup }: Bench): Source => {
  const source = setup.sources.find(({ name }) => name === slice.source);
  if (source === undefined) throw new Error(`The setup has no source named ${slice.source}.`);
  return source;
};

const isInShard = (input: Input, shard: Shard | undefined): boolean =>
  shard === undefined || shard.of === 1 || contentHash(input) % shard.of === shard.index - 1;

class SliceRun {
  readonly #slice: Slice;
  readonly #bench: Bench;
  readonly #options: SliceOptions;
  readonly #lanes: readonly Lane[];
  readonly #absent: readonly Absent[];
  readonly #forms = new Set<string>();
  #batch: Input[] = [];
  #cases = 0;
  #unexplained = 0;

  constructor(slice: Slice, bench: Bench, options: SliceOptions) {
    this.#slice = slice;
    this.#bench = bench;
    this.#options = options;
    this.#lanes = lanesOf(slice, bench);
    this.#absent = bench.missing.map(({ name }) => ({ name, share: shareOf(bench.setup, slice, name), cases: 0 }));
  }

  /** True where a batch is full. */
  take(input: Input): boolean {
    this.#batch.push(input);
    return this.#batch.length >= this.#bench.setup.ours.batch;
  }

  async step(): Promise<void> {
    const inputs = this.#batch;
    this.#batch = [];
    const answers = await answersOf(this.#bench.setup.ours, inputs);
    for (const [k, answer] of answers.entries()) {
      const input = inputs[k];
      if (input === undefined) continue;
      if (answer.status === 'valid' && answer.form !== undefined) this.#forms.add(answer.form);
      const choice = rehash(contentHash(input));
      for (const lane of this.#lanes) if (choice % lane.share === 0) lane.put(input, answer);
      for (const absent of this.#absent) if (absent.share > 0 && choice % absent.share === 0) absent.cases++;
    }
    for (const lane of this.#lanes) await lane.drain();
    this.#cases += inputs.length;
    this.#report(inputs.length);
    // Signals, messages and processes' output get their turn.
    await turn();
  }

  async finish(isComplete: boolean): Promise<SliceResult> {
    // What was asked before an abort is still answered, so that counts stay sums.
    for (const lane of this.#lanes) await lane.finish();
    this.#report(0);
    return {
      slice: this.#slice,
      cases: this.#cases,
      isComplete,
      counts: [...this.#lanes.map(countOf), ...this.#absent.map(absentCount)],
      drafts: this.#lanes.flatMap((lane) => lane.sift.drafts()),
      fired: this.#lanes.flatMap((lane) => [...lane.sift.fired]),
      forms: [...this.#forms],
    };
  }

  #report(cases: number): void {
    const unexplained = this.#lanes.reduce((sum, lane) => sum + lane.sift.unexplained, 0);
    this.#options.onProgress(cases, unexplained - this.#unexplained);
    this.#unexplained = unexplained;
  }
}

const lanesOf = (slice: Slice, { setup, subjects, known }: Bench): readonly Lane[] => {
  const { ours, laws } = setup;
  const lanes: Lane[] = [];
  for (const subject of subjects) {
    const share = shareOf(setup, slice, subject.name);
    if (share > 0 && canBeAsked(subject, slice)) lanes.push(subjectLane(subject, { ours, known, share }));
  }
  if (laws !== undefined && laws.share > 0) lanes.push(lawsLane(laws.tools, { ours, known, share: laws.share }));
  return lanes;
};

const shareOf = (setup: Setup, { source }: Slice, subject: string): number => setup.shareOf?.(source, subject) ?? 1;

const countOf = ({ name, count, sift, forms, states }: Lane): SliceCount => ({
  subject: name,
  ...count,
  explained: sift.explained,
  unexplained: sift.unexplained,
  forms: [...forms],
  states,
});

/** A subject that is not here, and the cases that it misses. */
interface Absent {
  readonly name: string;
  readonly share: number;
  cases: number;
}

const absentCount = ({ name, cases }: Absent): SliceCount => ({
  subject: name,
  cases,
  agreed: 0,
  explained: 0,
  unexplained: 0,
  unsupported: 0,
  unavailable: cases,
  forms: [],
  states: new Map(),
});
