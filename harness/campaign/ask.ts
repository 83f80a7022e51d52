/** How a mismatch is asked about again: of ours and one subject, or of a law. */
import { compare } from '../compare/compare.ts';
import { checkLaws, type LawName, type LawTools, lawNames } from '../compare/laws.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Ask } from '../shrink/shrink.ts';
import type { Answer, Input, Subject } from '../subject.ts';

/** Inputs in a mode or for a vendor that the subject does not know are no mismatch. */
export const askSubject =
  (ours: Subject, subject: Subject): Ask =>
  async (inputs) => {
    const known = inputs.filter((input) => canBeAsked(subject, input));
    const [left, right] = await Promise.all([answersOf(ours, known), answersOf(subject, known)]);
    const found = new Map<Input, Mismatch | null>();
    for (const [k, input] of known.entries()) {
      const [our, their] = [left[k], right[k]];
      found.set(input, our === undefined || their === undefined ? null : compare(input, our, their, subject));
    }
    return inputs.map((input) => found.get(input) ?? null);
  };

const askLaw =
  (ours: Subject, law: LawName, tools: LawTools): Ask =>
  async (inputs) => {
    const answers = await answersOf(ours, inputs);
    const cases = inputs.flatMap((input, k) => {
      const answer = answers[k];
      return answer === undefined ? [] : [{ input, ours: answer }];
    });
    const breaches = await checkLaws(cases, ours, tools, [law]);
    return inputs.map((input) => breaches.find((breach) => breach.input === input) ?? null);
  };

/** Asks about the law that a mismatch names. */
export const askItsLaw =
  (ours: Subject, tools: LawTools) =>
  ({ subject }: Mismatch): Ask => {
    const law = lawNames.find((name) => name === subject);
    if (law === undefined) throw new Error(`No law is named ${subject}.`);
    return askLaw(ours, law, tools);
  };

export const canBeAsked = (subject: Subject, { mode, vendor }: Pick<Input, 'mode' | 'vendor'>): boolean =>
  subject.modes.includes(mode) && subject.vendors.includes(vendor);

/** Answers, one an input: a subject that breaks this is the harness's own fault. */
export const answersOf = async (subject: Subject, inputs: readonly Input[]): Promise<readonly Answer[]> => {
  if (inputs.length === 0) return [];
  const answers = await subject.decode(inputs);
  if (answers.length === inputs.length) return answers;
  throw new Error(
    `${subject.name} gave ${answers.length} answers to ${inputs.length} inputs. A subject answers each input once.`,
  );
};
