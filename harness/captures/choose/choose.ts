/**
 * The executions that are captured of a form: twenty and more states of values, each at a boundary, then one state for
 * each way in which it can fault. The same for every seedless run: nothing here is drawn.
 */
import type { Execution } from '../../execution.ts';
import { questionText } from '../text.ts';
import type { Draft } from './draft.ts';
import type { FormPlace } from './encodings.ts';
import { faultDrafts } from './faults.ts';
import { moreDrafts, plainDrafts } from './plain.ts';
import { stringDrafts } from './strings.ts';
import { boundDrafts, farDrafts, isBoundCheck, isFarOrLoad } from './transfers.ts';

export const chooseExecutions = (place: FormPlace): readonly Execution[] => {
  const chosen = new Map<string, Execution>();
  const add = (drafts: readonly Draft[]): void => {
    for (const execution of drafts.map((draft) => draft.finish())) chosen.set(questionText(execution), execution);
  };
  add(valueDrafts(place));
  if (chosen.size < leastStates) add(moreDrafts(place));
  add(faultDrafts(place));
  return [...chosen.values()];
};

const leastStates = 20;

const valueDrafts = (place: FormPlace): readonly Draft[] => {
  const { form, mode } = place;
  if (form.operands.some((spec) => spec.place === 'string')) return stringDrafts(place);
  if (isFarOrLoad(form, { mode })) return farDrafts(place);
  return isBoundCheck(form) ? boundDrafts(place) : plainDrafts(place);
};
