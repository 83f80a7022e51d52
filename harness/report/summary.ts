/** What the terminal shows at the end of a run: a table per mode and subject, and a block for each failing bucket. */
import type { AnyFinding } from '../mismatch.ts';
import { countText, shareText, visibleText } from './hex.ts';
import { findingsInOrder } from './order.ts';
import type { Palette } from './palette.ts';
import type { Coverage, RunReport, Tally } from './run.ts';
import { coverageInOrder, talliesInOrder } from './run-json.ts';
import { findingSentence, formText, smallestSample, verdictSentence } from './sentence.ts';

/** More than a screen or two of blocks is not read; the reports hold them all. */
const blocksShown = 20;

/** Failing buckets first, then the table, then what is missing: the last lines are what stays on the screen. */
export function summaryText(run: RunReport, palette: Palette): string {
  const failing = findingsInOrder(run.findings).filter((finding) => finding.bucket.known === null);
  const blocks = [
    ...failing.slice(0, blocksShown).map((finding) => failureText(finding, palette)),
    ...(failing.length > blocksShown
      ? [`and ${countText(failing.length - blocksShown)} more unexplained buckets.`]
      : []),
    ...run.stale.map(({ id, detail }) => staleText(id, detail, palette)),
    tableText(run, palette),
    ...run.missing.map(
      ({ name, unavailable, remedy, cases }) =>
        `${palette.explained(`${name} was not asked`)} (${countText(cases)} cases): ${visibleText(unavailable)}\n  ${remedy}`,
    ),
    outcomeText(run, failing.length, palette),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** What happened, to what, who says what, who is right, and the line that runs it again. */
export function failureText(finding: AnyFinding, palette: Palette): string {
  const form = formText(smallestSample(finding));
  return [
    `${palette.bad('unexplained')}  ${palette.strong(findingSentence(finding))}`,
    ...(form === '' ? [] : [`  Form: ${visibleText(form)}.`]),
    `  Verdict: ${verdictSentence(finding)}`,
    `  Cases: ${countText(finding.bucket.count)}. ${palette.faint(`Bucket: ${visibleText(finding.bucket.key)}`)}`,
    ...alsoLines(finding),
    `  Replay: ${finding.replay}`,
  ].join('\n');
}

/** The reports hold them all. */
const alsoShown = 5;

const alsoLines = ({ also = [] }: AnyFinding): readonly string[] => [
  ...also.slice(0, alsoShown).map(({ key, count }) => `  Also: ${countText(count)} cases of ${visibleText(key)}`),
  ...(also.length > alsoShown ? [`  Also: ${countText(also.length - alsoShown)} more buckets like these`] : []),
];

const staleText = (id: string, detail: string, palette: Palette): string =>
  `${palette.bad('stale')}  ${palette.strong(`Known row ${id} explains nothing any more.`)}\n  ${detail}\n  Delete the row.`;

const headings = ['mode', 'subject', 'cases', 'agreed', 'explained', 'unexplained', 'unsupported', 'forms'];
/** The first two columns are words, the others numbers. */
const wordColumns = 2;

const tableText = (run: RunReport, palette: Palette): string => {
  const tallies = talliesInOrder(run.tallies);
  const coverage = coverageInOrder(run.coverage);
  const rows = tallies.map((tally, index) => cellsOf(tally, coverage, tallies[index - 1]?.mode === tally.mode));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string[] =>
    cells.map((cell, column) =>
      column < wordColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  const body = rows.map((row, index) => {
    const cells = line(row);
    const tally = tallies[index];
    return tally === undefined ? '' : paintRow(cells, tally, palette).join('  ').trimEnd();
  });
  return [palette.faint(line(headings).join('  ').trimEnd()), ...body].join('\n');
};

const cellsOf = (tally: Tally, coverage: readonly Coverage[], sameMode: boolean): string[] => [
  sameMode ? '' : `${tally.mode}-bit`,
  tally.subject,
  countText(tally.cases),
  countText(tally.agreed),
  countText(tally.explained),
  countText(tally.unexplained),
  countText(tally.unsupported),
  sameMode ? '' : formsText(coverage.find((one) => one.mode === tally.mode)),
];

const formsText = (coverage: Coverage | undefined): string => {
  if (coverage === undefined) return '';
  const reached = coverage.total - coverage.unreached.length;
  return `${countText(reached)}/${countText(coverage.total)} (${shareText(reached, coverage.total)})`;
};

const paintRow = (cells: readonly string[], tally: Tally, palette: Palette): string[] =>
  cells.map((cell, column) => {
    if (column === 4 && tally.explained > 0) return palette.explained(cell);
    if (column === 5) return tally.unexplained > 0 ? palette.bad(cell) : palette.good(cell);
    return cell;
  });

const outcomeText = (run: RunReport, failing: number, palette: Palette): string => {
  const early = run.interrupted === undefined ? '' : ` Ended early: ${run.interrupted}`;
  const stale = run.stale.length;
  if (failing === 0 && stale === 0) return `${palette.good('Every difference is explained.')}${early}`;
  const parts = [
    ...(failing > 0 ? [`${countText(failing)} unexplained ${failing === 1 ? 'bucket' : 'buckets'}`] : []),
    ...(stale > 0 ? [`${countText(stale)} stale known ${stale === 1 ? 'row' : 'rows'}`] : []),
  ];
  return `${palette.bad(`${parts.join(', ')}.`)}${early}`;
};
