/** What a worker thread of a campaign does: makes its own bench, then does the jobs it is sent, one at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SetupReference } from './setup.ts';
import { type OutcomeOf, outcomeOf, type Trade, type Watch } from './trade.ts';

export interface WorkerOrders {
  readonly setup: SetupReference;
  /** One 32-bit word, not 0 once the campaign is aborted: it is seen in the middle of a job, when no message is. */
  readonly abort: SharedArrayBuffer;
}

/** To the worker. */
export type ToWorker<Job> = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'close' };

/** From the worker. */
export type FromWorker<About, Result> =
  | { readonly kind: 'ready'; readonly about: About }
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'progress'; readonly cases: number; readonly unexplained: number }
  | { readonly kind: 'outcome'; readonly outcome: OutcomeOf<Result> };

export const work = async <Bench, About, Job, Result>(trade: Trade<Bench, About, Job, Result>): Promise<void> => {
  const send = (message: FromWorker<About, Result>): void => parentPort?.postMessage(message);
  try {
    await takeJobs(trade, workerData, send);
  } catch (error) {
    send({ kind: 'failed', detail: error instanceof Error ? error.message : String(error) });
    parentPort?.close();
  }
};

const isOrders = (data: unknown): data is WorkerOrders =>
  typeof data === 'object' &&
  data !== null &&
  'setup' in data &&
  'abort' in data &&
  data.abort instanceof SharedArrayBuffer;

const takeJobs = async <Bench, About, Job, Result>(
  trade: Trade<Bench, About, Job, Result>,
  orders: unknown,
  send: (message: FromWorker<About, Result>) => void,
): Promise<void> => {
  if (!isOrders(orders)) throw new Error('A campaign worker is started by a campaign only.');
  const abort = new Int32Array(orders.abort);
  const watch: Watch = {
    isAborted: () => Atomics.load(abort, 0) !== 0,
    onProgress: (cases, unexplained) => send({ kind: 'progress', cases, unexplained }),
  };
  const bench = await trade.open(orders.setup);
  parentPort?.on('message', async (message: ToWorker<Job>) => {
    if (message.kind === 'close') {
      await trade.close(bench);
      parentPort?.close();
      return;
    }
    send({ kind: 'outcome', outcome: await outcomeOf(trade, message.job, bench, watch) });
  });
  send({ kind: 'ready', about: trade.aboutOf(bench) });
};
