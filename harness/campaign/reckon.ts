/** Adds slices up to a report: sums and sorted sets, which do not depend on the order of the slices. */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { KnownRow } from '../known/row.ts';
import type { Finding } from '../mismatch.ts';
import { type FormStateMap, type FormStates, noteState } from '../report/form-state.ts';
import type { Corpus, Coverage, MissingSubject, RunReport, StaleRow, Tally } from '../report/run.ts';
import { chaptersOf } from './chapter-forms.ts';
import type { ConformOptions } from './conform.ts';
import type { About } from './crew.ts';
import { lawsName } from './lane.ts';
import { firedKey } from './sift.ts';
import type { SliceResult } from './slice.ts';

export interface Reckoning {
  readonly about: About;
  readonly options: ConformOptions;
  readonly results: readonly SliceResult[];
  readonly findings: readonly Finding[];
  readonly sparesStale: string | null;
  readonly isAborted: boolean;
}

export const reportOf = ({ about, options, results, findings, sparesStale, isAborted }: Reckoning): RunReport => {
  const tallies = talliesOf(results);
  return {
    command: options.command,
    seed: options.seed,
    modes: options.modes,
    subjects: about.subjects,
    missing: missingOf(about, tallies),
    corpora: corporaOf(about, results),
    tallies,
    coverage: options.modes.map((mode) => coverageOf(mode, about, results)),
    chapters: chaptersOf(about, options.modes),
    // Laws are asked about too few cases to say who knows a form.
    formStates: formStatesOf(results).filter(({ subject }) => subject !== lawsName),
    findings,
    stale: sparesStale === null ? staleRows(about, options, results) : [],
    ...(isAborted ? { interrupted: 'aborted before its end; what was found so far is kept' } : {}),
  };
};

/** What slices of any campaign count. */
interface Counted {
  readonly slice: { readonly mode: Mode };
  readonly counts: SliceResult['counts'];
}

export const talliesOf = (results: readonly Counted[]): Tally[] => {
  const sums = new Map<string, Tally>();
  for (const { slice, counts } of results) {
    for (const count of counts) {
      const key = `${slice.mode} ${count.subject}`;
      const sum = sums.get(key);
      sums.set(key, {
        mode: slice.mode,
        subject: count.subject,
        cases: (sum?.cases ?? 0) + count.cases,
        agreed: (sum?.agreed ?? 0) + count.agreed,
        explained: (sum?.explained ?? 0) + count.explained,
        unexplained: (sum?.unexplained ?? 0) + count.unexplained,
        unsupported: (sum?.unsupported ?? 0) + count.unsupported,
        unavailable: (sum?.unavailable ?? 0) + count.unavailable,
      });
    }
  }
  return [...sums.values()].sort((a, b) => a.mode - b.mode || compareText(a.subject, b.subject));
};

/** By mode and subject, each form's worst in all slices. */
export const formStatesOf = (results: readonly Counted[]): FormStates[] => {
  const all = new Map<string, { mode: Mode; subject: string; states: FormStateMap }>();
  for (const { slice, counts } of results) {
    for (const { subject, states } of counts) {
      const key = `${slice.mode} ${subject}`;
      const sum = all.get(key) ?? { mode: slice.mode, subject, states: new Map() };
      all.set(key, sum);
      for (const [form, state] of states) noteState(sum.states, form, state);
    }
  }
  return [...all.values()].sort((a, b) => a.mode - b.mode || compareText(a.subject, b.subject));
};

const compareText = (left: string, right: string): number => (left < right ? -1 : Number(left > right));

const missingOf = ({ missing }: About, tallies: readonly Tally[]): MissingSubject[] =>
  missing.map((subject) => ({
    ...subject,
    cases: tallies.filter((tally) => tally.subject === subject.name).reduce((sum, tally) => sum + tally.cases, 0),
  }));

const corporaOf = ({ sources }: About, results: readonly SliceResult[]): Corpus[] =>
  sources
    .map(({ name, version, portable }) => {
      const own = results.filter(({ slice }) => slice.source === name);
      return { name, version, portable, cases: own.reduce((sum, { cases }) => sum + cases, 0), slices: own.length };
    })
    .filter(({ slices }) => slices > 0)
    .map(({ name, version, portable, cases }) => ({ name, version, portable, cases }));

const coverageOf = (mode: Mode, { goals }: About, results: readonly SliceResult[]): Coverage => {
  const reached = new Set(results.filter(({ slice }) => slice.mode === mode).flatMap(({ forms }) => forms));
  const wanted = goals.find((goal) => goal.mode === mode)?.forms ?? [];
  const unreached = wanted
    .filter(({ form }) => !reached.has(form))
    .map(({ form, why }) => ({ form, why: why ?? 'no input of this run reached it' }));
  return { mode, total: wanted.length, unreached };
};

/** A row is stale where it fired in none of its modes, its subject being asked there. */
const staleRows = ({ known }: About, options: ConformOptions, results: readonly SliceResult[]): StaleRow[] => {
  const fired = new Set(results.flatMap((result) => result.fired));
  const asked = new Set(
    results.flatMap(({ slice, counts }) =>
      counts
        .filter(({ cases, unavailable }) => cases > unavailable)
        .map(({ subject }) => `${subject} ${slice.mode} ${slice.vendor}`),
    ),
  );
  const isAsked = (row: KnownRow, mode: Mode): boolean =>
    (row.vendors ?? options.vendors).some((vendor) => asked.has(`${row.subject} ${mode} ${vendor}`));
  return known
    .filter((row) => row.modes.some((mode) => isAsked(row, mode)))
    .filter((row) => !row.modes.some((mode) => fired.has(firedKey(row.id, mode))))
    .map((row) => ({
      id: row.id,
      detail: `${row.subject} said nothing that this row explains: "${row.note}" Delete the row.`,
    }));
};

export interface FormsReached {
  readonly mode: Mode;
  readonly subject: string;
  readonly forms: readonly string[];
}

/** Of cases which both sides call valid. */
export const formsReached = (results: readonly SliceResult[]): FormsReached[] => {
  const sets = new Map<string, { mode: Mode; subject: string; forms: Set<string> }>();
  for (const { slice, counts } of results) {
    for (const { subject, forms } of counts) {
      const key = `${slice.mode} ${subject}`;
      const entry = sets.get(key) ?? { mode: slice.mode, subject, forms: new Set<string>() };
      sets.set(key, entry);
      for (const form of forms) entry.forms.add(form);
    }
  }
  return [...sets.values()]
    .map(({ mode, subject, forms }) => ({ mode, subject, forms: [...forms].sort() }))
    .sort((a, b) => a.mode - b.mode || compareText(a.subject, b.subject));
};
