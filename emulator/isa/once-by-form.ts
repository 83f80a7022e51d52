/** What follows from a form's row, worked out when it is asked for first: programs meet few of thousands of forms. */
import type { Form } from './form.ts';
import { forms } from './forms.ts';

/** Takes the index of a form. */
export const onceByForm = <T extends object>(make: (form: Form) => T): ((form: number) => T) => {
  const known = new Array<T | undefined>(forms.length).fill(undefined);
  return (form) => {
    const value = known[form];
    if (value !== undefined) return value;
    const made = make(forms[form]);
    known[form] = made;
    return made;
  };
};
