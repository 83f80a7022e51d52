/** Does one slice of executions: ours works while the others do, answers are compared, what differs is asked again. */
import { setImmediate as turn } from 'node:timers/promises';
import { areSameExecutions, isEitherSilent } from '../../compare/execution.ts';
import type { Execution, ExecutionAnswer } from '../../execution.ts';
import { ExecutionKnownRows } from '../../known/execution-match.ts';
import { type FormState, type FormStateMap, noteState } from '../../report/form-state.ts';
import type { Unavailable } from '../../subject.ts';
import type { SliceCount } from '../slice.ts';
import type { Watch } from '../trade.ts';
import { answersOf, askAgain, type Examination, examine, examineAgain } from './examine.ts';
import { FormNames } from './form-names.ts';
import { Outcomes } from './outcomes.ts';
import { type ExecutionDraft, plainExecution } from './plain.ts';
import type { Case, ExecutionSetup, ExecutionSlice, ExecutionSource, Oracle } from './setup.ts';
import { ExecutionSift } from './sift.ts';

/** A setup with what follows from it, made once a worker. */
export interface ExecutionBench {
  readonly setup: ExecutionSetup;
  readonly oracles: readonly Oracle[];
  readonly missing: readonly Unavailable[];
  readonly known: ExecutionKnownRows;
}

export const createExecutionBench = (setup: ExecutionSetup): ExecutionBench => {
  const oracles = setup.others.filter((other) => 'executor' in other);
  const missing = setup.others.filter((other) => 'unavailable' in other);
  const versions = new Map(
    [setup.ours, ...oracles.map(({ executor }) => executor)].map((one) => [one.name, one.version]),
  );
  return { setup, oracles, missing, known: new ExecutionKnownRows(setup.known, versions) };
};

export interface ExecutionSliceResult {
  readonly slice: ExecutionSlice;
  readonly cases: number;
  /** False where it was aborted. */
  readonly isComplete: boolean;
  readonly counts: readonly SliceCount[];
  /** Differences that were gone when the oracle was asked again. */
  readonly withdrawn: number;
  readonly drafts: readonly ExecutionDraft[];
  readonly fired: readonly string[];
  /** Of executions in which ours agrees with silicon, as `Outcomes` has them. */
  readonly outcomes: Uint32Array;
}

export const runExecutionSlice = async (
  slice: ExecutionSlice,
  bench: ExecutionBench,
  watch: Watch,
): Promise<ExecutionSliceResult> => {
  const run = new SliceRun(slice, bench, watch);
  const batches = sourceOf(slice, bench).batches(slice, run.batch)[Symbol.iterator]();
  for (let next = batches.next(); next.done !== true; ) {
    const batch = next.value;
    const asked = run.ask(batch);
    // The next batch is drawn while others work on this one.
    next = batches.next();
    await run.compare(batch, await asked);
    if (watch.isAborted()) return run.end(false);
  }
  return run.end(true);
};

const sourceOf = (slice: ExecutionSlice, { setup }: ExecutionBench): ExecutionSource => {
  const source = setup.sources.find(({ name }) => name === slice.source);
  if (source === undefined) throw new Error(`The setup has no source named ${slice.source}.`);
  return source;
};

interface Answers {
  readonly ours: readonly ExecutionAnswer[];
  /** In the order of the lanes. */
  readonly theirs: readonly (readonly ExecutionAnswer[])[];
}

class SliceRun {
  readonly batch: number;
  readonly #slice: ExecutionSlice;
  readonly #bench: ExecutionBench;
  readonly #watch: Watch;
  readonly #lanes: readonly Lane[];
  readonly #outcomes: Outcomes;
  #cases = 0;
  #unexplained = 0;

  constructor(slice: ExecutionSlice, bench: ExecutionBench, watch: Watch) {
    this.#slice = slice;
    this.#bench = bench;
    this.#watch = watch;
    this.#outcomes = new Outcomes(slice.mode, bench.setup.vendor);
    const oracles = bench.oracles.filter((oracle) => canBeAsked(oracle, slice));
    this.#lanes = oracles.map((oracle) => new Lane(oracle, bench));
    this.batch = Math.max(bench.setup.ours.batch, ...oracles.map(({ executor }) => executor.batch));
  }

