/** A worker thread of a campaign: makes its own bench, then does the jobs it is sent, one at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type About,
  aboutOf,
  closeBench,
  type Job,
  type OnProgress,
  type Outcome,
  openBench,
  outcomeOf,
} from './crew.ts';
import type { SetupReference } from './setup.ts';

export interface WorkerOrders {
  readonly setup: SetupReference;
  /** One 32-bit word, not 0 once the campaign is aborted: it is seen in the middle of a job, when no message is. */
  readonly abort: SharedArrayBuffer;
}

/** To the worker. */
export type ToWorker = { readonly kind: 'job'; readonly job: Job } | { readonly kind: 'close' };

/** From the worker. */
export type FromWorker =
  | { readonly kind: 'ready'; readonly about: About }
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'progress'; readonly cases: number; readonly unexplained: number }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

const isOrders = (data: unknown): data is WorkerOrders =>
  typeof data === 'object' &&
  data !== null &&
  'setup' in data &&
  'abort' in data &&
  data.abort instanceof SharedArrayBuffer;

const work = async (orders: unknown): Promise<void> => {
  if (!isOrders(orders)) throw new Error('A campaign worker is started by a campaign only.');
  const send = (message: FromWorker): void => parentPort?.postMessage(message);
  const abort = new Int32Array(orders.abort);
  const isAborted = (): boolean => Atomics.load(abort, 0) !== 0;
  const bench = await openBench(orders.setup);
  parentPort?.on('message', async (message: ToWorker) => {
    if (message.kind === 'close') {
      await closeBench(bench);
      parentPort?.close();
      return;
    }
    const onProgress: OnProgress = (cases, unexplained) => send({ kind: 'progress', cases, unexplained });
    send({ kind: 'outcome', outcome: await outcomeOf(message.job, bench, isAborted, onProgress) });
  });
  send({ kind: 'ready', about: aboutOf(bench) });
};

await work(workerData).catch((error: unknown) => {
  const message: FromWorker = { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  parentPort?.postMessage(message);
  parentPort?.close();
});
