/** JUnit XML: a suite per subject and mode, a case per bucket. Explained buckets pass; missing subjects are skipped. */
import type { AnyFinding } from '../mismatch.ts';
import { countText } from './hex.ts';
import { findingsInOrder } from './order.ts';
import type { RunReport, Tally } from './run.ts';
import { talliesInOrder } from './run-json.ts';
import { findingSentence, smallestSample, verdictSentence } from './sentence.ts';

interface Case {
  readonly name: string;
  readonly failure?: { readonly message: string; readonly text: string };
  readonly skipped?: string;
  readonly output?: string;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

export function junitText(run: RunReport): string {
  const suites = suitesOf(run);
  const cases = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${attributes({ name: 'touchstone', ...totals(cases) })}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

const suitesOf = (run: RunReport): Suite[] => {
  const findings = findingsInOrder(run.findings);
  const suites = talliesInOrder(run.tallies).map((tally) => ({
    name: suiteName(tally.subject, tally.mode),
    cases: [tallyCase(tally), ...findings.filter((finding) => belongsTo(finding, tally)).map(bucketCase)],
  }));
  const homeless = findings.filter((finding) => !run.tallies.some((tally) => belongsTo(finding, tally)));
  if (homeless.length > 0) suites.push({ name: 'laws', cases: homeless.map(bucketCase) });
  if (run.missing.length > 0) {
    suites.push({
      name: 'missing subjects',
      cases: run.missing.map(({ name, unavailable, remedy }) => ({ name, skipped: `${unavailable} ${remedy}` })),
    });
  }
  if (run.stale.length > 0) {
    suites.push({ name: 'known rows', cases: run.stale.map(({ id, detail }) => staleCase(id, detail, run.command)) });
  }
  return suites;
};

const suiteName = (subject: string, mode: number): string => `${subject} ${mode}-bit`;

const belongsTo = (finding: AnyFinding, tally: Tally): boolean => {
  const sample = smallestSample(finding);
  const subject = sample.observable === 'law' ? 'laws' : sample.subject;
  return subject === tally.subject && sample.input.mode === tally.mode;
};

/** Every suite has this case, so that a suite without buckets still shows that it ran. */
const tallyCase = (tally: Tally): Case => {
  const output = `${countText(tally.cases)} cases: ${countText(tally.agreed)} agreed, ${countText(tally.explained)} explained, ${countText(tally.unexplained)} unexplained, ${countText(tally.unsupported)} unsupported, ${countText(tally.unavailable)} unavailable.`;
  return tally.cases > tally.unavailable ? { name: 'asked', output } : { name: 'asked', skipped: output };
};

const bucketCase = (finding: AnyFinding): Case => {
  const { key, known, count } = finding.bucket;
  const text = [
    findingSentence(finding),
    `Verdict: ${verdictSentence(finding)}`,
    `Cases: ${countText(count)}.`,
    `Replay: ${finding.replay}`,
  ].join('\n');
  if (known === null) return { name: key, failure: { message: findingSentence(finding), text } };
  return { name: key, output: `Explained by known row ${known}.\n${text}` };
};

const staleCase = (id: string, detail: string, command: string): Case => {
  const message = `Known row ${id} explains nothing any more: delete it.`;
  return { name: id, failure: { message, text: [message, detail, `Replay: ${command}`].join('\n') } };
};

const totals = (cases: readonly Case[]): Record<string, number> => ({
  tests: cases.length,
  failures: cases.filter((one) => one.failure !== undefined).length,
  errors: 0,
  skipped: cases.filter((one) => one.skipped !== undefined).length,
});

const suiteLines = ({ name, cases }: Suite): string[] => [
  `  <testsuite ${attributes({ name, ...totals(cases) })}>`,
  ...cases.flatMap((one) => caseLines(one, name)),
  '  </testsuite>',
];

const caseLines = ({ name, failure, skipped, output }: Case, suite: string): string[] => [
  `    <testcase ${attributes({ name, classname: `touchstone.${suite}` })}>`,
  ...(skipped === undefined ? [] : [`      <skipped ${attributes({ message: skipped })}/>`]),
  ...(failure === undefined
    ? []
    : [
        `      <failure ${attributes({ message: failure.message, type: 'mismatch' })}>${escapeXml(failure.text)}</failure>`,
      ]),
  ...(output === undefined ? [] : [`      <system-out>${escapeXml(output)}</system-out>`]),
  '    </testcase>',
];

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value)).replace(/[\n\t]/g, ' ')}"`)
    .join(' ');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML 1.0 section 2.2 forbids C0 besides tab and line ends, lone surrogates, FFFE and FFFF, even as references; C1 it discourages. */
const forbidden = /(?![\t\n])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/gu;

const escapeXml = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(forbidden, '')
    .replace(/[&<>"]/g, (character) => entities[character] ?? '');
