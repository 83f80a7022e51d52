/**
 * The search that ends when it is told to: rounds of slices, each with inputs that no round before had. A bucket is
 * handed over once, as soon as the round that met it is over, and never again.
 */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { Finding } from '../mismatch.ts';
import { type Death, deathOf, hire, namesOf, sliceResults } from './conform.ts';
import type { Crew, Job, SourceAbout } from './crew.ts';
import { mergeDrafts } from './draft.ts';
import { followsFromLength, isLength, joinFindings, siteOf, subjectOf } from './join.ts';
import { findingId } from './settle.ts';
import { settleAll } from './settle-all.ts';
import type { SetupReference, Slice } from './setup.ts';

export interface FuzzOptions {
  readonly setup: SetupReference;
  readonly workers: number;
  readonly modes: readonly Mode[];
  readonly vendors: readonly Vendor[];
  readonly seed: number;
  /** Rounds done before, by this seed: they are not done again. */
  readonly roundsDone: number;
  /** Ends the search. */
  readonly signal: AbortSignal;
  /** Ends it as well, for tests and for those who count rounds and not hours. */
  readonly mostRounds?: number;
  /** Is this finding kept already? */
  readonly isKept: (id: string) => boolean;
  /** A new finding. Where this rejects, the search ends and rejects with it. */
  readonly onFinding: (finding: Finding) => Promise<unknown>;
  /** A round is over: rounds done by this seed, the ones before included. */
  readonly onRound?: (roundsDone: number) => Promise<unknown>;
  readonly onProgress?: (progress: FuzzProgress) => void;
}

export interface FuzzProgress {
  readonly cases: number;
  readonly findings: number;
  readonly round: number;
}

export interface FuzzResult {
  readonly cases: number;
  readonly roundsDone: number;
  /** New ones, in the order of finding. */
  readonly findings: readonly Finding[];
  readonly died: readonly Death[];
}

export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const abort = new SharedArrayBuffer(4);
  const onAbort = (): void => {
    Atomics.store(new Int32Array(abort), 0, 1);
  };
  if (options.signal.aborted) onAbort();
  options.signal.addEventListener('abort', onAbort, { once: true });
  const crew = await hire(options, abort);
  try {
    const search = new FuzzSearch(crew, options);
    return await search.run();
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    await crew.close();
  }
}

class FuzzSearch {
  readonly #crew: Crew;
  readonly #options: FuzzOptions;
  readonly #findings: Finding[] = [];
  readonly #died: Death[] = [];
  readonly #ids = new Set<string>();
  /** Sites whose length is in question: what follows from that is not filed. */
  readonly #lengthSites = new Set<string>();
  /** The subject that speaks for each site. */
  readonly #speakers = new Map<string, string>();
  #cases = 0;

  constructor(crew: Crew, options: FuzzOptions) {
    this.#crew = crew;
    this.#options = options;
  }

  async run(): Promise<FuzzResult> {
    const { signal, roundsDone, mostRounds = Number.POSITIVE_INFINITY, onRound } = this.#options;
    let round = roundsDone;
    while (!signal.aborted && round < roundsDone + mostRounds) {
      await this.#round(round);
      // A round that was broken off is done again next time: its inputs are the same, and so are its findings.
      if (signal.aborted) break;
      round++;
      await onRound?.(round);
      if (this.#died.length >= mostDeaths) break;
    }
    return { cases: this.#cases, roundsDone: round, findings: this.#findings, died: this.#died };
  }

  async #round(round: number): Promise<void> {
    const slices = slicesOfRound(round, this.#crew.about.sources, this.#options);
    const jobs = slices.map((slice): Job => ({ kind: 'slice', slice, shard: undefined }));
    const outcomes = await this.#crew.run(jobs, (cases) => this.#progress(cases, round));
    this.#died.push(...outcomes.flatMap((outcome, k) => deathOf(outcome, slices[k])));
    const drafts = mergeDrafts(sliceResults(outcomes).flatMap((result) => result.drafts));
    const fresh = drafts.filter(({ key, known }) => known === null && this.#isNew(findingId(key)));
    const settled = (await settleAll(fresh, this.#crew)).filter(({ id }) => this.#isNew(id));
    for (const finding of joinFindings(settled, namesOf(this.#crew.about))) {
      if (!this.#isOfNewSite(finding)) continue;
      this.#ids.add(finding.id);
      this.#findings.push(finding);
      await this.#options.onFinding(finding);
      this.#progress(0, round);
    }
  }

  /** An instruction that another subject has spoken for in this search is not filed again. */
  #isOfNewSite(finding: Finding): boolean {
    const site = siteOf(finding);
    const speaker = this.#speakers.get(site) ?? subjectOf(finding);
    this.#speakers.set(site, speaker);
    if (isLength(finding)) this.#lengthSites.add(site);
    else if (this.#lengthSites.has(site) && followsFromLength(finding)) return false;
    return speaker === subjectOf(finding);
  }

  #isNew(id: string): boolean {
    return !this.#ids.has(id) && !this.#options.isKept(id);
  }

  #progress(cases: number, round: number): void {
    this.#cases += cases;
    this.#options.onProgress?.({ cases: this.#cases, findings: this.#findings.length, round });
  }
}

/** A setup whose workers keep dying would die all night. */
const mostDeaths = 100;

/** Every source once, in each mode and for each vendor. Sources of a fuzz campaign make slices without end. */
const slicesOfRound = (
  round: number,
  sources: readonly SourceAbout[],
  { modes, vendors, seed }: FuzzOptions,
): Slice[] =>
  sources.flatMap((source) =>
    modes
      .filter((mode) => source.modes?.includes(mode) !== false)
      .flatMap((mode) =>
        vendors
          .filter((vendor) => source.vendors?.includes(vendor) !== false)
          .map((vendor) => ({ source: source.name, mode, vendor, index: round, of: round + 1, seed })),
      ),
  );
