/** A small tree with the real set-up in it, and a PATH that holds nothing but programs made here. */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly said: string;
}

export class BareTree {
  readonly #folder = mkdtempSync(join(tmpdir(), 'touchstone-setup-'));

  constructor() {
    this.write('tree/package.json', '{}');
    this.lock('1.0.0');
    this.write('tree/tsconfig.json', '{}');
    this.write('tree/tsconfig.base.json', '{}');
    for (const folder of ['emulator', 'harness', 'scripts']) this.write(`tree/${folder}/a.ts`, '');
    for (const name of ['setup.mjs', 'setup']) {
      cpSync(join(scripts, name), this.path('tree/scripts', name), { recursive: true });
    }
    this.write('log', '');
    this.program('npm', npm);
    // Both run what comes after their options and assignments.
    for (const name of ['env', 'sudo']) this.program(name, runRest);
    for (const name of ['nasm', 'ndisasm', 'objdump', 'x86_64-linux-gnu-objdump', 'llvm-mc', 'chromium'])
      this.program(name, '');
  }

  path(...parts: readonly string[]): string {
    return join(this.#folder, ...parts);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  has(path: string): boolean {
    return existsSync(this.path(path));
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  lock(version: string): void {
    const packages = {
      '': {},
      'node_modules/typescript': { version },
      'node_modules/other-system': { version, optional: true },
    };
    this.write('tree/package-lock.json', JSON.stringify({ packages }));
  }

  /** A program in PATH; `text` is JavaScript that may call `log`. */
  program(name: string, text: string): void {
    this.write(`bin/${name}`, `#!${process.execPath}\n${prelude(this.path())}\n${text}\n`);
    chmodSync(this.path('bin', name), 0o755);
  }

  withoutPrograms(...names: readonly string[]): void {
    for (const name of names) this.remove(`bin/${name}`);
  }

  /** What programs logged since the last call. */
  calls(): readonly string[] {
    const lines = readFileSync(this.path('log'), 'utf8').split('\n').filter(Boolean);
    writeFileSync(this.path('log'), '');
    return lines;
  }

  note(line: string): void {
    appendFileSync(this.path('log'), `${line}\n`);
  }

  setUp(args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const env = { PATH: this.path('bin'), CHROMIUM_PATH: this.path('bin/chromium'), ...environment };
      const child = spawn(process.execPath, [this.path('tree/scripts/setup.mjs'), ...args], { env });
      let said = '';
      child.stdout.on('data', (data) => (said += String(data)));
      child.stderr.on('data', (data) => (said += String(data)));
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, said }));
    });
  }

  /** Runs a file of the tree by its own first line. */
  run(path: string): Promise<number | null> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.path(path));
      child.on('error', reject);
      child.on('close', resolve);
    });
  }

  delete(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

const prelude = (folder: string): string => `
const fs = require('node:fs');
const { join } = require('node:path');
const folder = ${JSON.stringify(folder)};
const at = (...parts) => join(folder, ...parts);
const name = require('node:path').basename(process.argv[1]);
const args = process.argv.slice(2);
const log = (line) => fs.appendFileSync(at('log'), line + '\\n');
const write = (path, text, mode) => {
  fs.mkdirSync(join(at(path), '..'), { recursive: true });
  fs.writeFileSync(at(path), text, { mode });
};`;

/** Its compiler makes the one file that set-up looks for, and does as the file `compiler-fails` says. */
const compiler = (log: string): string => `
const fs = require('node:fs');
fs.appendFileSync(${log}, 'tsc ' + process.argv.slice(2).join(' ') + '\\n');
if (fs.existsSync('compiler-fails')) {
  console.log('a.ts(1,1): error');
  process.exit(2);
}
fs.mkdirSync('dist/scripts', { recursive: true });
fs.writeFileSync('dist/scripts/touchstone.js', '#!' + process.execPath + '\\n');`;

/** Clears node_modules as npm does, and does as FAKE_NPM says. */
const npm = `
log('npm ' + args[0]);
fs.rmSync(at('tree/node_modules'), { recursive: true, force: true });
const version = JSON.parse(fs.readFileSync('package-lock.json')).packages['node_modules/typescript'].version;
write('tree/node_modules/typescript/package.json', JSON.stringify({ version }));
write('tree/node_modules/.bin/tsc', '');
if (process.env.FAKE_NPM === 'fails') {
  console.error('npm error network');
  process.exit(1);
}
if (process.env.FAKE_NPM === 'dies') process.kill(process.pid, 'SIGKILL');
write('tree/node_modules/typescript/bin/tsc', ${JSON.stringify(compiler("'LOG'"))}.replace("'LOG'", JSON.stringify(at('log'))));
write('tree/node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/typescript': { version } } }));`;

const runRest = `
const rest = args.slice(args.findIndex((word) => !word.startsWith('-') && !word.includes('=')));
if (name === 'sudo') log('sudo');
if (rest[0] !== 'true') {
  const ran = require('node:child_process').spawnSync(at('bin', rest[0]), rest.slice(1), { stdio: 'inherit' });
  process.exit(ran.status ?? 1);
}`;

/** An apt-get that knows packages after an update only, and then only these. */
export const aptGet = (packages: Readonly<Record<string, readonly string[]>>): string => `
const packages = ${JSON.stringify(packages)};
const words = args.filter((word, k) => !word.startsWith('-') && args[k - 1] !== '-o');
log('apt-get ' + words.join(' '));
if (words[0] === 'update') write('updated', '');
else {
  const stranger = words.slice(1).find((word) => !fs.existsSync(at('updated')) || packages[word] === undefined);
  if (stranger !== undefined) {
    console.error('E: Unable to locate package ' + stranger);
    process.exit(100);
  }
  for (const word of words.slice(1)) {
    for (const program of packages[word]) write('bin/' + program, '#!' + process.execPath, 0o755);
  }
}`;
