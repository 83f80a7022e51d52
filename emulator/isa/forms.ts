import { type Chapter, chapterRows, chapters } from './chapters.ts';
import type { Form } from './form.ts';
import { readRow } from './notation.ts';

/** Every form of the ISA; `Instruction.form` is an index into it. */
export const forms: readonly Form[] = chapters.flatMap((chapter) => chapterRows[chapter]).map(readRow);

const chapterByForm: readonly Chapter[] = chapters.flatMap((chapter) => chapterRows[chapter].map(() => chapter));

export const chapterOf = ({ id }: Form): Chapter => chapterByForm[id];
