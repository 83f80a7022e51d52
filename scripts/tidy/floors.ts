/** Imports run one way: the floors of ARCHITECTURE.md, the public doors, and what emulator/ may see. */
import { posix } from 'node:path';
import { type Import, importsOf } from './imports.ts';
import { isForTests, isTest, type SourceFile } from './source.ts';
import type { Violation } from './violation.ts';

/** From the ground up. A room is a folder, or one file. */
const floors: readonly (readonly string[])[] = [
  ['emulator/bits/'],
  ['emulator/isa/'],
  ['emulator/decode/', 'emulator/encode/', 'emulator/format/', 'emulator/machine/'],
  ['emulator/operand/', 'emulator/semantics/'],
  ['emulator/execute/'],
  ['emulator/compile/'],
  ['emulator/emulator.ts'],
  ['emulator/clients/'],
  ['emulator/index.ts'],
  ['harness/subject.ts', 'harness/execution.ts', 'harness/sandbox.ts', 'harness/mismatch.ts'],
  ['harness/normalise/', 'harness/generate/'],
  ['harness/subjects/', 'harness/compare/'],
  ['harness/bucket/', 'harness/coverage/'],
  ['harness/known/', 'harness/shrink/', 'harness/report/'],
  ['harness/captures/'],
  ['harness/judge.ts', 'harness/campaign/'],
  ['harness/index.ts'],
  ['scripts/'],
];

export const checkFloors = (files: readonly SourceFile[]): readonly Violation[] => [
  ...files.flatMap(checkPlace),
  ...files.flatMap(checkImports),
  ...checkCycles(files),
];

const doors = ['emulator/index.ts', 'harness/index.ts'];

const checkPlace = ({ path }: SourceFile): readonly Violation[] => {
  if (!path.includes('/')) return [];
  if (roomOf(path) === null)
    return [{ path, line: 0, message: 'this folder stands on no floor; ARCHITECTURE.md lists them' }];
  const isBarrel = posix.basename(path) === 'index.ts' && !doors.includes(path);
  return isBarrel ? [{ path, line: 0, message: `no index.ts but the public doors: ${doors.join(', ')}` }] : [];
};

const checkImports = ({ path, code }: SourceFile): readonly Violation[] =>
  importsOf(code).flatMap((imported) => {
    const message = imported.specifier.startsWith('.')
      ? complaintAboutFile(path, posix.join(posix.dirname(path), imported.specifier))
      : complaintAboutPackage(path, imported);
    return message === null ? [] : [{ path, line: imported.line, message }];
  });

const complaintAboutPackage = (path: string, { specifier }: Import): string | null =>
  path.startsWith('emulator/') && !isTest(path)
    ? `emulator/ imports no package and no module of Node's, but this imports ${specifier}`
    : null;

const complaintAboutFile = (from: string, to: string): string | null => {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here === null || there === null || here.name === there.name || there.floor < here.floor) return null;
  // What tests bring along is not in what runs; yet the lower package does not know the higher one even in its tests.
  if (isForTests(from) && packageOf(from) === packageOf(to)) return null;
  if (there.floor > here.floor) return `${here.name} may not import ${there.name}, which stands above it`;
  // A file is nobody's sibling folder.
  return there.name.endsWith('/') ? `${here.name} may not import ${there.name}, which stands beside it` : null;
};

const packageOf = (path: string): string => path.slice(0, path.indexOf('/'));

interface Room {
  readonly name: string;
  readonly floor: number;
}

const roomOf = (path: string): Room | null => {
  const tested = path.replace(/\.test\.ts$/, '.ts');
  for (const [floor, rooms] of floors.entries()) {
    const name = rooms.find((room) => tested === room || (room.endsWith('/') && path.startsWith(room)));
    if (name !== undefined) return { name, floor };
  }
  return null;
};

/** Types may refer to each other in a circle; modules that run may not. */
const checkCycles = (files: readonly SourceFile[]): readonly Violation[] => {
  const graph = new Map(files.map((file) => [file.path, valueImports(file)]));
  const violations: Violation[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start !== -1) {
      const cycle = [...way.slice(start), path];
      violations.push({ path, line: 0, message: `these files import each other in a circle: ${cycle.join(' -> ')}` });
    }
    if (start !== -1 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of [...graph.keys()].sort()) visit(path, []);
  return violations;
};

const valueImports = ({ path, code }: SourceFile): readonly string[] =>
  importsOf(code)
    .filter(({ specifier, isTypeOnly }) => specifier.startsWith('.') && !isTypeOnly)
    .map(({ specifier }) => posix.join(posix.dirname(path), specifier));
