/** Where files may stand: tests beside code, generated output in reports/ and corpus/ only. */
import { posix } from 'node:path';
import { isForTests, isSource, isTest, type TextFile } from './source.ts';
import type { Violation } from './violation.ts';

export const checkPlaces = (files: readonly TextFile[]): readonly Violation[] => [
  ...checkTests(files),
  ...files.flatMap(checkGenerated),
  ...files.flatMap(checkFirstLine),
];

const checkTests = (files: readonly TextFile[]): readonly Violation[] => {
  const folders = new Set(
    files.filter(({ path }) => isSource(path) && !isForTests(path)).map(({ path }) => posix.dirname(path)),
  );
  return files.flatMap(({ path }) => {
    const isApart = /(?:^|\/)(?:tests?|__tests__|specs?)\//.test(path) || /\.spec\.[cm]?[jt]sx?$/.test(path);
    if (!isApart && !(isTest(path) && !folders.has(posix.dirname(path)))) return [];
    return [{ path, line: 0, message: 'tests stand beside the code: trie.ts, trie.test.ts' }];
  });
};

const generated = /\.(?:snap|html|xml|sarif|lcov|log|tsbuildinfo|js|d\.ts|map|elf|o|bin|tap|csv)$/;

const checkGenerated = ({ path }: TextFile): readonly Violation[] =>
  generated.test(path) && !/^(?:reports|corpus)\//.test(path)
    ? [
        {
          path,
          line: 0,
          message: 'generated output stands in reports/ or corpus/ only; delete it, or let git ignore it',
        },
      ]
    : [];

const checkFirstLine = ({ path, text }: TextFile): readonly Violation[] =>
  /^reports\/.*\.snap$/.test(path) && !/^# (?:npx touchstone|npm run) /.test(text)
    ? [{ path, line: 1, message: 'the first line of a snapshot is # and the command that makes it again' }]
    : [];
