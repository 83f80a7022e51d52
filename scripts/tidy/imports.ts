/** What a source file imports. */
import type { Token } from './tokens.ts';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Gone after compilation. */
  readonly isTypeOnly: boolean;
}

export const importsOf = (code: readonly Token[]): readonly Import[] =>
  code.flatMap((token, at) => {
    const found = token.kind === 'name' ? readers.get(token.text)?.(code, at) : undefined;
    return found === undefined ? [] : [{ ...found, line: token.line }];
  });

type Found = Omit<Import, 'line'>;
type Reader = (code: readonly Token[], at: number) => Found | undefined;

const readImport: Reader = (code, at) => {
  const next = code[at + 1];
  if (next?.kind === 'string') return { specifier: unquoted(next), isTypeOnly: false };
  if (next?.text === '(') return argumentAt(code, at + 2);
  return next?.text === '.' ? undefined : fromClause(code, at);
};

const readExport: Reader = (code, at) => {
  const next = code[at + 1]?.text === 'type' ? code[at + 2] : code[at + 1];
  return next?.text === '{' || next?.text === '*' ? fromClause(code, at) : undefined;
};

/** `new URL('./worker.ts', import.meta.url)` */
const readUrl: Reader = (code, at) => (code[at + 1]?.text === '(' ? argumentAt(code, at + 2) : undefined);

const argumentAt = (code: readonly Token[], at: number): Found | undefined => {
  const token = code[at];
  return token?.kind === 'string' ? { specifier: unquoted(token), isTypeOnly: false } : undefined;
};

const fromClause = (code: readonly Token[], at: number): Found | undefined => {
  for (let k = at + 1; k < code.length && code[k]?.text !== ';'; k++) {
    const [token, next] = [code[k], code[k + 1]];
    if (token?.text !== 'from' || next?.kind !== 'string') continue;
    return { specifier: unquoted(next), isTypeOnly: code[at + 1]?.text === 'type' && code[at + 2]?.text !== 'from' };
  }
  return undefined;
};

const unquoted = (token: Token): string => token.text.slice(1, -1);

const readers: ReadonlyMap<string, Reader> = new Map([
  ['import', readImport],
  ['export', readExport],
  ['URL', readUrl],
]);
