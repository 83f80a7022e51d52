/** Adds slices of executions up to a report: sums and sorted sets, which do not depend on the order of the slices. */
import { type Mode, modes, type Vendor } from '../../../emulator/isa/modes.ts';
import { integerForms } from '../../coverage/integer-forms.ts';
import { formName } from '../../coverage/tally.ts';
import type { ExecutionFinding } from '../../mismatch.ts';
import type { RunReport, StaleRow } from '../../report/run.ts';
import { chaptersOf } from '../chapter-forms.ts';
import { formStatesOf, talliesOf } from '../reckon.ts';
import { firedKey } from '../sift.ts';
import type { ExecutionConformOptions } from './conform.ts';
import type { ExecutionAbout } from './crew.ts';
import { outcomeCoverage } from './outcomes.ts';
import type { ExecutionSliceResult } from './slice.ts';

interface ExecutionReckoning {
  readonly about: ExecutionAbout;
  readonly options: ExecutionConformOptions;
  readonly results: readonly ExecutionSliceResult[];
  readonly findings: readonly ExecutionFinding[];
  readonly sparesStale: string | null;
  readonly isAborted: boolean;
}

export const executionReport = (reckoning: ExecutionReckoning): RunReport => {
  const { about, options, results, findings, sparesStale, isAborted } = reckoning;
  const tallies = talliesOf(results);
  return {
    command: options.command,
    seed: options.seed,
    modes: options.modes,
    subjects: about.subjects.map(({ name, version }) => ({ name, version })),
    missing: about.missing.map((subject) => ({
      ...subject,
      cases: tallies.filter(({ subject: name }) => name === subject.name).reduce((sum, { cases }) => sum + cases, 0),
    })),
    corpora: corporaOf(about, results),
    tallies,
    coverage: [],
    outcomes: options.modes.map((mode) => outcomeCoverage(mode, about.vendor, results)),
    chapters: chaptersOf({ goals: goalsOf(about.vendor) }, options.modes),
    formStates: formStatesOf(results),
    findings,
    stale: sparesStale === null ? staleRows(about, options.modes, results) : [],
    ...(isAborted ? { interrupted: 'aborted before its end; what was found so far is kept' } : {}),
  };
};

/** What execution is compared of. */
const goalsOf = (vendor: Vendor) =>
  modes.map((mode) => ({ mode, forms: integerForms(mode, vendor).map((form) => ({ form: formName(form) })) }));

const corporaOf = ({ sources }: ExecutionAbout, results: readonly ExecutionSliceResult[]) =>
  sources.flatMap(({ name, version, portable }) => {
    const own = results.filter(({ slice }) => slice.source === name);
    const cases = own.reduce((sum, result) => sum + result.cases, 0);
    return own.length === 0 ? [] : [{ name: `executions: ${name}`, version, portable, cases }];
  });

/** What the manuals leave undefined may be as ours has it on this CPU, and not on the next: such rows are never stale. */
const staleRows = (
  { known }: ExecutionAbout,
  asked: readonly Mode[],
  results: readonly ExecutionSliceResult[],
): StaleRow[] => {
  const fired = new Set(results.flatMap((result) => result.fired));
  return known
    .filter((row) => row.class !== 'undefined' && row.modes.some((mode) => asked.includes(mode)))
    .filter((row) => !modes.some((mode) => fired.has(firedKey(row.id, mode))))
    .map(({ id, note }) => ({ id, detail: `No execution differs as this row says: "${note}" Delete the row.` }));
};
