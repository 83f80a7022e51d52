/** Says which oracles are here, where, of which version, whether that is good enough, and what to do where it is not. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import type { Unavailable } from '../../harness/subject.ts';
import { createSilicon } from '../../harness/subjects/silicon/silicon.ts';
import { touchstoneVersion } from '../../harness/subjects/touchstone.ts';
import { createUnicorn } from '../../harness/subjects/unicorn/unicorn.ts';
import type { Environment, Terminal } from '../terminal.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { subjectNames } from './subject-names.ts';
import { areOraclesRequired, openSubject } from './subjects.ts';

/** One thing looked at. */
interface Check {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly trouble: Unavailable | null;
}

export const doctor = async (terminal: Terminal): Promise<ExitCode> => {
  const oracles = await Promise.all(subjectNames.map((name) => checkSubject(name, terminal.environment)));
  const checks = [checkNode(), checkOurs(), ...oracles, await checkCpu(), await checkUnicorn()];
  await terminal.write(`${checks.map((check) => lineOf(check, checks, terminal)).join('\n')}\n`);

  const troubles = checks.flatMap(({ trouble }) => (trouble === null ? [] : [trouble]));
  for (const { name, unavailable, remedy } of troubles) {
    await terminal.write(`\n${name}: ${unavailable}.\n  What to do: ${remedy}.\n`);
  }
  const required = areOraclesRequired(terminal.environment);
  await terminal.write(`\n${conclusion(troubles.length, required)}\n`);
  return troubles.length > 0 && required ? exitCodes.oracle : exitCodes.clean;
};

const conclusion = (troubles: number, required: boolean): string => {
  if (troubles === 0) return 'All is well.';
  const them = troubles === 1 ? 'it' : 'them';
  return required
    ? `TOUCHSTONE_REQUIRE_ORACLES is set: nothing runs without ${them}.`
    : `Runs go on without ${them}, and say so.`;
};

const lineOf = ({ name, version, path, trouble }: Check, all: readonly Check[], { palette }: Terminal): string => {
  const width = (of: (check: Check) => string): number => Math.max(...all.map((check) => of(check).length));
  const mark = trouble === null ? palette.good('ok') : palette.bad('no');
  const cells = [name.padEnd(width((one) => one.name)), version.padEnd(width((one) => one.version)), path];
  return `${mark}  ${cells.join('  ').trimEnd()}`;
};

const leastNode = '20.19.0';

const checkNode = (): Check => {
  const version = process.versions.node;
  const isOld = version.localeCompare(leastNode, 'en', { numeric: true }) < 0;
  const trouble = {
    name: 'node',
    unavailable: `Node ${version} is too old: ${leastNode} or newer is needed`,
    remedy: 'install a newer Node from your system, nvm or https://nodejs.org',
  };
  return { name: 'node', version, path: process.execPath, trouble: isOld ? trouble : null };
};

const checkOurs = (): Check => ({
  name: 'touchstone',
  version: touchstoneVersion,
  path: dirname(dirname(import.meta.dirname)),
  trouble: null,
});

const checkSubject = async (name: (typeof subjectNames)[number], environment: Environment): Promise<Check> => {
  const opened = await openSubject(name);
  const path = name === 'iced' ? icedPath() : await findInPath(name, environment);
  if ('unavailable' in opened) return { name, version: '-', path, trouble: opened };
  await opened.close();
  return { name, version: opened.version, path, trouble: null };
};

/** This machine's, which is asked what instructions do. */
const checkCpu = async (): Promise<Check> => {
  const opened = await createSilicon();
  if ('unavailable' in opened) return { name: opened.name, version: '-', path: '', trouble: opened };
  await opened.close();
  return { name: opened.name, version: opened.version, path: opened.signature.name, trouble: null };
};

/** The second opinion. */
const checkUnicorn = async (): Promise<Check> => {
  const opened = await createUnicorn();
  if ('unavailable' in opened) return { name: opened.name, version: '-', path: '', trouble: opened };
  await opened.close();
  return { name: opened.name, version: opened.version, path: '', trouble: null };
};

const icedPath = (): string => dirname(createRequire(import.meta.url).resolve('iced-x86/package.json'));

/** Where the shell would find it; '' where it would not. */
const findInPath = async (name: string, environment: Environment): Promise<string> => {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const paths = folders.map((folder) => join(folder, name));
  const runnable = await Promise.all(
    paths.map((path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths[runnable.indexOf(true)] ?? '';
};
