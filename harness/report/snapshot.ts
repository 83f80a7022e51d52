/**
 * The committed snapshots: one file a subject, so that a subject of another version changes its own file only; form
 * coverage, broken laws and versions in files of their own. Only portable corpora count: a binary of this machine would
 * make the numbers this machine's.
 */
import type { AnyFinding } from '../mismatch.ts';
import { coverageLines } from './coverage-text.ts';
import { explainedForms } from './form-lists.ts';
import { byText, findingsInOrder } from './order.ts';
import type { RunReport, Tally } from './run.ts';
import { coverageInOrder, talliesInOrder } from './run-json.ts';
import { smallestSample } from './sentence.ts';

export interface SnapshotFile {
  /** `iced.snap`. */
  readonly name: string;
  readonly text: string;
}

/** More failing buckets than this in one mode are counted, not named: a snapshot is read. */
const namedBuckets = 60;

export function snapshotFiles(run: RunReport): SnapshotFile[] {
  const foreign = run.corpora.filter((corpus) => !corpus.portable).map((corpus) => corpus.name);
  if (foreign.length > 0) {
    throw new Error(
      `A snapshot counts portable corpora only; this run also has ${foreign.join(', ')}. Leave them out.`,
    );
  }
  const laws = run.findings.filter(isLaw);
  const names = new Set([
    ...run.tallies.map((tally) => tally.subject),
    ...run.findings.filter((finding) => !isLaw(finding)).map((finding) => smallestSample(finding).subject),
  ]);
  const files = [...names].sort(byText).map((name) => ({ name, lines: subjectLines(run, name) }));
  files.push({ name: 'forms', lines: formLines(run) });
  if (run.chapters !== undefined) files.push({ name: 'coverage', lines: coverageLines(run) });
  if (names.has('nasm')) files.push({ name: 'nasm-forms', lines: ['', ...explainedForms(run, 'nasm')] });
  if (!names.has('laws')) files.push({ name: 'laws', lines: bucketLines(laws) });
  files.push({ name: 'subjects', lines: versionLines(run) });
  return files
    .map(({ name, lines }) => ({ name: `${fileName(name)}.snap`, text: [`# ${run.command}`, ...lines, ''].join('\n') }))
    .sort((left, right) => byText(left.name, right.name));
}

const isLaw = (finding: AnyFinding): boolean => smallestSample(finding).observable === 'law';

/** Subjects are named by their authors: keep the name a file name on every system. */
const fileName = (subject: string): string => subject.replace(/[^A-Za-z0-9.-]+/g, '-').replace(/^[.-]+/, '');

const subjectLines = (run: RunReport, subject: string): string[] => {
  const lines: string[] = [];
  for (const tally of talliesInOrder(run.tallies.filter((one) => one.subject === subject))) {
    const findings = run.findings.filter((finding) => {
      const sample = smallestSample(finding);
      const name = isLaw(finding) ? 'laws' : sample.subject;
      return name === subject && sample.input.mode === tally.mode;
    });
    lines.push('', tallyLine(tally), ...bucketLines(findings));
  }
  return lines;
};

const tallyLine = (tally: Tally): string =>
  [
    `${tally.mode}-bit`,
    `cases ${tally.cases}`,
    `agreed ${tally.agreed}`,
    `explained ${tally.explained}`,
    `unexplained ${tally.unexplained}`,
    `unsupported ${tally.unsupported}`,
    `unavailable ${tally.unavailable}`,
  ].join('  ');

/** Explained buckets by known row with the sum of their counts, failing ones each by name. */
const bucketLines = (findings: readonly AnyFinding[]): string[] => {
  const failing = findingsInOrder(findings.filter((finding) => finding.bucket.known === null));
  const named = failing
    .slice(0, namedBuckets)
    .map((finding) => `failing    ${oneLine(finding.bucket.key)}  ${finding.bucket.count}`);
  const rest = failing.slice(namedBuckets);
  if (rest.length > 0) named.push(`failing    and ${rest.length} buckets more  ${totalOf(rest)}`);
  return [...named, ...knownLines(findings)];
};

const knownLines = (findings: readonly AnyFinding[]): string[] => {
  const countById = new Map<string, number>();
  for (const { bucket } of findings) {
    if (bucket.known !== null) countById.set(bucket.known, (countById.get(bucket.known) ?? 0) + bucket.count);
  }
  return [...countById]
    .sort((left, right) => byText(left[0], right[0]))
    .map(([id, count]) => `explained  ${oneLine(id)}  ${count}`);
};

const totalOf = (findings: readonly AnyFinding[]): number =>
  findings.reduce((total, finding) => total + finding.bucket.count, 0);

const formLines = (run: RunReport): string[] =>
  coverageInOrder(run.coverage).flatMap(({ mode, total, unreached }) => [
    '',
    `${mode}-bit  forms ${total}  reached ${total - unreached.length}`,
    ...unreached.map(({ form, why }) => `unreached  ${oneLine(form)}  ${oneLine(why)}`).sort(byText),
  ]);

const versionLines = (run: RunReport): string[] => [
  '',
  ...run.subjects.map(({ name, version }) => `${name}  ${oneLine(version)}`).sort(byText),
  '',
  `seed  ${run.seed}`,
  ...run.corpora.map(({ name, version, cases }) => `${name}  ${oneLine(version)}  cases ${cases}`).sort(byText),
];

/** What others wrote never breaks the line structure. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
