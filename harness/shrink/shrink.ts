/**
 * Makes a mismatch smaller for as long as it stays the same mismatch. What turns into another one on the way is handed
 * back as a find of its own. Deterministic: the same mismatch and the same subjects give the same result.
 */
import { causeKey, isSameCause } from '../bucket/bucket.ts';
import type { Mismatch } from '../mismatch.ts';
import type { Input } from '../subject.ts';
import {
  addresses,
  anyByte,
  applyEdits,
  type Edit,
  isSmaller,
  leaps,
  lowerRegisters,
  memoryForms,
  type Pass,
  plainPrefixes,
  prefixes,
  rexBits,
  settings,
  smallNumbers,
  tails,
  zeroedFields,
} from './edits.ts';
import { vexFields } from './vex-edits.ts';

/** The mismatch of each input, in order; null where all is well or nothing can be said. */
export type Ask = (inputs: readonly Input[]) => Promise<readonly (Mismatch | null)[]>;

export interface ShrinkOptions {
  /** Inputs asked at most. */
  readonly budget?: number;
  /** Is the candidate still what is being shrunk? The same cause by default. */
  readonly isSame?: (candidate: Mismatch, original: Mismatch) => boolean;
}

export interface Shrunk {
  readonly mismatch: Mismatch;
  /** Other mismatches met on the way, the smallest one a cause, in order of meeting. */
  readonly slipped: readonly Mismatch[];
  /** Inputs asked. */
  readonly calls: number;
  /** No prefix or byte can be dropped and no field zeroed; false where the budget ended first. */
  readonly isMinimal: boolean;
}

export const shrinkBudget = 200;

export async function shrink(mismatch: Mismatch, ask: Ask, options: ShrinkOptions = {}): Promise<Shrunk> {
  const search = new Search(mismatch, ask, options);
  let isMinimal = false;
  while (!isMinimal && !search.isSpent) {
    isMinimal = true;
    for (const pass of passes) {
      while (await search.improve(pass)) isMinimal = false;
    }
  }
  return {
    mismatch: search.best,
    slipped: search.slipped(),
    calls: search.calls,
    isMinimal: isMinimal && !search.isSpent,
  };
}

const passes: readonly Pass[] = [
  leaps,
  prefixes,
  rexBits,
  vexFields,
  plainPrefixes,
  tails,
  addresses,
  zeroedFields,
  smallNumbers,
  lowerRegisters,
  memoryForms,
  anyByte,
  settings,
];

class Search {
  best: Mismatch;
  calls = 0;
  isSpent = false;
  readonly #original: Mismatch;
  readonly #ask: Ask;
  readonly #budget: number;
  readonly #isSame: (candidate: Mismatch, original: Mismatch) => boolean;
  readonly #answers = new Map<string, Mismatch | null>();
  readonly #slipped = new Map<string, Mismatch>();

  constructor(original: Mismatch, ask: Ask, { budget = shrinkBudget, isSame = isSameCause }: ShrinkOptions) {
    this.best = original;
    this.#original = original;
    this.#ask = ask;
    this.#budget = budget;
    this.#isSame = isSame;
  }

  slipped(): Mismatch[] {
    return [...this.#slipped.values()];
  }

  /** Tries a pass's edits in one batch; takes all that hold together, else the first that holds. */
  async improve(pass: Pass): Promise<boolean> {
    const edits = pass(this.best).filter((edit) => isSmaller(applyEdits(this.best.input, [edit]), this.best.input));
    const holding = await this.#holding(edits.map((edit) => applyEdits(this.best.input, [edit])));
    const [first] = holding;
    if (first === undefined) return false;
    this.best = (holding.length > 1 ? await this.#together(edits, holding) : null) ?? first.mismatch;
    return true;
  }

  async #together(edits: readonly Edit[], holding: readonly Holding[]): Promise<Mismatch | null> {
    const joined = applyEdits(
      this.best.input,
      holding.flatMap(({ place }) => edits[place] ?? []),
    );
    const [both] = isSmaller(joined, this.best.input) ? await this.#holding([joined]) : [];
    const [first] = holding;
    return both !== undefined && first !== undefined && isSmaller(both.mismatch.input, first.mismatch.input)
      ? both.mismatch
      : null;
  }

  /** Those of `inputs` which still are the mismatch that is being shrunk. */
  async #holding(inputs: readonly Input[]): Promise<Holding[]> {
    const unknown = new Map<string, Input>();
    for (const input of inputs) {
      const key = keyOf(input);
      if (input.bytes.length > 0 && !this.#answers.has(key)) unknown.set(key, input);
    }
    const left = this.#budget - this.calls;
    if (unknown.size > left) this.isSpent = true;
    await this.#learn([...unknown].slice(0, left));
    const holding: Holding[] = [];
    for (const [place, input] of inputs.entries()) {
      const found = this.#answers.get(keyOf(input)) ?? null;
      if (found !== null && this.#isSame(found, this.#original)) holding.push({ place, mismatch: found });
    }
    return holding;
  }

  async #learn(asked: readonly (readonly [key: string, input: Input])[]): Promise<void> {
    if (asked.length === 0) return;
    this.calls += asked.length;
    const found = await this.#ask(asked.map(([, input]) => input));
    for (const [k, [key]] of asked.entries()) {
      const mismatch = found[k] ?? null;
      this.#answers.set(key, mismatch);
      if (mismatch !== null && !this.#isSame(mismatch, this.#original)) this.#keepSlipped(mismatch);
    }
  }

  #keepSlipped(mismatch: Mismatch): void {
    if (this.#original.observable === 'length' && isCut(mismatch)) return;
    const key = causeKey(mismatch);
    const before = this.#slipped.get(key);
    if (before === undefined || isSmaller(mismatch.input, before.input)) this.#slipped.set(key, mismatch);
  }
}

/** Cut between the lengths that both sides name, an encoding is whole to one of them only: no news. */
const isCut = ({ ours, theirs }: Mismatch): boolean => ours.status === 'truncated' || theirs.status === 'truncated';

interface Holding {
  readonly place: number;
  readonly mismatch: Mismatch;
}

const keyOf = ({ bytes, mode, vendor }: Input): string => `${mode} ${vendor} ${bytes.join(' ')}`;
