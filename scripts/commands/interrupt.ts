/** Ctrl-C: the first one asks for a good end, the second one ends at once. */
import type { Terminal } from '../terminal.ts';
import { exitCodes } from './failure.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs a long job which stops early, and keeps what it has, when its signal is aborted. */
export const withInterrupt = async <T>(terminal: Terminal, run: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
    terminal.note('Stopping: what was found so far is saved. Press Ctrl-C again to stop at once.');
  };
  for (const signal of signals) process.on(signal, stop);
  try {
    return await run(controller.signal);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
};
