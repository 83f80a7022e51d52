/** node_modules: whole only where the stamp says so, and the stamp is written when npm has come to its end. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { at, hash, readJson, readText } from './files.mjs';
import { endOf, SetupFailure, say, secondsSince } from './say.mjs';

const lockfile = at('package-lock.json');
const stamp = at('node_modules', '.touchstone-setup');

export const areDependenciesWhole = () => {
  if (readText(stamp) === wantedStamp()) return true;
  if (!isInstalledByUser()) return false;
  writeFileSync(stamp, wantedStamp());
  return true;
};

export const installDependencies = () => {
  say('installing dependencies (npm ci)');
  const start = Date.now();
  rmSync(stamp, { force: true });
  const [command, ...first] = npmCommand();
  const shell = process.platform === 'win32' && first.length === 0;
  const ran = spawnSync(command, [...first, 'ci', ...options], { cwd: at(), stdio: ['ignore', 'ignore', 2], shell });
  if (ran.error !== undefined) {
    throw new SetupFailure(`npm ${endOf(ran)}. Install npm, which comes with Node, and run the same command again.`);
  }
  if (ran.status !== 0) {
    throw new SetupFailure(
      `npm ci ${endOf(ran)}; what it says is above. ` +
        'Check the network, the proxy, the registry (npm config get registry) and the disk, and run the same command again.',
    );
  }
  writeFileSync(stamp, wantedStamp());
  say(`dependencies are installed (${secondsSince(start)})`);
};

/** set-up says itself which Node is fit; npm's warnings, which are also about the user's own settings, are not shown. */
const options = ['--engine-strict=false', '--loglevel=error', '--no-audit', '--no-fund', '--prefer-offline'];

const wantedStamp = () => hash(readFileSync(lockfile));

/** Somebody ran `npm ci` by hand: npm's own list, which it writes last, agrees with the lock file, and all is there. */
const isInstalledByUser = () => {
  const installed = readJson(at('node_modules', '.package-lock.json'))?.packages;
  const wanted = readJson(lockfile)?.packages;
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === '') return true;
    if (installed[path] === undefined) return optional === true;
    // A package may name its build after a `+`, which the registry leaves out.
    const own = readJson(at(path, 'package.json'))?.version?.split('+')[0];
    return installed[path].version === version && own === version;
  });
};

/** The npm that runs this script, or else the one in PATH. */
const npmCommand = () => {
  const running = process.env.npm_execpath ?? '';
  return /npm-cli\.[cm]?js$/.test(running) && existsSync(running) ? [process.execPath, running] : ['npm'];
};
