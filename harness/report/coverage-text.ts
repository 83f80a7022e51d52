/** Forms by chapter and subject as text: the terminal's one screen, the lines of the snapshot, JSON. */
import { type Area, type AreaCounts, areasOf, chaptersIn, modesIn, subjectsIn, sumOf } from './area.ts';
import type { Palette } from './palette.ts';
import type { RunReport } from './run.ts';

/** A line a chapter, a column a subject, all modes of the run in one. */
export const coverageTable = (run: RunReport, palette: Palette): string => {
  const areas = areasOf(run);
  const subjects = subjectsIn(areas);
  const line = (name: string, own: readonly Area[]): Cell[] => [
    plain(name),
    plain(String(formsIn(own))),
    ...subjects.map((subject) => cellOf(sumOf(own.filter((area) => area.subject === subject)))),
  ];
  const rows = [
    ['chapter', 'forms', ...subjects].map(plain),
    ...chaptersIn(areas).map((chapter) =>
      line(
        chapter,
        areas.filter((area) => area.chapter === chapter),
      ),
    ),
    line('all', areas),
  ];
  const legend = 'Forms of all modes: agreed in every case, +explained somewhere, !unexplained, -unreached.';
  return `${aligned(rows, palette)}\n${palette.faint(legend)}\n`;
};

interface Cell {
  readonly text: string;
  readonly paint: keyof Palette | null;
}

const plain = (text: string): Cell => ({ text, paint: null });

const cellOf = (counts: AreaCounts): Cell => {
  const { forms, unexplained, unreached } = counts;
  if (forms === unreached) return { text: '·', paint: 'faint' };
  return { text: countsText(counts), paint: unexplained > 0 ? 'bad' : unreached > 0 ? 'explained' : null };
};

/** `378+12!1-3`: what is 0 is left out, but for the first. */
const countsText = ({ agreed, explained, unexplained, unreached }: AreaCounts): string =>
  [
    String(agreed),
    explained > 0 ? `+${explained}` : '',
    unexplained > 0 ? `!${unexplained}` : '',
    unreached > 0 ? `-${unreached}` : '',
  ].join('');

/** Forms of a chapter in a mode are those of any subject there. */
const formsIn = (areas: readonly Area[]): number => {
  const byPlace = new Map(areas.map(({ mode, chapter, forms }) => [`${mode} ${chapter}`, forms]));
  return [...byPlace.values()].reduce((sum, forms) => sum + forms, 0);
};

const aligned = (rows: readonly (readonly Cell[])[], palette: Palette): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.text.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map(({ text, paint }, column) => {
          const width = widths[column] ?? 0;
          const padded = column === 0 ? text.padEnd(width) : text.padStart(width);
          return paint === null ? padded : palette[paint](padded);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** A line a mode and chapter, so that a change is one line. */
export const coverageLines = (run: RunReport): string[] => {
  const areas = areasOf(run);
  return modesIn(areas).flatMap((mode) => {
    const ofMode = areas.filter((area) => area.mode === mode);
    return ['', ...chaptersIn(ofMode).map((chapter) => chapterLine(ofMode.filter((area) => area.chapter === chapter)))];
  });
};

const chapterLine = (areas: readonly Area[]): string => {
  const [first] = areas;
  if (first === undefined) return '';
  const cells = areas.map((area) => `${area.subject} ${countsText(area)}`);
  return [`${first.mode}-bit`, first.chapter, `forms ${first.forms}`, ...cells].join('  ');
};

export const coverageJson = (run: RunReport): string =>
  `${JSON.stringify({ command: run.command, areas: areasOf(run) }, null, 1)}\n`;
