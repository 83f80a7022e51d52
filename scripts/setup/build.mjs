/** dist/: up to date where no source has changed since its stamp, by size and time of change: no compiler is started. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, hash, readText } from './files.mjs';
import { endOf, SetupFailure, say, secondsSince } from './say.mjs';

const stamp = at('dist', '.touchstone-build');
const command = at('dist', 'scripts', 'touchstone.js');

export const isBuilt = () => existsSync(command) && readText(stamp) === fingerprint();

export const build = () => {
  say('building (tsc -b)');
  const start = Date.now();
  // Taken before the build: what changes during it is built by the next run.
  const built = fingerprint();
  // Part of dist/ was deleted, or never came: the compiler's own records of what it wrote are not to be trusted.
  if (!existsSync(stamp) || !existsSync(command)) rmSync(at('dist'), { recursive: true, force: true });
  const compiler = at('node_modules', 'typescript', 'bin', 'tsc');
  const ran = spawnSync(process.execPath, [compiler, '-b'], { cwd: at(), stdio: ['ignore', 2, 2] });
  if (ran.status !== 0) {
    throw new SetupFailure(`tsc -b ${endOf(ran)}; what it says is above. Correct the sources, or undo their changes.`);
  }
  writeFileSync(stamp, built);
  say(`dist/ is built (${secondsSince(start)})`);
};

/** Makes `npx touchstone`, as replay lines have it, the one built here. */
export const linkCommand = () => {
  if (process.platform === 'win32') return;
  const link = at('node_modules', '.bin', 'touchstone');
  if ((statSync(command).mode & 0o111) === 0) chmodSync(command, 0o755);
  if (existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(join('..', '..', 'dist', 'scripts', 'touchstone.js'), link);
};

const fingerprint = () => {
  const paths = ['tsconfig.json', 'tsconfig.base.json', 'package-lock.json'];
  for (const folder of ['emulator', 'harness', 'scripts']) {
    const names = readdirSync(at(folder), { recursive: true });
    paths.push(...names.filter(isSource).map((name) => join(folder, name)));
  }
  const facts = paths.sort().map((path) => {
    const { size, mtimeMs } = statSync(at(path));
    return `${path} ${size} ${mtimeMs}`;
  });
  return hash(facts.join('\n'));
};

const isSource = (name) => (name.endsWith('.ts') && !name.endsWith('.test.ts')) || name.endsWith('tsconfig.json');
