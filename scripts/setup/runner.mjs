/**
 * dist/silicon/runner: the C program by which the CPU of this machine is asked. Built where there is a compiler and a CPU
 * to ask; without it runs go on, and say so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, hash, readText } from './files.mjs';
import { findProgram } from './programs.mjs';
import { endOf, say, secondsSince } from './say.mjs';

const sources = at('harness', 'subjects', 'silicon', 'runner');
const folder = at('dist', 'silicon');
const program = join(folder, 'runner');
const stamp = join(folder, 'runner.stamp');

/** Tests choose registers that handlers find in force: no red zone, no stack guard in thread-local memory. */
const options =
  '-O2 -Wall -static-pie -fPIE -fno-stack-protector -fcf-protection=none -mno-red-zone -fno-strict-aliasing'.split(' ');

/** Where there is a CPU that could be asked, and the sources. */
export const canBeBuilt = () => process.platform === 'linux' && process.arch === 'x64' && existsSync(sources);

export const isRunnerBuilt = () => !canBeBuilt() || (existsSync(program) && readText(stamp) === fingerprint());

/** Returns why it could not be built, or null. */
export const buildRunner = () => {
  const compiler = findProgram(['gcc', 'cc']);
  if (compiler === null) return 'there is no gcc';
  say('building the runner for the CPU (gcc)');
  const start = Date.now();
  const built = fingerprint();
  mkdirSync(folder, { recursive: true });
  rmSync(stamp, { force: true });
  const names = sourceNames().filter((name) => name.endsWith('.c'));
  const ran = spawnSync(compiler, [...options, '-o', program, ...names], { cwd: sources, encoding: 'utf8' });
  if (ran.status !== 0) return `${compiler} ${endOf(ran)}: ${(ran.stderr ?? '').trim().split('\n').at(-1)}`;
  writeFileSync(stamp, built);
  say(`the runner is built (${secondsSince(start)})`);
  return null;
};

const sourceNames = () =>
  readdirSync(sources)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();

const fingerprint = () =>
  hash([options.join(' '), ...sourceNames().map((name) => readFileSync(join(sources, name), 'utf8'))].join('\0'));
