/** A crew of worker threads. One that dies costs the job it was at, and is replaced; the others go on. */
import { Worker } from 'node:worker_threads';
import type { SetupReference } from './setup.ts';
import type { CrewOf, OnProgress, OutcomeOf } from './trade.ts';
import type { FromWorker, ToWorker, WorkerOrders } from './work.ts';

export interface ThreadOptions {
  /** What each thread runs, as it is built. */
  readonly workerModule: URL;
  readonly setup: SetupReference;
  /** At least 1. */
  readonly workers: number;
  readonly abort: SharedArrayBuffer;
}

/** Rejects where no worker can be started: the setup's own fault. */
export async function hireThreads<About, Job, Result>(options: ThreadOptions): Promise<CrewOf<About, Job, Result>> {
  const { workerModule, setup, workers, abort } = options;
  const start = (): Promise<Thread<About, Job, Result>> => startThread(workerModule, { setup, abort });
  const threads = await Promise.all(Array.from({ length: workers }, start));
  const [first] = threads;
  if (first === undefined) throw new Error('A crew needs one worker at least.');
  const isAborted = (): boolean => Atomics.load(new Int32Array(abort), 0) !== 0;
  return {
    about: first.about,
    run: (jobs, onProgress) => new Shift({ jobs, threads, start, isAborted, onProgress }).work(),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

interface ShiftParts<About, Job, Result> {
  readonly jobs: readonly Job[];
  /** Replaced in place where one dies. */
  readonly threads: Thread<About, Job, Result>[];
  readonly start: () => Promise<Thread<About, Job, Result>>;
  readonly isAborted: () => boolean;
  readonly onProgress: OnProgress;
}

/** One list of jobs, shared out to whoever is free. */
class Shift<About, Job, Result> {
  readonly #parts: ShiftParts<About, Job, Result>;
  readonly #outcomes: OutcomeOf<Result>[] = [];
  #next = 0;

  constructor(parts: ShiftParts<About, Job, Result>) {
    this.#parts = parts;
  }

  async work(): Promise<readonly OutcomeOf<Result>[]> {
    const { jobs, threads } = this.#parts;
    await Promise.all(threads.map((_, place) => this.#keepBusy(place)));
    // Where all threads are gone and cannot be replaced, nobody took what is left.
    const nobody: OutcomeOf<Result> = { status: 'died', detail: 'no worker is left to do it' };
    return jobs.map((_, k) => this.#outcomes[k] ?? nobody);
  }

  async #keepBusy(place: number): Promise<void> {
    const { jobs, threads, start, isAborted, onProgress } = this.#parts;
    for (let k = this.#next++; k < jobs.length; k = this.#next++) {
      const job = jobs[k];
      if (job === undefined) return;
      if (isAborted()) {
        this.#outcomes[k] = { status: 'skipped' };
        continue;
      }
      let thread = threads[place];
      if (thread === undefined) return;
      if (thread.isDead()) {
        try {
          thread = await start();
        } catch (error) {
          this.#outcomes[k] = { status: 'died', detail: String(error) };
          return;
        }
        threads[place] = thread;
      }
      this.#outcomes[k] = await thread.do(job, onProgress);
      onProgress(0, 0, true);
    }
  }
}

interface Thread<About, Job, Result> {
  readonly about: About;
  isDead(): boolean;
  do(job: Job, onProgress: OnProgress): Promise<OutcomeOf<Result>>;
  close(): Promise<void>;
}

/** Run from sources, as tests are, a worker first needs a loader for TypeScript. */
const startWorker = (workerModule: URL, orders: WorkerOrders): Worker => {
  if (!import.meta.url.endsWith('.ts')) return new Worker(workerModule, { workerData: orders });
  const [loader, entry] = [import.meta.resolve('tsx/esm/api'), workerModule.href.replace(/\.js$/, '.ts')];
  const bootstrap = `import('${loader}').then(({ register }) => { register(); return import('${entry}'); })`;
  return new Worker(bootstrap, { eval: true, workerData: orders });
};

const startThread = <About, Job, Result>(
  workerModule: URL,
  orders: WorkerOrders,
): Promise<Thread<About, Job, Result>> => {
  const worker = startWorker(workerModule, orders);
  const post = (message: ToWorker<Job>): void => worker.postMessage(message);
  let death: string | null = null;
  let listener: (message: FromWorker<About, Result>) => void = () => undefined;
  let onDeath: (detail: string) => void = () => undefined;
  const exited = new Promise<void>((resolve) => worker.on('exit', () => resolve()));
  const die = (detail: string): void => {
    death ??= detail;
    onDeath(death);
  };
  worker.on('message', (message: FromWorker<About, Result>) => listener(message));
  worker.on('error', (error) => die(`the worker died: ${error instanceof Error ? error.message : String(error)}`));
  worker.on('exit', (code) => die(`the worker exited with ${code}`));

  const takeJob = (job: Job, onProgress: OnProgress): Promise<OutcomeOf<Result>> =>
    new Promise((resolve) => {
      onDeath = (detail) => resolve({ status: 'died', detail });
      listener = (message) => {
        if (message.kind === 'progress') onProgress(message.cases, message.unexplained, false);
        if (message.kind === 'outcome') resolve(message.outcome);
      };
      if (death === null) post({ kind: 'job', job });
      else onDeath(death);
    });

  const close = async (): Promise<void> => {
    if (death === null) post({ kind: 'close' });
    await exited;
  };

  return new Promise((resolve, reject) => {
    onDeath = (detail) => reject(new Error(`A worker could not be started: ${detail}`));
    listener = (message) => {
      if (message.kind === 'ready') resolve({ about: message.about, isDead: () => death !== null, do: takeJob, close });
      if (message.kind === 'failed') reject(new Error(message.detail));
    };
  });
};
