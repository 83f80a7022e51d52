/**
 * Programs from outside npm: installed by apt where that needs no password; else the exact commands are shown and the
 * run goes on, for what needs the program names it as missing.
 */
import { spawnSync } from 'node:child_process';
import { findChromium, findProgram, hasHeader, hasLibrary } from './programs.mjs';
import { canBeBuilt, canBeLinked, canBeLinkedByName } from './runner.mjs';
import { endOf, SetupFailure, say, secondsSince } from './say.mjs';

export const toolsFor = {
  conform: ['nasm', 'objdump', 'gcc', 'unicorn', 'llvm', 'zydis'],
  test: ['nasm', 'objdump', 'gcc', 'unicorn', 'llvm', 'zydis', 'llvm-mc', 'chromium'],
};

export const installTools = (purpose) => {
  const missing = () => toolsFor[purpose].filter((name) => !tools[name].isHere());
  const before = missing();
  if (before.length === 0) return;
  const trouble = installByApt(before.flatMap((name) => tools[name].apt));
  const after = missing();
  if (after.length === 0) return;
  if (areOraclesRequired()) throw new SetupFailure(missingText(after, trouble));
  say(missingText(after, trouble));
};

export const areOraclesRequired = () => !['', '0'].includes(process.env.TOUCHSTONE_REQUIRE_ORACLES ?? '');

/** On other CPUs, plain binutils knows that CPU's code only. */
const isX86 = process.arch === 'x64' || process.arch === 'ia32';
const objdumps = isX86 ? ['objdump', 'gobjdump', 'x86_64-linux-gnu-objdump'] : ['x86_64-linux-gnu-objdump', 'gobjdump'];

const tools = {
  nasm: {
    isHere: () => findProgram(['nasm']) !== null && findProgram(['ndisasm']) !== null,
    apt: 'nasm',
    dnf: 'nasm',
    brew: 'nasm',
  },
  objdump: {
    isHere: () => findProgram(objdumps) !== null,
    apt: isX86 ? 'binutils' : 'binutils-x86-64-linux-gnu',
    dnf: isX86 ? 'binutils' : 'binutils-x86_64-linux-gnu',
    brew: 'binutils',
  },
  // For the runner, where there is a CPU to ask. Without recommended packages gcc comes without a C library to link.
  gcc: {
    isHere: () => !canBeBuilt() || findProgram(['gcc', 'cc']) !== null,
    apt: ['gcc', 'libc6-dev'],
    dnf: ['gcc', 'glibc-static'],
  },
  // For their runners, which gcc links.
  unicorn: {
    isHere: () => !canBeLinked() || hasHeader('unicorn/unicorn.h'),
    apt: ['libunicorn-dev', 'gcc', 'libc6-dev'],
    dnf: ['unicorn-devel', 'gcc'],
    brew: 'unicorn',
  },
  llvm: {
    isHere: () => !canBeLinkedByName() || hasLibrary('libLLVM.so.19.1'),
    apt: ['libllvm19', 'gcc', 'libc6-dev'],
  },
  zydis: {
    isHere: () => !canBeLinked() || hasHeader('Zydis/Zydis.h'),
    apt: ['libzydis-dev', 'gcc', 'libc6-dev'],
    dnf: ['zydis-devel', 'gcc'],
    brew: 'zydis',
  },
  // It alone knows APX.
  'llvm-mc': {
    isHere: () => findProgram(['llvm-mc-19', 'llvm-mc']) !== null,
    apt: 'llvm-19',
    dnf: 'llvm',
    brew: 'llvm',
  },
  chromium: { isHere: () => findChromium() !== null, apt: 'chromium', dnf: 'chromium', cask: 'google-chrome' },
};

/** Installs, and returns why it could not. */
const installByApt = (packages) => {
  if ((process.env.TOUCHSTONE_NO_APT ?? '') !== '') return 'apt-get is not tried because TOUCHSTONE_NO_APT is set';
  if (findProgram(['apt-get']) === null) return 'there is no apt-get here';
  const prefix = privilege();
  if (prefix === null) return 'apt-get needs root, or sudo without a password';
  say(`installing ${packages.join(', ')} (apt-get; this may take a minute)`);
  const start = Date.now();
  const ran = installAll(packages, (args) => apt(prefix, args));
  if (ran.status !== 0) return `apt-get ${endOf(ran)}: ${lastLine(ran.stderr)}`;
  say(`${packages.join(', ')} installed (${secondsSince(start)})`);
  return 'what apt-get installed is not in PATH';
};

/** A fresh machine knows no packages yet; an old one knows where they were. One that is unknown costs not the others. */
const installAll = (packages, run) => {
  const install = (some) => run(['install', '-y', '--no-install-recommends', ...some]);
  const first = install(packages);
  if (first.status === 0) return first;
  run(['update']);
  const second = install(packages);
  if (second.status === 0 || packages.length === 1) return second;
  return packages.map((one) => install([one])).find(({ status }) => status !== 0) ?? second;
};

/** What to put before a command so that it runs as root; null where it cannot. */
const privilege = () => {
  if (process.getuid?.() === 0) return [];
  const sudo = ['sudo', '-n'];
  return spawnSync(sudo[0], [...sudo.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? sudo : null;
};

const apt = (prefix, args) => {
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C'];
  const options = ['-o', 'Acquire::Retries=2', '-o', 'DPkg::Lock::Timeout=120'];
  const [command, ...rest] = [...prefix, ...environment, 'apt-get', ...options, ...args];
  return spawnSync(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 26 });
};

const lastLine = (text) => text?.trim().split('\n').at(-1) ?? '';

const systems = [
  { name: 'Debian, Ubuntu', key: 'apt', command: 'sudo apt-get install' },
  { name: 'Fedora', key: 'dnf', command: 'sudo dnf install' },
  { name: 'macOS', key: 'brew', command: 'brew install' },
  { name: 'macOS', key: 'cask', command: 'brew install --cask' },
];

const missingText = (names, trouble) => {
  const lines = systems.flatMap(({ name, key, command }) => {
    const packages = names.flatMap((one) => tools[one][key] ?? []);
    return packages.length === 0 ? [] : [`  ${`${name}:`.padEnd(16)}${command} ${packages.join(' ')}`];
  });
  const [verb, them] = names.length === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${names.join(', ')} ${verb} missing: ${trouble}. To install ${them}:\n${lines.join('\n')}`;
};