  async ask(batch: readonly Case[]): Promise<Answers> {
    const asked = this.#lanes.map(({ oracle }) => answersOf(oracle.executor, batch));
    // A failure is met where it is awaited; until then it must not count as unhandled.
    for (const one of asked) one.catch(() => undefined);
    // What others are asked is on its way before ours takes the thread.
    await turn();
    const ours = await answersOf(this.#bench.setup.ours, batch);
    return { ours, theirs: await Promise.all(asked) };
  }

  async compare(batch: readonly Case[], { ours, theirs }: Answers): Promise<void> {
    for (const [k, lane] of this.#lanes.entries()) await lane.compare(batch, ours, theirs[k] ?? [], this.#outcomes);
    this.#cases += batch.length;
    this.#report(batch.length);
  }

  async end(isComplete: boolean): Promise<ExecutionSliceResult> {
    for (const lane of this.#lanes) await lane.askAgain();
    this.#report(0);
    return this.#result(isComplete);
  }

  #result(isComplete: boolean): ExecutionSliceResult {
    const absent = this.#bench.missing.map(({ name }) => absentCount(name, this.#cases));
    return {
      slice: this.#slice,
      cases: this.#cases,
      isComplete,
      counts: [...this.#lanes.map((lane) => lane.count()), ...absent],
      withdrawn: this.#lanes.reduce((sum, lane) => sum + lane.withdrawn, 0),
      drafts: this.#lanes.flatMap(({ sift }) => sift.drafts()),
      fired: this.#lanes.flatMap(({ sift }) => [...sift.fired]),
      outcomes: this.#outcomes.words,
    };
  }

  #report(cases: number): void {
    const unexplained = this.#lanes.reduce((sum, { sift }) => sum + sift.unexplained, 0);
    this.#watch.onProgress(cases, unexplained - this.#unexplained);
    this.#unexplained = unexplained;
  }
}

const canBeAsked = ({ executor, sources }: Oracle, { mode, source }: ExecutionSlice): boolean =>
  executor.modes.includes(mode) && (sources === undefined || sources.includes(source));

const absentCount = (subject: string, cases: number): SliceCount => ({
  subject,
  cases,
  agreed: 0,
  explained: 0,
  unexplained: 0,
  unsupported: 0,
  unavailable: cases,
  forms: [],
  states: new Map(),
});

/** Every question asked again is waited for, so that a few are asked in one. */
const askedAgainTogether = 32;

/** Mismatches shrunk in one slice. */
const mostShrinks = 60;

/** One oracle's way through a slice. */
class Lane {
  readonly oracle: Oracle;
  readonly sift: ExecutionSift;
  withdrawn = 0;
  readonly #examination: Examination;
  readonly #bench: ExecutionBench;
  readonly #count = { cases: 0, agreed: 0, unsupported: 0 };
  readonly #states: FormStateMap = new Map();
  readonly #names: FormNames;
  /** To be asked about again: copies, since their batches are drawn anew. */
  #differing: Execution[] = [];

  constructor(oracle: Oracle, bench: ExecutionBench) {
    const { setup, known } = bench;
    this.oracle = oracle;
    this.#bench = bench;
    this.#names = new FormNames(setup.vendor);
    this.#examination = { vendor: setup.vendor, oracle, known };
    this.sift = new ExecutionSift({
      ask: askAgain(setup.ours, this.#examination),
      examineAgain: async ({ execution }) =>
        (await examineAgain(setup.ours, this.#examination, [execution]))[0] ?? 'silent',
      shrinks: mostShrinks,
    });
  }

  async compare(
    batch: readonly Case[],
    ours: readonly ExecutionAnswer[],
    theirs: readonly ExecutionAnswer[],
    outcomes: Outcomes,
  ): Promise<void> {
    for (let k = 0; k < batch.length; k++) {
      const [execution, our, their] = [batch[k], ours[k], theirs[k]];
      if (execution === undefined || our === undefined || their === undefined) continue;
      this.#count.cases++;
      if (isEitherSilent(our, their)) this.#count.unsupported++;
      else if (areSameExecutions(our, their) || examine(this.#examination, execution, our, their) === null) {
        this.#count.agreed++;
        this.#note(execution, 'agreed');
        if (this.oracle.isSilicon) outcomes.add(execution, our);
      } else this.#differing.push(plainExecution(execution));
    }
    if (this.#differing.length >= askedAgainTogether) await this.askAgain();
  }

  /** Nothing counts as a difference that the oracle, asked beyond doubt, does not say again. */
  async askAgain(): Promise<void> {
    const differing = this.#differing;
    this.#differing = [];
    const examined = await examineAgain(this.#bench.setup.ours, this.#examination, differing);
    for (const [k, one] of examined.entries()) {
      if (one === 'silent') this.#count.unsupported++;
      else if (one !== null) this.#note(one.mismatch.execution, await this.sift.file(one));
      else {
        this.#count.agreed++;
        this.#note(differing[k], 'agreed');
        this.withdrawn++;
      }
    }
  }

  #note(execution: Execution | undefined, state: FormState): void {
    const name = execution === undefined ? undefined : this.#names.of(execution);
    if (name !== undefined) noteState(this.#states, name, state);
  }

  count(): SliceCount {
    const { cases, agreed, unsupported } = this.#count;
    const { explained, unexplained } = this.sift;
    const subject = this.oracle.executor.name;
    return {
      subject,
      cases,
      agreed,
      explained,
      unexplained,
      unsupported,
      unavailable: 0,
      forms: [],
      states: this.#states,
    };
  }
}
