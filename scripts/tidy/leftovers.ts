/** What no source keeps: tests switched off, types switched off, notes to oneself, the world's state below scripts/. */
import { isForTests, isTest, type SourceFile } from './source.ts';
import type { Token } from './tokens.ts';
import type { Violation } from './violation.ts';

export const checkLeftovers = (files: readonly SourceFile[]): readonly Violation[] =>
  files.flatMap((file) => [
    ...matches(
      file,
      isTest(file.path) ? testSwitch : noMatch,
      "every test runs; state today's result beside a known id",
    ),
    ...matches(file, isAny, '`any` switches types off; use `unknown` and narrow it'),
    ...matches(file, isNonNull, 'a non-null `!` hides a case; handle it'),
    ...matches(
      file,
      mayCast(file.path) ? noMatch : isCast,
      'casts stand in emulator/bits/ and harness/subjects/ only; narrow by a question',
    ),
    ...matches(
      file,
      isAmbient(file.path),
      'below scripts/ nothing knows the time, the environment or chance; take it as an argument',
    ),
    ...checkComments(file),
  ]);

type Match = (code: readonly Token[], at: number) => boolean;

const noMatch: Match = () => false;

const matches = ({ path, code }: SourceFile, match: Match, message: string): readonly Violation[] =>
  code.flatMap((token, at) =>
    match(code, at) ? [{ path, line: token.line, message: `${token.text}: ${message}` }] : [],
  );

const textAt = (code: readonly Token[], at: number): string => code[at]?.text ?? '';

const switches = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fails']);
const suites = new Set(['it', 'test', 'describe', 'suite', 'bench', 'context', 'ctx', 'concurrent', 'sequential']);
const oldSwitches = new Set(['xit', 'xtest', 'xdescribe', 'fit', 'fdescribe']);

const testSwitch: Match = (code, at) => {
  const word = textAt(code, at);
  if (code[at]?.kind !== 'name') return false;
  if (oldSwitches.has(word)) return textAt(code, at + 1) === '(';
  return switches.has(word) && textAt(code, at - 1) === '.' && suites.has(textAt(code, at - 2));
};

/** Where a type may stand; as a name of its own, `any` is harmless. */
const beforeType = new Set([':', '<', '|', '&', '=>', 'as', 'satisfies', 'is', 'extends', 'readonly', 'keyof']);
const afterType = new Set([',', ')', '>', ';', '=', '|', '&', '[', ']', '}', '{', '=>']);

const isAny: Match = (code, at) => {
  if (code[at]?.kind !== 'name' || textAt(code, at) !== 'any') return false;
  const [before, after] = [textAt(code, at - 1), textAt(code, at + 1)];
  return (beforeType.has(before) && afterType.has(after)) || (before === ',' && after === '>');
};

/** Stands directly after an expression, and does not begin `!=`. */
const isNonNull: Match = (code, at) => {
  const [before, token] = [code[at - 1], code[at]];
  if (token?.text !== '!' || token.kind !== 'punctuation' || before === undefined) return false;
  const isAfterExpression = before.kind === 'name' || [')', ']', '}'].includes(before.text);
  return isAfterExpression && before.start + before.text.length === token.start && !isDirectlyFollowedBy(code, at, '=');
};

const isDirectlyFollowedBy = (code: readonly Token[], at: number, text: string): boolean =>
  code[at + 1]?.text === text && code[at + 1]?.start === (code[at]?.start ?? 0) + 1;

const mayCast = (path: string): boolean => /^(?:emulator\/bits|harness\/subjects)\//.test(path);

/** `as const` narrows and is none; `as` in an import or export renames. */
const isCast: Match = (code, at) => {
  if (code[at]?.kind !== 'name' || textAt(code, at) !== 'as' || textAt(code, at + 1) === 'const') return false;
  const before = code[at - 1];
  const isAfterExpression =
    before !== undefined && before.kind !== 'punctuation' ? true : [')', ']', '}', '`'].includes(before?.text ?? '');
  return isAfterExpression && !['.', '?.'].includes(textAt(code, at - 1)) && !isInClause(code, at);
};

const isInClause = (code: readonly Token[], at: number): boolean => {
  let start = at;
  while (start > 0 && textAt(code, start - 1) !== ';' && !(textAt(code, start - 1) === '}' && start < at - 1)) start--;
  const from = code.slice(start, at);
  return (
    from.some(({ text }) => text === 'import' || text === 'export') &&
    !from.some(({ text }) => text === '=' || text === '(')
  );
};

const ambientMembers: ReadonlyMap<string, readonly string[]> = new Map([
  ['Date', ['now', 'parse']],
  ['Math', ['random']],
  ['crypto', ['randomBytes', 'randomInt', 'randomUUID', 'getRandomValues']],
  ['performance', ['now', 'timeOrigin']],
  ['process', ['env', 'argv', 'cwd', 'hrtime']],
]);

const isAmbient = (path: string): Match => {
  if (isForTests(path) || !/^(?:emulator|harness)\//.test(path)) return noMatch;
  return (code, at) => {
    const word = textAt(code, at);
    if (code[at]?.kind !== 'name' || textAt(code, at - 1) === '.') return false;
    if (word === 'Date' && textAt(code, at - 1) === 'new') return true;
    return textAt(code, at + 1) === '.' && (ambientMembers.get(word)?.includes(textAt(code, at + 2)) ?? false);
  };
};

const notes = /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|expect-error|nocheck)|eslint-disable/;

const checkComments = ({ path, tokens }: SourceFile): readonly Violation[] =>
  tokens
    .filter(({ kind, text }) => kind === 'comment' && notes.test(text))
    .map(({ line, text }) => ({ path, line, message: `"${notes.exec(text)?.[0]}": do it, or file an issue` }));
