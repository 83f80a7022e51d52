/**
 * Makes a mismatch of executions smaller for as long as it stays the same mismatch: bytes first, then registers, memory
 * and flags. What turns into another one on the way is handed back as a find of its own. Deterministic.
 */
import type { Vendor } from '../../emulator/isa/modes.ts';
import { executionCauseKey, isSameExecutionCause } from '../bucket/execution.ts';
import type { Execution } from '../execution.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import * as edits from './edits.ts';
import { copyExecution, isSmallerExecution, stateKey } from './state.ts';
import { reencoded } from './state-carry.ts';
import * as states from './state-edits.ts';

/** The mismatch of each execution, in order; null where all is well or nothing can be said. */
export type AskExecutions = (executions: readonly Execution[]) => Promise<readonly (ExecutionMismatch | null)[]>;

export interface ShrinkExecutionOptions {
  /** Executions asked at most. */
  readonly budget?: number;
  readonly isSame?: (candidate: ExecutionMismatch, original: ExecutionMismatch) => boolean;
}

export interface ShrunkExecution {
  readonly mismatch: ExecutionMismatch;
  /** Other mismatches met on the way, the smallest one a cause, in order of meeting. */
  readonly slipped: readonly ExecutionMismatch[];
  readonly calls: number;
  /** Nothing more can be taken away; false where the budget ended first. */
  readonly isMinimal: boolean;
}

export const executionBudget = 400;

export async function shrinkExecution(
  mismatch: ExecutionMismatch,
  ask: AskExecutions,
  options: ShrinkExecutionOptions = {},
): Promise<ShrunkExecution> {
  const search = new Search(mismatch, ask, options);
  let isMinimal = false;
  while (!isMinimal && !search.isSpent) {
    isMinimal = true;
    for (const pass of bytePasses) while (await search.reencode(pass)) isMinimal = false;
    for (const pass of statePasses) while (await search.settle(pass)) isMinimal = false;
  }
  return {
    mismatch: search.best,
    slipped: search.slipped(),
    calls: search.calls,
    isMinimal: isMinimal && !search.isSpent,
  };
}

const bytePasses: readonly edits.Pass[] = [
  edits.leaps,
  edits.prefixes,
  edits.rexBits,
  edits.tails,
  edits.addresses,
  edits.zeroedFields,
  edits.smallNumbers,
  edits.lowerRegisters,
  edits.registerForms,
  edits.anyByte,
  edits.settings,
];

const statePasses: readonly states.StatePass[] = [
  states.leaps,
  states.zeroRegisters,
  states.lessMemory,
  states.segments,
  states.bases,
  states.lessFlags,
  states.roundAddress,
  states.plainerRegisters,
];

class Search {
  best: ExecutionMismatch;
  calls = 0;
  isSpent = false;
  readonly #original: ExecutionMismatch;
  readonly #ask: AskExecutions;
  readonly #budget: number;
  readonly #isSame: (candidate: ExecutionMismatch, original: ExecutionMismatch) => boolean;
  readonly #answers = new Map<string, ExecutionMismatch | null>();
  readonly #slipped = new Map<string, ExecutionMismatch>();

  constructor(original: ExecutionMismatch, ask: AskExecutions, options: ShrinkExecutionOptions) {
    const { budget = executionBudget, isSame = isSameExecutionCause } = options;
    this.best = { ...original, execution: copyExecution(original.execution) };
    this.#original = this.best;
    this.#ask = ask;
    this.#budget = budget;
    this.#isSame = isSame;
  }

  slipped(): ExecutionMismatch[] {
    return [...this.#slipped.values()];
  }

  get #vendor(): Vendor {
    return this.best.input.vendor;
  }

  /** Tries a pass's byte edits, all in one batch, and takes the smallest execution that holds. */
  async reencode(pass: edits.Pass): Promise<boolean> {
    const { execution, input } = this.best;
    const silent = { status: 'truncated' } as const;
    const candidates = pass({ input, ours: silent, theirs: silent })
      .map((edit) => edits.applyEdits(input, [edit]))
      .filter(({ bytes }) => bytes.length > 0 && bytes.length <= input.bytes.length)
      .flatMap((edited) => reencoded(execution, edited, this.#vendor))
      .filter((candidate) => isSmallerExecution(candidate, execution));
    return this.#take(await this.#holding(candidates));
  }

  /** Tries a pass's state edits in one batch; takes all that hold together, else the best that holds. */
  async settle(pass: states.StatePass): Promise<boolean> {
    const { execution } = this.best;
    const parts = pass(execution, this.#vendor)
      .map((edit) => ({ edit, candidate: edit(execution) }))
      .filter(({ candidate }) => candidate !== execution && isSmallerExecution(candidate, execution));
    const holding = await this.#holding(parts.map(({ candidate }) => candidate));
    if (holding.length > 1) {
      const joined = holding.reduce((whole, { place }) => parts[place]?.edit(whole) ?? whole, execution);
      if (this.#take(await this.#holding(isSmallerExecution(joined, execution) ? [joined] : []))) return true;
    }
    return this.#take(holding);
  }

  #take(holding: readonly Holding[]): boolean {
    let best: ExecutionMismatch | null = null;
    for (const { mismatch } of holding)
      if (isSmallerExecution(mismatch.execution, (best ?? this.best).execution)) best = mismatch;
    this.best = best ?? this.best;
    return best !== null;
  }

  /** Those which still are the mismatch that is being shrunk. */
  async #holding(executions: readonly Execution[]): Promise<readonly Holding[]> {
    const unknown = new Map<string, Execution>();
    for (const execution of executions) {
      const key = keyOf(execution);
      if (execution.bytes.length > 0 && !this.#answers.has(key)) unknown.set(key, execution);
    }
    const left = this.#budget - this.calls;
    if (unknown.size > left) this.isSpent = true;
    await this.#learn([...unknown].slice(0, left));
    return executions.flatMap((execution, place) => {
      const mismatch = this.#answers.get(keyOf(execution)) ?? null;
      return mismatch !== null && this.#isSame(mismatch, this.#original) ? [{ place, mismatch }] : [];
    });
  }

  async #learn(asked: readonly (readonly [key: string, execution: Execution])[]): Promise<void> {
    if (asked.length === 0) return;
    this.calls += asked.length;
    const found = await this.#ask(asked.map(([, execution]) => execution));
    for (const [k, [key]] of asked.entries()) {
      const mismatch = found[k] ?? null;
      this.#answers.set(key, mismatch);
      if (mismatch !== null && !this.#isSame(mismatch, this.#original)) this.#keepSlipped(mismatch);
    }
  }

  #keepSlipped(mismatch: ExecutionMismatch): void {
    const key = executionCauseKey(mismatch);
    const before = this.#slipped.get(key);
    if (before === undefined || isSmallerExecution(mismatch.execution, before.execution))
      this.#slipped.set(key, mismatch);
  }
}

interface Holding {
  readonly place: number;
  readonly mismatch: ExecutionMismatch;
}

const keyOf = (execution: Execution): string => `${execution.mode} ${execution.bytes.join(' ')} ${stateKey(execution)}`;
