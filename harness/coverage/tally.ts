/** Counts which outcome classes of which forms executions reached. */
import type { Chapter } from '../../emulator/isa/chapters.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { chapterOf } from '../../emulator/isa/forms.ts';
import { type Mode, modes, type Vendor } from '../../emulator/isa/modes.ts';
import type { Execution, ExecutionAnswer } from '../execution.ts';
import { integerForms } from './integer-forms.ts';
import { OutcomeReader } from './outcome.ts';
import { type OutcomeClass, outcomesOf } from './outcomes.ts';

/** One form in one mode. */
export interface FormTally {
  readonly mode: Mode;
  readonly chapter: Chapter;
  readonly form: Form;
  readonly classes: readonly OutcomeClass[];
  readonly reached: ReadonlySet<string>;
  /** Why the CPU was not asked, where nobody answered. */
  readonly refused: string | null;
}

interface OpenTally {
  readonly open: OutcomeClass[];
  readonly reached: Set<string>;
  refused: string | null;
}

/** Plain data, to be sent between threads: `64 17 #PF read`. */
export interface TallyRecord {
  readonly reached: readonly string[];
  readonly refused: readonly (readonly [place: string, reason: string])[];
}

export class CoverageTally {
  readonly #vendor: Vendor;
  readonly #reader: OutcomeReader;
  readonly #tallies = new Map<string, OpenTally>();

  constructor(vendor: Vendor) {
    this.#vendor = vendor;
    this.#reader = new OutcomeReader(vendor);
    for (const mode of modes)
      for (const form of integerForms(mode, vendor))
        this.#tallies.set(placeOf(mode, form), {
          open: [...outcomesOf(form, mode)],
          reached: new Set(),
          refused: null,
        });
  }

  /** Cheap once a form has all of its classes; cheaper where the caller knows the form's index. */
  add(execution: Execution, answer: ExecutionAnswer, formIndex = -1): void {
    if (formIndex >= 0 && this.#tallies.get(`${execution.mode} ${formIndex}`)?.open.length === 0) return;
    const outcome = this.#reader.read(execution, answer);
    const tally = outcome === null ? undefined : this.#tallies.get(placeOf(execution.mode, outcome.form));
    if (outcome === null || tally === undefined) return;
    if (answer.status === 'refused') tally.refused ??= answer.reason;
    for (let k = tally.open.length - 1; k >= 0; k--) {
      const one = tally.open[k];
      if (one === undefined || !one.isReached(outcome)) continue;
      tally.reached.add(one.name);
      tally.open.splice(k, 1);
    }
  }

  /** The CPU is not asked about a form, by its name in the rows. */
  refuse(mode: Mode, name: string, reason: string): void {
    const form = integerForms(mode, this.#vendor).find((one) => formName(one) === name);
    const tally = form === undefined ? undefined : this.#tallies.get(placeOf(mode, form));
    if (tally !== undefined) tally.refused ??= reason;
  }

  forms(mode: Mode): readonly FormTally[] {
    return integerForms(mode, this.#vendor).map((form) => {
      const tally = this.#tallies.get(placeOf(mode, form));
      const classes = outcomesOf(form, mode);
      const reached = tally?.reached ?? new Set();
      return { mode, chapter: chapterOf(form), form, classes, reached, refused: tally?.refused ?? null };
    });
  }

  record(): TallyRecord {
    const all = [...this.#tallies];
    return {
      reached: all.flatMap(([place, { reached }]) => [...reached].map((name) => `${place} ${name}`)),
      refused: all.flatMap(([place, { refused }]) => (refused === null ? [] : [[place, refused] as const])),
    };
  }

  merge({ reached, refused }: TallyRecord): void {
    for (const text of reached) {
      const [, place = '', name = ''] = /^(\d+ \d+) (.*)$/.exec(text) ?? [];
      const tally = this.#tallies.get(place);
      const k = tally?.open.findIndex((one) => one.name === name) ?? -1;
      if (tally === undefined || k < 0) continue;
      tally.reached.add(name);
      tally.open.splice(k, 1);
    }
    for (const [place, reason] of refused) {
      const tally = this.#tallies.get(place);
      if (tally !== undefined) tally.refused ??= reason;
    }
  }
}

/** `o16 01 /r ADD r/m16, r16`. */
export const formName = ({ opcodeText, syntax }: Form): string => `${opcodeText} ${syntax}`;

const placeOf = (mode: Mode, { id }: Form): string => `${mode} ${id}`;
