/** Forms counted by mode, chapter of the SDM and subject: what every case of them came to, and which none was compared of. */
import type { Mode } from '../../emulator/isa/modes.ts';
import type { FormState, FormStates } from './form-state.ts';
import { byText } from './order.ts';
import type { RunReport } from './run.ts';

export interface Area {
  readonly mode: Mode;
  readonly chapter: string;
  readonly subject: string;
  /** The sum of the other four. */
  readonly forms: number;
  /** All cases agreed. */
  readonly agreed: number;
  /** Some differ, and known rows claim all that do. */
  readonly explained: number;
  readonly unexplained: number;
  /** No answer was compared. */
  readonly unreached: number;
  /** By name: the unexplained first, then the unreached, each sorted. */
  readonly open: readonly OpenForm[];
}

export interface OpenForm {
  readonly form: string;
  readonly state: 'unexplained' | 'unreached';
}

export type AreaCounts = Pick<Area, 'forms' | 'agreed' | 'explained' | 'unexplained' | 'unreached'>;

/** By mode, then in the order of chapters, then of subjects; subjects that a mode never met have none there. */
export const areasOf = ({ chapters = [], formStates = [] }: RunReport): Area[] =>
  [...chapters]
    .sort((left, right) => left.mode - right.mode)
    .flatMap(({ mode, chapter, forms }) =>
      formStates
        .filter((states) => states.mode === mode)
        .sort((left, right) => byText(left.subject, right.subject))
        .map((states) => areaOf({ mode, chapter, forms, states })),
    );

interface AreaForms {
  readonly mode: Mode;
  readonly chapter: string;
  readonly forms: readonly string[];
  readonly states: FormStates;
}

const areaOf = ({ mode, chapter, forms, states: { subject, states } }: AreaForms): Area => {
  const named = (state: FormState | undefined): string[] =>
    forms.filter((form) => states.get(form) === state).sort(byText);
  const [unexplained, unreached] = [named('unexplained'), named(undefined)];
  return {
    mode,
    chapter,
    subject,
    forms: forms.length,
    agreed: named('agreed').length,
    explained: named('explained').length,
    unexplained: unexplained.length,
    unreached: unreached.length,
    open: [
      ...unexplained.map((form) => ({ form, state: 'unexplained' as const })),
      ...unreached.map((form) => ({ form, state: 'unreached' as const })),
    ],
  };
};

export interface Reach {
  readonly forms: number;
  readonly compared: number;
  readonly unexplained: number;
}

/** Forms of all chapters and modes, those that some subject's answer was compared of, and those of which some differs. */
export const reachOf = ({ chapters = [], formStates = [] }: RunReport): Reach => {
  const reach = { forms: 0, compared: 0, unexplained: 0 };
  for (const { mode, forms } of chapters) {
    const states = formStates.filter((one) => one.mode === mode);
    reach.forms += forms.length;
    reach.compared += forms.filter((form) => states.some((one) => one.states.has(form))).length;
    reach.unexplained += forms.filter((form) => states.some((one) => one.states.get(form) === 'unexplained')).length;
  }
  return reach;
};

export const sumOf = (areas: readonly AreaCounts[]): AreaCounts => {
  const sum = { forms: 0, agreed: 0, explained: 0, unexplained: 0, unreached: 0 };
  for (const area of areas) {
    sum.forms += area.forms;
    sum.agreed += area.agreed;
    sum.explained += area.explained;
    sum.unexplained += area.unexplained;
    sum.unreached += area.unreached;
  }
  return sum;
};

/** Without repetition, in the order of first sight. */
export const chaptersIn = (areas: readonly Area[]): string[] => [...new Set(areas.map(({ chapter }) => chapter))];
export const subjectsIn = (areas: readonly Area[]): string[] =>
  [...new Set(areas.map(({ subject }) => subject))].sort(byText);
export const modesIn = (areas: readonly Area[]): Mode[] => [...new Set(areas.map(({ mode }) => mode))];
