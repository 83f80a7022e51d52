/** Words that say nothing, or that have another name here (ARCHITECTURE.md, Words), in file names and declarations. */
import { posix } from 'node:path';
import { isSource, type SourceFile, type TextFile } from './source.ts';
import type { Token } from './tokens.ts';
import type { Violation } from './violation.ts';

/** Not `target`, as in the target of a branch: that it never means a subject is for readers to see. */
const banned: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/^(?:helpers?|utils?|utility|utilities|misc|common)$/, 'name what it does'],
  [/^managers?$/, 'name what it does'],
  [/^(?:plugins?|engines?)$/, 'say subject, generator, client or what else it is'],
  [/^(?:anomaly|anomalies)$/, 'say mismatch or finding'],
];

export const checkFileNames = (files: readonly TextFile[]): readonly Violation[] =>
  files.flatMap(({ path }) =>
    path.split('/').flatMap((part) => {
      const stem = isSource(part) ? posix.basename(part).replace(/(?:\.test)?\.\w+$/, '') : part.replace(/\.\w+$/, '');
      return complaints(stem).map((message) => ({ path, line: 0, message }));
    }),
  );

export const checkDeclaredNames = (files: readonly SourceFile[]): readonly Violation[] =>
  files.flatMap(({ path, code }) =>
    code.flatMap(({ kind, text, line }, at) => {
      if (kind !== 'name' || !isDeclared(code, at)) return [];
      return complaints(text).map((message) => ({ path, line, message }));
    }),
  );

const declaring = new Set(['const', 'let', 'var', 'function', 'class', 'interface', 'type']);

/** `type` is also a word of import clauses. */
const isDeclared = (code: readonly Token[], at: number): boolean => {
  const [keyword, next] = [code[at - 1]?.text ?? '', code[at + 1]?.text ?? ''];
  if (!declaring.has(keyword) || code[at - 1]?.kind !== 'name') return false;
  return keyword !== 'type' || next === '=' || next === '<';
};

const complaints = (name: string): readonly string[] =>
  banned.flatMap(([pattern, instead]) => {
    const word = wordsOf(name).find((one) => pattern.test(one));
    return word === undefined ? [] : [`"${name}" has the word "${word}"; ${instead}`];
  });

/** `readElfCode`, `read-elf-code` and `READ_ELF` alike. */
const wordsOf = (name: string): readonly string[] =>
  (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((word) => word.toLowerCase());
