/** What is missing, in the order in which it is needed; returns the exit code. */
import { build, isBuilt, linkCommand } from './build.mjs';
import { areDependenciesWhole, installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { runners } from './runner.mjs';
import { SetupFailure, say } from './say.mjs';
import { areOraclesRequired, installTools, toolsFor } from './tools.mjs';

const exitCodes = { done: 0, usage: 2, broken: 3 };

export const setUp = (args) => {
  const purpose = args.length === 0 ? 'conform' : args[1];
  if (args.length > 0 && (args.length !== 2 || args[0] !== '--for' || !Object.hasOwn(toolsFor, purpose))) {
    const purposes = Object.keys(toolsFor).join('|');
    say(`"${args.join(' ')}" is not understood. Run it as: node scripts/setup.mjs [--for ${purposes}]`);
    return exitCodes.usage;
  }
  try {
    if (!areDependenciesWhole() || !isBuilt()) withLock(installAndBuild);
    linkCommand();
    installTools(purpose);
    for (const runner of runners) if (!runner.isBuilt()) withLock(() => addRunner(runner));
    return exitCodes.done;
  } catch (error) {
    // What the system refuses is a sentence too; anything else is a bug, and its stack is wanted.
    if (!(error instanceof SetupFailure) && error.syscall === undefined) throw error;
    say(error.message);
    return exitCodes.broken;
  }
};

/** Asked again, because another set-up may have done it while this one waited for the lock. */
const installAndBuild = () => {
  if (!areDependenciesWhole()) installDependencies();
  if (!isBuilt()) build();
};

/**
 * Each is one subject of many: for the CPU there are captures of its answers, and without the others there is one opinion
 * less.
 */
const addRunner = ({ whom, remedy, isBuilt: isThere, build: make }) => {
  const trouble = isThere() ? null : make();
  if (trouble !== null) tell(`${whom} cannot be asked: ${trouble}. ${remedy}`);
};

/** Where oracles are required, what is missing ends set-up. */
const tell = (text) => {
  if (areOraclesRequired()) throw new SetupFailure(text);
  say(text);
};
