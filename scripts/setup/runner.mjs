/**
 * dist/silicon/runner, by which the CPU of this machine is asked, and dist/unicorn/runner, by which Unicorn is: C programs.
 * Built where there is a compiler, and a CPU or Unicorn to ask; without them runs go on, and say so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, hash, readText } from './files.mjs';
import { findProgram, hasUnicorn } from './programs.mjs';
import { endOf, say, secondsSince } from './say.mjs';

const sourcesOf = (name) => at('harness', 'subjects', name, 'runner');

/** Tests choose registers that handlers find in force: no red zone, no stack guard in thread-local memory. */
const silicon = {
  name: 'silicon',
  whom: 'the CPU',
  folders: [sourcesOf('silicon')],
  options:
    '-O2 -Wall -static-pie -fPIE -fno-stack-protector -fcf-protection=none -mno-red-zone -fno-strict-aliasing'.split(
      ' ',
    ),
  libraries: [],
};

/** Its records are those of the other one. */
const unicorn = {
  name: 'unicorn',
  whom: 'Unicorn',
  folders: [sourcesOf('unicorn'), sourcesOf('silicon')],
  options: '-O2 -Wall -fno-strict-aliasing'.split(' '),
  libraries: ['-lunicorn'],
};

/** Where there is a CPU that could be asked, and the sources. */
export const canBeBuilt = () =>
  process.platform === 'linux' && process.arch === 'x64' && existsSync(sourcesOf('silicon'));

/** Where Unicorn could be asked: its words are those of a little-endian machine with POSIX. */
export const canBeLinked = () => process.platform !== 'win32' && existsSync(sourcesOf('unicorn'));

export const isRunnerBuilt = () => !canBeBuilt() || isBuilt(silicon);

export const isUnicornRunnerBuilt = () => !canBeLinked() || isBuilt(unicorn);

/** Returns why it could not be built, or null. */
export const buildRunner = () => build(silicon);

export const buildUnicornRunner = () => (hasUnicorn() ? build(unicorn) : 'there is no unicorn/unicorn.h');

const programOf = ({ name }) => at('dist', name, 'runner');
const stampOf = (runner) => `${programOf(runner)}.stamp`;

const isBuilt = (runner) => existsSync(programOf(runner)) && readText(stampOf(runner)) === fingerprint(runner);

const build = (runner) => {
  const { name, whom, folders, options, libraries } = runner;
  const compiler = findProgram(['gcc', 'cc']);
  if (compiler === null) return 'there is no gcc';
  say(`building the runner for ${whom} (gcc)`);
  const start = Date.now();
  const built = fingerprint(runner);
  mkdirSync(at('dist', name), { recursive: true });
  rmSync(stampOf(runner), { force: true });
  const names = sourceNames(folders[0]).filter((one) => one.endsWith('.c'));
  const args = [...options, '-o', programOf(runner), ...names, ...libraries];
  const ran = spawnSync(compiler, args, { cwd: folders[0], encoding: 'utf8' });
  if (ran.status !== 0) return `${compiler} ${endOf(ran)}: ${(ran.stderr ?? '').trim().split('\n').at(-1)}`;
  writeFileSync(stampOf(runner), built);
  say(`the runner is built (${secondsSince(start)})`);
  return null;
};

const sourceNames = (folder) =>
  readdirSync(folder)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();

const fingerprint = ({ folders, options, libraries }) => {
  const texts = folders.flatMap((folder) =>
    sourceNames(folder).map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  return hash([[...options, ...libraries].join(' '), ...texts].join('\0'));
};
