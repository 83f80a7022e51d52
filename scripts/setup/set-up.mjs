/** What is missing, in the order in which it is needed; returns the exit code. */
import { build, isBuilt, linkCommand } from './build.mjs';
import { areDependenciesWhole, installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { buildRunner, buildUnicornRunner, isRunnerBuilt, isUnicornRunnerBuilt } from './runner.mjs';
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
    if (!isRunnerBuilt()) withLock(addRunner);
    if (!isUnicornRunnerBuilt()) withLock(addUnicornRunner);
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

/** The CPU is one subject of many: without it, captures of its answers serve. */
const addRunner = () => {
  const trouble = isRunnerBuilt() ? null : buildRunner();
  if (trouble === null) return;
  tell(
    `the CPU of this machine cannot be asked: ${trouble}. Install gcc with the static C library (Debian, Ubuntu: sudo apt-get install gcc libc6-dev; Fedora: sudo dnf install gcc glibc-static)`,
  );
};

/** A second opinion: without it, executions in real mode have nobody to be compared with. */
const addUnicornRunner = () => {
  const trouble = isUnicornRunnerBuilt() ? null : buildUnicornRunner();
  if (trouble === null) return;
  tell(
    `Unicorn cannot be asked: ${trouble}. Install it with gcc (Debian, Ubuntu: sudo apt-get install libunicorn-dev gcc libc6-dev; Fedora: sudo dnf install unicorn-devel gcc)`,
  );
};

/** Where oracles are required, what is missing ends set-up. */
const tell = (text) => {
  if (areOraclesRequired()) throw new SetupFailure(text);
  say(text);
};
