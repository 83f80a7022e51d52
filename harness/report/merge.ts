/** Makes one run of several: shards, or generated corpora and real binaries. Which run comes first does not matter for counts. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { type AnyFinding, type AnyMismatch, type Finding, isExecution, isExecutionFinding } from '../mismatch.ts';
import { stateLine } from './execution-line.ts';
import { joinStates } from './form-state.ts';
import { hexBytes } from './hex.ts';
import { bySample } from './order.ts';
import type { Corpus, Coverage, MissingSubject, RunReport, StaleRow, Tally, UnreachedForm } from './run.ts';

const samplesKept = 5;

/** The first run's command, seed and versions stand for all. */
export function mergeRuns(first: RunReport, ...others: readonly RunReport[]): RunReport {
  return others.reduce(mergeTwo, first);
}

const mergeTwo = (left: RunReport, right: RunReport): RunReport => {
  const interrupted = left.interrupted ?? right.interrupted;
  return {
    command: left.command,
    seed: left.seed,
    modes: distinct([...left.modes, ...right.modes], String, (mode) => mode),
    subjects: distinct(
      [...left.subjects, ...right.subjects],
      (subject) => subject.name,
      (subject) => subject,
    ),
    missing: distinct([...left.missing, ...right.missing], (subject) => subject.name, addMissing),
    corpora: distinct([...left.corpora, ...right.corpora], (corpus) => `${corpus.name} ${corpus.version}`, addCorpora),
    tallies: distinct([...left.tallies, ...right.tallies], (tally) => `${tally.mode} ${tally.subject}`, addTallies),
    coverage: distinct([...left.coverage, ...right.coverage], (coverage) => String(coverage.mode), joinCoverage),
    ...joinOutcomes(left.outcomes, right.outcomes),
    ...joinForms(left, right),
    findings: distinct([...left.findings, ...right.findings], (finding) => finding.bucket.key, joinFindings),
    stale: staleInBoth(left.stale, right.stale),
    ...(interrupted === undefined ? {} : { interrupted }),
  };
};

/** One of each key, in order of first sight; `join` makes one of two. */
const distinct = <T>(all: readonly T[], keyOf: (one: T) => string, join: (left: T, right: T) => T): T[] => {
  const byKey = new Map<string, T>();
  for (const one of all) {
    const key = keyOf(one);
    const seen = byKey.get(key);
    byKey.set(key, seen === undefined ? one : join(seen, one));
  }
  return [...byKey.values()];
};

const addMissing = (left: MissingSubject, right: MissingSubject): MissingSubject => ({
  ...left,
  cases: left.cases + right.cases,
});

const addCorpora = (left: Corpus, right: Corpus): Corpus => ({ ...left, cases: left.cases + right.cases });

const addTallies = (left: Tally, right: Tally): Tally => ({
  mode: left.mode,
  subject: left.subject,
  cases: left.cases + right.cases,
  agreed: left.agreed + right.agreed,
  explained: left.explained + right.explained,
  unexplained: left.unexplained + right.unexplained,
  unsupported: left.unsupported + right.unsupported,
  unavailable: left.unavailable + right.unavailable,
});

/** A form is unreached where no run reached it. */
const joinCoverage = (left: Coverage, right: Coverage): Coverage => {
  const missedToo = new Set(right.unreached.map((unreached) => unreached.form));
  const unreached: UnreachedForm[] = left.unreached.filter((one) => missedToo.has(one.form));
  const mode: Mode = left.mode;
  return { mode, total: left.total, unreached };
};

const joinOutcomes = (left: RunReport['outcomes'], right: RunReport['outcomes']): Pick<RunReport, 'outcomes'> => {
  if (left === undefined) return right === undefined ? {} : { outcomes: right };
  if (right === undefined) return { outcomes: left };
  return { outcomes: distinct([...left, ...right], (coverage) => String(coverage.mode), joinCoverage) };
};

/** Forms are those of the rows, so that where both runs tell them they tell the same. */
const joinForms = (left: RunReport, right: RunReport): Pick<RunReport, 'chapters' | 'formStates'> => {
  const chapters = distinct(
    [...(left.chapters ?? []), ...(right.chapters ?? [])],
    ({ mode, chapter }) => `${mode} ${chapter}`,
    (one) => one,
  );
  const formStates = distinct(
    [...(left.formStates ?? []), ...(right.formStates ?? [])],
    ({ mode, subject }) => `${mode} ${subject}`,
    joinStates,
  );
  return {
    ...(left.chapters === undefined && right.chapters === undefined ? {} : { chapters }),
    ...(left.formStates === undefined && right.formStates === undefined ? {} : { formStates }),
  };
};

/** A row is stale where it fired in no run. */
const staleInBoth = (left: readonly StaleRow[], right: readonly StaleRow[]): StaleRow[] => {
  const staleToo = new Set(right.map((row) => row.id));
  return left.filter((row) => staleToo.has(row.id));
};

/** The smaller sample's finding speaks for both: its answers are about that sample. */
const joinFindings = (left: AnyFinding, right: AnyFinding): AnyFinding => {
  if (isExecutionFinding(left)) return isExecutionFinding(right) ? joinTwo(left, right) : left;
  return isExecutionFinding(right) ? left : joinTwo(left, right);
};

const joinTwo = <M extends AnyMismatch>(left: Finding<M>, right: Finding<M>): Finding<M> => {
  const samples = distinct([...left.bucket.samples, ...right.bucket.samples].sort(bySample), sampleKey, (one) => one);
  const smallest = samples[0];
  const speaker = smallest !== undefined && right.bucket.samples[0] === smallest ? right : left;
  return {
    ...speaker,
    bucket: { ...left.bucket, count: left.bucket.count + right.bucket.count, samples: samples.slice(0, samplesKept) },
  };
};

const sampleKey = (sample: AnyMismatch): string =>
  `${sample.input.vendor} ${hexBytes(sample.input.bytes)} ${isExecution(sample) ? stateLine(sample.execution) : ''}`;
