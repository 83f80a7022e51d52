/**
 * The search for executions that differ, which ends when it is told to: rounds of slices, each with executions that no
 * round before had. A cause is handed over once, as soon as the round that met it is over.
 */
import type { Mode } from '../../../emulator/isa/modes.ts';
import type { ExecutionFinding } from '../../mismatch.ts';
import type { Death } from '../conform.ts';
import { mergeDraftsOf } from '../draft.ts';
import type { FuzzProgress } from '../fuzz.ts';
import { findingId } from '../settle.ts';
import type { SetupReference } from '../setup.ts';
import { deathOf, hireExecutors, settleAll, sliceResults } from './conform.ts';
import type { ExecutionCrew, ExecutionJob } from './crew.ts';
import { causeOf, joinExecutionFindings } from './join.ts';
import { executions } from './plain.ts';
import type { ExecutionSlice } from './setup.ts';

export interface ExecutionFuzzOptions {
  readonly setup: SetupReference;
  readonly workers: number;
  readonly modes: readonly Mode[];
  readonly seed: number;
  /** Rounds done before, by this seed: they are not done again. */
  readonly roundsDone: number;
  /** Ends the search. */
  readonly signal: AbortSignal;
  /** Ends it as well, for tests and for those who count rounds and not hours. */
  readonly mostRounds?: number;
  readonly isKept: (id: string) => boolean;
  /** A new finding. Where this rejects, the search ends and rejects with it. */
  readonly onFinding: (finding: ExecutionFinding) => Promise<unknown>;
  readonly onRound?: (roundsDone: number) => Promise<unknown>;
  readonly onProgress?: (progress: FuzzProgress) => void;
}

export interface ExecutionFuzzResult {
  readonly cases: number;
  readonly roundsDone: number;
  readonly findings: readonly ExecutionFinding[];
  readonly died: readonly Death[];
}

export async function fuzzExecutions(options: ExecutionFuzzOptions): Promise<ExecutionFuzzResult> {
  const abort = new SharedArrayBuffer(4);
  const onAbort = (): void => {
    Atomics.store(new Int32Array(abort), 0, 1);
  };
  if (options.signal.aborted) onAbort();
  options.signal.addEventListener('abort', onAbort, { once: true });
  const crew = await hireExecutors(options, abort);
  try {
    return await new Search(crew, options).run();
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    await crew.close();
  }
}

/** A setup whose workers keep dying would die all night. */
const mostDeaths = 100;

class Search {
  readonly #crew: ExecutionCrew;
  readonly #options: ExecutionFuzzOptions;
  readonly #findings: ExecutionFinding[] = [];
  readonly #died: Death[] = [];
  readonly #ids = new Set<string>();
  readonly #causes = new Set<string>();
  #cases = 0;

  constructor(crew: ExecutionCrew, options: ExecutionFuzzOptions) {
    this.#crew = crew;
    this.#options = options;
  }

  async run(): Promise<ExecutionFuzzResult> {
    const { signal, roundsDone, mostRounds = Number.POSITIVE_INFINITY, onRound } = this.#options;
    let round = roundsDone;
    while (!signal.aborted && round < roundsDone + mostRounds) {
      await this.#round(round);
      // A round that was broken off is done again next time: its executions are the same, and so are its findings.
      if (signal.aborted) break;
      round++;
      await onRound?.(round);
      if (this.#died.length >= mostDeaths) break;
    }
    return { cases: this.#cases, roundsDone: round, findings: this.#findings, died: this.#died };
  }

  async #round(round: number): Promise<void> {
    const slices = this.#slices(round);
    const jobs = slices.map((slice): ExecutionJob => ({ kind: 'slice', slice }));
    const outcomes = await this.#crew.run(jobs, (cases) => this.#progress(cases, round));
    this.#died.push(...outcomes.flatMap((outcome, k) => deathOf(outcome, slices[k])));
    const drafts = mergeDraftsOf(
      executions,
      sliceResults(outcomes).flatMap((result) => result.drafts),
    );
    const fresh = drafts.filter(({ key, known }) => known === null && this.#isNew(findingId(key)));
    for (const finding of joinExecutionFindings(await settleAll(fresh, this.#crew))) {
      const cause = causeOf(finding);
      if (!this.#isNew(finding.id) || this.#causes.has(cause)) continue;
      this.#ids.add(finding.id);
      this.#causes.add(cause);
      this.#findings.push(finding);
      await this.#options.onFinding(finding);
      this.#progress(0, round);
    }
  }

  /** Every source once in each mode; sources of a search make slices without end. */
  #slices(round: number): readonly ExecutionSlice[] {
    const { modes, seed } = this.#options;
    return this.#crew.about.sources.flatMap(({ name, modes: those }) =>
      modes
        .filter((mode) => those?.includes(mode) !== false)
        .map((mode) => ({ source: name, mode, index: round, of: round + 1, seed })),
    );
  }

  #isNew(id: string): boolean {
    return !this.#ids.has(id) && !this.#options.isKept(id);
  }

  #progress(cases: number, round: number): void {
    this.#cases += cases;
    this.#options.onProgress?.({ cases: this.#cases, findings: this.#findings.length, round });
  }
}
