/** How text for a terminal is coloured. Whether it is, is for the caller to know. */
export interface Palette {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly explained: (text: string) => string;
}

const asIs = (text: string): string => text;

export const plainPalette: Palette = { strong: asIs, faint: asIs, good: asIs, bad: asIs, explained: asIs };

const wrap =
  (start: number, end: number) =>
  (text: string): string =>
    `\u001B[${start}m${text}\u001B[${end}m`;

export const ansiPalette: Palette = {
  strong: wrap(1, 22),
  faint: wrap(2, 22),
  good: wrap(32, 39),
  bad: wrap(31, 39),
  explained: wrap(33, 39),
};
