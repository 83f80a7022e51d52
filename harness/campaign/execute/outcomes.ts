/** Which outcome classes executions have reached: for each form two words of bits, in the order of its classes. */
import { forms } from '../../../emulator/isa/forms.ts';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { integerForms } from '../../coverage/integer-forms.ts';
import { OutcomeReader } from '../../coverage/outcome.ts';
import { outcomesOf } from '../../coverage/outcomes.ts';
import type { ExecutionAnswer } from '../../execution.ts';
import type { Coverage } from '../../report/run.ts';
import type { Case } from './setup.ts';
import type { ExecutionSliceResult } from './slice.ts';

export class Outcomes {
  readonly words = new Uint32Array(2 * forms.length);
  readonly #mode: Mode;
  readonly #reader: OutcomeReader;
  /** Classes that are not reached yet, by form; what is not wanted has none. */
  readonly #missing = new Uint8Array(forms.length);

  constructor(mode: Mode, vendor: Vendor) {
    this.#mode = mode;
    this.#reader = new OutcomeReader(vendor);
    for (const form of integerForms(mode, vendor)) this.#missing[form.id] = outcomesOf(form, mode).length;
  }

  /** Takes note of what an execution came to; cheap where its form has nothing left to reach. */
  add(execution: Case, answer: ExecutionAnswer): void {
    if (execution.form >= 0 && this.#missing[execution.form] === 0) return;
    const outcome = this.#reader.read(execution, answer);
    if (outcome === null || this.#missing[outcome.form.id] === 0) return;
    for (const [k, { isReached }] of outcomesOf(outcome.form, this.#mode).entries()) {
      const word = 2 * outcome.form.id + (k >> 5);
      const bit = 1 << (k & 31);
      const reached = this.words[word] ?? 0;
      if ((reached & bit) !== 0 || !isReached(outcome)) continue;
      this.words[word] = reached | bit;
      this.#missing[outcome.form.id] = (this.#missing[outcome.form.id] ?? 0) - 1;
    }
  }
}

/** `total` counts classes; one that is not reached is named with its form. */
export const outcomeCoverage = (mode: Mode, vendor: Vendor, results: readonly ExecutionSliceResult[]): Coverage => {
  const reached = new Uint32Array(2 * forms.length);
  for (const { slice, outcomes } of results) {
    if (slice.mode !== mode) continue;
    for (let k = 0; k < reached.length; k++) reached[k] = (reached[k] ?? 0) | (outcomes[k] ?? 0);
  }
  let total = 0;
  const unreached: { form: string; why: string }[] = [];
  for (const form of integerForms(mode, vendor)) {
    const classes = outcomesOf(form, mode);
    total += classes.length;
    for (const [k, { name, place }] of classes.entries()) {
      if ((((reached[2 * form.id + (k >> 5)] ?? 0) >>> (k & 31)) & 1) === 1) continue;
      unreached.push({
        form: `${form.opcodeText} ${form.syntax}: ${name}`,
        why: `no execution came to this (${place})`,
      });
    }
  }
  return { mode, total, unreached };
};
