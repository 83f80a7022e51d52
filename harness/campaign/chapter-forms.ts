/** The forms of a campaign's goals by chapter of the SDM. Goals that are no forms of the rows belong to none. */
import { chapters } from '../../emulator/isa/chapters.ts';
import { chapterOf, forms } from '../../emulator/isa/forms.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { formName } from '../coverage/tally.ts';
import type { ChapterForms } from '../report/form-state.ts';
import type { About } from './crew.ts';

export const chaptersOf = ({ goals }: Pick<About, 'goals'>, modes: readonly Mode[]): ChapterForms[] =>
  goals
    .filter(({ mode }) => modes.includes(mode))
    .flatMap(({ mode, forms: wanted }) =>
      chapters.flatMap((chapter) => {
        const names = wanted.map(({ form }) => form).filter((form) => chapterByName.get(form) === chapter);
        return names.length === 0 ? [] : [{ mode, chapter, forms: names }];
      }),
    );

const chapterByName: ReadonlyMap<string, string> = new Map(forms.map((form) => [formName(form), chapterOf(form)]));
