/** Where function bodies begin and end, told by brackets and by what stands before them. */
import type { Token } from './tokens.ts';

export interface FunctionBody {
  readonly first: Token;
  readonly last: Token;
  /** Code tokens of the body. */
  readonly code: readonly Token[];
}

export const functionsOf = (code: readonly Token[]): readonly FunctionBody[] => {
  const partners = partnersOf(code);
  return code.flatMap((token, at) => {
    const start = token.text === '=>' ? at + 1 : bodyAfterParameters(code, at, partners);
    const first = start === null ? undefined : code[start];
    if (start === null || first === undefined) return [];
    const end = token.text === '=>' ? arrowEnd(code, start, partners) : (partners.get(start) ?? start);
    return [{ first, last: code[end] ?? first, code: code.slice(start, end + 1) }];
  });
};

export const lineCount = ({ first, last }: FunctionBody): number => last.endLine - first.line + 1;

/** Index of an opening bracket to that of its closing one, and back. */
type Partners = ReadonlyMap<number, number>;

const partnersOf = (code: readonly Token[]): Partners => {
  const partners = new Map<number, number>();
  const open: number[] = [];
  for (const [at, { kind, text }] of code.entries()) {
    if (kind !== 'punctuation') continue;
    if (opening.has(text)) open.push(at);
    const start = closing.has(text) ? open.pop() : undefined;
    if (start === undefined) continue;
    partners.set(start, at);
    partners.set(at, start);
  }
  return partners;
};

const opening = new Set(['(', '[', '{', '${']);
const closing = new Set([')', ']', '}']);

/** The braces of an arrow function, or its expression up to where the surrounding one goes on. */
const arrowEnd = (code: readonly Token[], start: number, partners: Partners): number => {
  if (code[start]?.text === '{') return partners.get(start) ?? start;
  let at = start;
  while (at < code.length && !endsExpression(code[at]))
    at = opensBracket(code[at]) ? (partners.get(at) ?? at) + 1 : at + 1;
  return Math.max(start, at - 1);
};

const isPunctuation = (token: Token | undefined): token is Token => token?.kind === 'punctuation';
const opensBracket = (token: Token | undefined): boolean => isPunctuation(token) && opening.has(token.text);
const endsExpression = (token: Token | undefined): boolean =>
  isPunctuation(token) && (closing.has(token.text) || token.text === ',' || token.text === ';');

/** `at` ends a list of parameters: where does the body start? Null where this is something else. */
const bodyAfterParameters = (code: readonly Token[], at: number, partners: Partners): number | null => {
  if (code[at]?.text !== ')' || !isPunctuation(code[at])) return null;
  const before = code[(partners.get(at) ?? 0) - 1];
  const isClassHead = code[(partners.get(at) ?? 0) - 2]?.text === 'extends';
  if (before === undefined || controlWords.has(before.text) || isClassHead) return null;
  if (code[at + 1]?.text === '{') return at + 1;
  return code[at + 1]?.text === ':' ? bodyAfterType(code, at + 2, partners) : null;
};

const controlWords = new Set(['if', 'for', 'while', 'switch', 'catch', 'await', 'with']);

/** Past a return type: the first brace that can no longer belong to it. */
const bodyAfterType = (code: readonly Token[], start: number, partners: Partners): number | null => {
  let angles = 0;
  for (let at = start; at < code.length; at++) {
    const { kind, text } = code[at] ?? { kind: 'punctuation', text: ';' };
    if (kind !== 'punctuation') continue;
    if (text === '{' && angles === 0 && at > start && endsType(code[at - 1])) return at;
    if (text === '<') angles++;
    else if (text === '>') angles--;
    else if (opening.has(text)) at = partners.get(at) ?? at;
    else if (!(typePunctuation.has(text) || (text === ',' && angles > 0))) return null;
  }
  return null;
};

const typePunctuation = new Set(['|', '&', '.', '`']);
const beforeType = new Set('extends keyof typeof readonly infer is asserts in unique'.split(' '));

const endsType = (token: Token | undefined): boolean => {
  if (token === undefined) return false;
  if (token.kind === 'name') return !beforeType.has(token.text);
  return token.kind !== 'punctuation' || [']', '}', '>', ')', '`'].includes(token.text);
};
