/** What is missing, in the order in which it is needed; returns the exit code. */
import { build, isBuilt, linkCommand } from './build.mjs';
import { areDependenciesWhole, installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { SetupFailure, say } from './say.mjs';
import { installTools, toolsFor } from './tools.mjs';

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
