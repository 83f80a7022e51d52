/** Coverage by chapter of the SDM, of two sources side by side: what captures reached, and what a campaign did. */
import { type Chapter, integerChapters } from '../../emulator/isa/chapters.ts';
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import { type CoverageTally, type FormTally, formName } from './tally.ts';

export interface Unreached {
  readonly mode: Mode;
  readonly chapter: Chapter;
  /** `o16 01 /r ADD r/m16, r16`. */
  readonly form: string;
  /** Name and place of the class. */
  readonly name: string;
  readonly place: string;
  /** Why the CPU is not asked about this form; null where it is. */
  readonly refused: string | null;
}

export interface ChapterCoverage {
  readonly mode: Mode;
  readonly chapter: Chapter;
  readonly forms: number;
  readonly classes: number;
  readonly byCaptures: number;
  readonly byCampaign: number;
  /** By either. */
  readonly reached: number;
}

export interface CoverageSummary {
  readonly chapters: readonly ChapterCoverage[];
  readonly unreached: readonly Unreached[];
}

export interface CoverageSources {
  readonly captures: CoverageTally;
  readonly campaign: CoverageTally;
}

/** The two tallies are of the same vendor. */
export const summarise = ({ captures, campaign }: CoverageSources): CoverageSummary => {
  const all: ChapterCoverage[] = [];
  const unreached: Unreached[] = [];
  for (const mode of modes) {
    const others = new Map(campaign.forms(mode).map((tally) => [tally.form.id, tally] as const));
    const pairs = captures.forms(mode).map((tally) => ({ tally, other: others.get(tally.form.id) ?? tally }));
    for (const chapter of integerChapters) {
      const here = pairs.filter(({ tally }) => tally.chapter === chapter);
      if (here.length === 0) continue;
      all.push({ mode, chapter, forms: here.length, ...countsOf(here) });
      unreached.push(...here.flatMap(unreachedOf));
    }
  }
  return { chapters: all, unreached };
};

interface FormPair {
  readonly tally: FormTally;
  readonly other: FormTally;
}

const countsOf = (pairs: readonly FormPair[]): Omit<ChapterCoverage, 'mode' | 'chapter' | 'forms'> => {
  const counts = { classes: 0, byCaptures: 0, byCampaign: 0, reached: 0 };
  for (const { tally, other } of pairs) {
    for (const { name } of tally.classes) {
      const [first, second] = [tally.reached.has(name), other.reached.has(name)];
      counts.classes++;
      if (first) counts.byCaptures++;
      if (second) counts.byCampaign++;
      if (first || second) counts.reached++;
    }
  }
  return counts;
};

const unreachedOf = ({ tally, other }: FormPair): readonly Unreached[] =>
  tally.classes
    .filter(({ name }) => !tally.reached.has(name) && !other.reached.has(name))
    .map(({ name, place }) => ({
      mode: tally.mode,
      chapter: tally.chapter,
      form: formName(tally.form),
      name,
      place,
      refused: tally.refused ?? other.refused,
    }));
