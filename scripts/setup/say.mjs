/** How set-up speaks: on standard error, so that the output of the command after it stays its own. */
import { writeSync } from 'node:fs';

export const say = (text) => writeSync(2, `setup: ${text}\n`);

/** Ends the set-up: the message says what happened, to what, and what to do. */
export class SetupFailure extends Error {}

export const secondsSince = (startMs) => `${((Date.now() - startMs) / 1000).toFixed(1)} s`;

/** How a program ended that did not end well. */
export const endOf = ({ status, signal, error }) => {
  if (error !== undefined) return `could not be started (${error.code})`;
  return signal === null ? `failed with exit code ${status}` : `was killed by ${signal}`;
};
