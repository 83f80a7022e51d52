/** One set-up at a time: two commands started together on a fresh clone do not install over each other. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { at, readText } from './files.mjs';
import { SetupFailure, say } from './say.mjs';

const lock = at('.touchstone', 'setup.lock');
const longestWaitMs = 10 * 60_000;
const lookEveryMs = 200;

export const withLock = (work) => {
  mkdirSync(dirname(lock), { recursive: true });
  waitForLock();
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
};

const waitForLock = () => {
  const start = Date.now();
  for (let isFirst = true; !takeLock(); isFirst = false) {
    const owner = readText(lock);
    if (isFirst) say(`waiting for the set-up of process ${owner}`);
    if (Date.now() - start > longestWaitMs) {
      throw new SetupFailure(`the set-up of process ${owner} does not end. If there is none, delete ${lock}`);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lookEveryMs);
  }
};

const takeLock = () => {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const owner = Number(readText(lock));
  // 0 is a lock whose owner is about to write its number. One whose owner was killed is free for the next round.
  if (owner !== 0 && !isAlive(owner)) rmSync(lock, { force: true });
  return false;
};

const isAlive = (processId) => {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};
