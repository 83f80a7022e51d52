/** The coverage page: a table by chapter, and every class by name that nothing reached. As text, and as JSON. */
import type { ChapterCoverage, CoverageSummary, Unreached } from './summary.ts';

export const coverageText = (summary: CoverageSummary): string => {
  const rows = [head, ...summary.chapters.map(rowOf), totalRow(summary.chapters)];
  const lines = [...aligned(rows), ...unreachedLines(summary.unreached)];
  return `${lines.join('\n')}\n`;
};

export const coverageJson = (summary: CoverageSummary): string => `${JSON.stringify(summary, null, 1)}\n`;

const head = ['mode', 'chapter', 'forms', 'classes', 'captures', 'campaign', 'reached', '%'] as const;

const rowOf = ({ mode, chapter, ...counts }: ChapterCoverage): readonly string[] => [
  `${mode}-bit`,
  chapter,
  ...countCells(counts),
];

type Counts = Omit<ChapterCoverage, 'mode' | 'chapter'>;

const countCells = ({ forms, classes, byCaptures, byCampaign, reached }: Counts): readonly string[] => [
  ...[forms, classes, byCaptures, byCampaign, reached].map(String),
  // Rounded down, so that 100 means all.
  (Math.floor((reached / classes) * 1000) / 10).toFixed(1),
];

const totalRow = (all: readonly ChapterCoverage[]): readonly string[] => {
  const sum = (of: (chapter: ChapterCoverage) => number): number => all.reduce((total, one) => total + of(one), 0);
  const counts = {
    forms: sum(({ forms }) => forms),
    classes: sum(({ classes }) => classes),
    byCaptures: sum(({ byCaptures }) => byCaptures),
    byCampaign: sum(({ byCampaign }) => byCampaign),
    reached: sum(({ reached }) => reached),
  };
  return ['all', '', ...countCells(counts)];
};

/** Words to the left, numbers to the right. */
const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};

const unreachedLines = (unreached: readonly Unreached[]): readonly string[] => {
  const asked = unreached.filter(({ refused }) => refused === null);
  const others = unreached.filter(({ refused }) => refused !== null);
  return [
    '',
    asked.length === 0
      ? 'Every class of the forms that the CPU is asked about is reached.'
      : `Not reached: ${asked.length}`,
    ...asked.map(lineOf),
    ...(others.length === 0 ? [] : ['', `Not reached, of forms that the CPU is not asked about: ${others.length}`]),
    ...others.map(lineOf),
  ];
};

const lineOf = ({ mode, form, name, place, refused }: Unreached): string =>
  `  ${mode}-bit  ${form}: ${name} (${place})${refused === null ? '' : `; ${refused}`}`;
