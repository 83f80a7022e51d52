/** What came of the cases of a form when a subject was asked: the worst of it. Plain data, as a run hands it to its reports. */
import type { Mode } from '../../emulator/isa/modes.ts';

export type FormState = 'agreed' | 'explained' | 'unexplained';
export type FormStateMap = Map<string, FormState>;

/** Of one subject in one mode; a form that no answer was compared of is not there. */
export interface FormStates {
  readonly mode: Mode;
  readonly subject: string;
  readonly states: ReadonlyMap<string, FormState>;
}

/** The forms of a mode that belong to one chapter of the SDM. */
export interface ChapterForms {
  readonly mode: Mode;
  readonly chapter: string;
  readonly forms: readonly string[];
}

const ranks: Readonly<Record<FormState, number>> = { agreed: 0, explained: 1, unexplained: 2 };

/** Keeps the worse of what was known of a form and what is new. */
export const noteState = (states: FormStateMap, form: string, state: FormState): void => {
  const before = states.get(form);
  if (before === undefined || ranks[before] < ranks[state]) states.set(form, state);
};

/** What two runs say of one subject in one mode. */
export const joinStates = (left: FormStates, right: FormStates): FormStates => {
  const states: FormStateMap = new Map(left.states);
  for (const [form, state] of right.states) noteState(states, form, state);
  return { ...left, states };
};
