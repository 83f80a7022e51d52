/** One subject for many who ask at once: what is asked while it is busy goes to it in one call. */
import type { Answer, Input, Subject } from '../subject.ts';
import { answersOf } from './ask.ts';

export function gathering(subject: Subject): Subject {
  const desk = new Desk(subject);
  const { name, version, modes, vendors, observes, flagsTold, batch } = subject;
  return {
    name,
    version,
    modes,
    vendors,
    observes,
    ...(flagsTold === undefined ? {} : { flagsTold }),
    batch,
    decode: (inputs) => desk.ask(inputs),
    close: () => subject.close(),
  };
}

interface Request {
  readonly inputs: readonly Input[];
  readonly resolve: (answers: readonly Answer[]) => void;
  readonly reject: (error: unknown) => void;
}

class Desk {
  readonly #subject: Subject;
  #waiting: Request[] = [];
  #isBusy = false;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  ask(inputs: readonly Input[]): Promise<readonly Answer[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ inputs, resolve, reject });
      if (this.#isBusy) return;
      this.#isBusy = true;
      // All who ask in this turn are in the first call.
      setImmediate(() => this.#serve());
    });
  }

  async #serve(): Promise<void> {
    while (this.#waiting.length > 0) {
      const requests = this.#waiting;
      this.#waiting = [];
      await this.#answer(requests);
      // Those who have their answers get to ask again.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isBusy = false;
  }

  async #answer(requests: readonly Request[]): Promise<void> {
    try {
      const answers = await answersOf(
        this.#subject,
        requests.flatMap(({ inputs }) => inputs),
      );
      let from = 0;
      for (const { inputs, resolve } of requests) {
        resolve(answers.slice(from, from + inputs.length));
        from += inputs.length;
      }
    } catch (error) {
      for (const { reject } of requests) reject(error);
    }
  }
}
