/** Forms by name that a subject answers otherwise in some case, for a snapshot: what nasm, say, does not know or misreads. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { byText } from './order.ts';
import type { RunReport } from './run.ts';

/** A line a form with the modes where this is so; none where the subject was not asked, or agrees in all. */
export const explainedForms = ({ formStates = [] }: RunReport, subject: string): string[] => {
  const modesOf = new Map<string, Mode[]>();
  for (const { mode, states } of formStates.filter((one) => one.subject === subject)) {
    for (const [form, state] of states) {
      if (state === 'explained') modesOf.set(form, [...(modesOf.get(form) ?? []), mode]);
    }
  }
  return [...modesOf]
    .sort(([left], [right]) => byText(left, right))
    .map(
      ([form, modes]) =>
        `${[...modes]
          .sort((left, right) => left - right)
          .join(' ')
          .padEnd(8)}  ${form}`,
    );
};
