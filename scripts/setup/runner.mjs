/**
 * dist/NAME/runner, by which the CPU of this machine, Unicorn, LLVM and Zydis are asked: C programs. Built where there is a
 * compiler, and the CPU or the library to ask; without them runs go on, and say so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, hash, readText } from './files.mjs';
import { findProgram, hasHeader, hasLibrary } from './programs.mjs';
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

/** Two libraries that disassemble: what is common to them stands in one folder. */
const library = (name, whom, link) => ({
  name,
  whom,
  folders: [sourcesOf(name), sourcesOf('library'), sourcesOf('silicon')],
  shared: [join(sourcesOf('library'), 'serve.c')],
  options: ['-O2', '-Wall'],
  libraries: [link],
});
const llvm = library('llvm', 'LLVM', '-l:libLLVM.so.19.1');
const zydis = library('zydis', 'Zydis', '-lZydis');

/** Where there is a CPU that could be asked, and the sources. */
export const canBeBuilt = () =>
  process.platform === 'linux' && process.arch === 'x64' && existsSync(sourcesOf('silicon'));

/** Where a library could be asked: the words are those of a little-endian machine with POSIX. */
export const canBeLinked = () => process.platform !== 'win32' && existsSync(sourcesOf('unicorn'));

/** LLVM is linked by its name on Linux, since the package with the plain one is many times its size. */
export const canBeLinkedByName = () => process.platform === 'linux' && existsSync(sourcesOf('llvm'));

/** All of them; `build` returns why it could not be built, or null. */
export const runners = [
  {
    whom: 'the CPU of this machine',
    remedy:
      'Install gcc with the static C library (Debian, Ubuntu: sudo apt-get install gcc libc6-dev; Fedora: sudo dnf install gcc glibc-static)',
    isBuilt: () => !canBeBuilt() || isBuilt(silicon),
    build: () => build(silicon),
  },
  {
    whom: 'Unicorn',
    remedy:
      'Install it with gcc (Debian, Ubuntu: sudo apt-get install libunicorn-dev gcc libc6-dev; Fedora: sudo dnf install unicorn-devel gcc)',
    isBuilt: () => !canBeLinked() || isBuilt(unicorn),
    build: () => (hasHeader('unicorn/unicorn.h') ? build(unicorn) : 'there is no unicorn/unicorn.h'),
  },
  {
    whom: 'LLVM',
    remedy: 'Install LLVM 19 with gcc (Debian, Ubuntu: sudo apt-get install libllvm19 gcc libc6-dev)',
    isBuilt: () => !canBeLinkedByName() || isBuilt(llvm),
    build: () => (hasLibrary('libLLVM.so.19.1') ? build(llvm) : 'there is no libLLVM.so.19.1'),
  },
  {
    whom: 'Zydis',
    remedy:
      'Install it with gcc (Debian, Ubuntu: sudo apt-get install libzydis-dev gcc libc6-dev; Fedora: sudo dnf install zydis-devel gcc)',
    isBuilt: () => !canBeLinked() || isBuilt(zydis),
    build: () => (hasHeader('Zydis/Zydis.h') ? build(zydis) : 'there is no Zydis/Zydis.h'),
  },
];

const programOf = ({ name }) => at('dist', name, 'runner');
const stampOf = (runner) => `${programOf(runner)}.stamp`;

const isBuilt = (runner) => existsSync(programOf(runner)) && readText(stampOf(runner)) === fingerprint(runner);

const build = (runner) => {
  const { name, whom, folders, shared = [], options, libraries } = runner;
  const compiler = findProgram(['gcc', 'cc']);
  if (compiler === null) return 'there is no gcc';
  say(`building the runner for ${whom} (gcc)`);
  const start = Date.now();
  const built = fingerprint(runner);
  mkdirSync(at('dist', name), { recursive: true });
  rmSync(stampOf(runner), { force: true });
  const names = sourceNames(folders[0]).filter((one) => one.endsWith('.c'));
  const args = [...options, '-o', programOf(runner), ...names, ...shared, ...libraries];
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
