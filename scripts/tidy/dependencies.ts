/** Each dependency is pinned, and ARCHITECTURE.md has its reason. */
import type { TextFile } from './source.ts';
import type { Violation } from './violation.ts';

const manifestPath = 'package.json';
const reasonsPath = 'ARCHITECTURE.md';

export const checkDependencies = (files: readonly TextFile[]): readonly Violation[] => {
  const versions = dependenciesOf(textOf(files, manifestPath));
  const reasons = reasonsIn(textOf(files, reasonsPath));
  return [
    ...versions
      .filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))
      .map(([name, version]) => ({
        path: manifestPath,
        line: 0,
        message: `${name} is "${version}"; pin it to one version`,
      })),
    ...versions
      .filter(([name]) => !reasons.has(name))
      .map(([name]) => ({
        path: reasonsPath,
        line: 0,
        message: `the dependency ${name} has no line of reason: | \`${name}\` | why |`,
      })),
    ...[...reasons]
      .filter((name) => !versions.some(([one]) => one === name))
      .map((name) => ({
        path: reasonsPath,
        line: 0,
        message: `${name} is no dependency any more; delete its line`,
      })),
  ];
};

const textOf = (files: readonly TextFile[], path: string): string =>
  files.find((file) => file.path === path)?.text ?? '';

const dependenciesOf = (manifest: string): readonly (readonly [name: string, version: string])[] => {
  const parsed: unknown = manifest === '' ? {} : JSON.parse(manifest);
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) => {
    const versions = isRecord(parsed) ? parsed[kind] : undefined;
    return isRecord(versions)
      ? Object.entries(versions).map(([name, version]) => [name, String(version)] as const)
      : [];
  });
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Rows of the table under the heading Dependencies, whose last column says something. */
const reasonsIn = (document: string): ReadonlySet<string> => {
  const section = /^## Dependencies$([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(document)?.[1] ?? '';
  return new Set([...section.matchAll(/^\| `([^`]+)` +\|.*\S{2,}.*\|$/gm)].map((match) => match[1] ?? ''));
};
