/** Finds the inputs which a tool dies or hangs on, so that all others of the batch keep their answers. */
import { type Failure, isFailure } from './process.ts';

export interface Asking<I, A> {
  /** One run of the tool over some of the inputs: as many answers, or why there are none. */
  run(inputs: readonly I[]): Promise<readonly A[] | Failure>;
  /** Runs the tool on something harmless: tells a guilty input from a broken tool. Null is well. */
  probe(): Promise<Failure | null>;
  /** The answer of an input which the tool failed on. */
  blame(failure: Failure): A;
}

/** After so many guilty inputs in one call the rest of them go unasked, lest a call take hours. */
const mostGuilty = 32;

/** Halves a failing batch down to the guilty inputs. Answers in order, one an input; never rejects because of an input. */
export async function isolate<I, A>(inputs: readonly I[], asking: Asking<I, A>): Promise<A[]> {
  const answers: A[] = [];
  let guilty = 0;
  let stopped: Failure | null = null;
  const waiting = inputs.length > 0 ? [{ from: 0, to: inputs.length }] : [];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const { from, to } = part;
    const ran: readonly A[] | Failure = stopped ?? (await asking.run(inputs.slice(from, to)));
    if (!isFailure(ran)) {
      for (const answer of ran) answers.push(answer);
      continue;
    }
    stopped ??= await reasonToStop(ran, asking);
    if (stopped === null && to - from > 1) {
      const middle = (from + to) >> 1;
      waiting.push({ from: middle, to }, { from, to: middle });
      continue;
    }
    if (stopped !== null) {
      for (let k = from; k < to; k++) answers.push(asking.blame(stopped));
      continue;
    }
    answers.push(await confirmed(inputs.slice(from, to), ran, asking));
    if (++guilty === mostGuilty) stopped = unasked;
  }
  return answers;
}

const unasked: Failure = {
  failure: 'unavailable',
  detail: `not asked: ${mostGuilty} other inputs of this batch crashed or hung the tool already`,
};

/** A tool which is gone, or which fails on the harmless input too, says nothing about any input. */
async function reasonToStop<I, A>(failure: Failure, asking: Asking<I, A>): Promise<Failure | null> {
  if (failure.failure === 'unavailable') return failure;
  const sick = await asking.probe();
  return sick === null ? null : { failure: 'unavailable', detail: `the tool stopped working: ${sick.detail}` };
}

/** Whoever killed the process may not have been the input: it is accused only when it fails twice. */
async function confirmed<I, A>(single: readonly I[], first: Failure, asking: Asking<I, A>): Promise<A> {
  const again = await asking.run(single);
  const answer = isFailure(again) ? undefined : again[0];
  return answer ?? asking.blame(first);
}
