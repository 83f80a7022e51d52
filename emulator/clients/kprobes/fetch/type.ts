/** Types of fetched arguments: `u32`, `x64[4]`, `b4@8/32`, `string`. */

import { parseUnsigned } from './number.ts';
import { type FetchProblem, problemAt } from './problem.ts';

export interface FetchType {
  readonly kind: 'unsigned' | 'signed' | 'hexadecimal' | 'string' | 'symbol' | 'symbol string';
  /** Of a value in memory, in bits. */
  readonly bits: number;
  /** Of a string or value in memory of the program, not the kernel. */
  readonly isUser: boolean;
  readonly field: { readonly width: number; readonly offset: number } | null;
  /** Elements; 0 where it is no array. */
  readonly count: number;
}

const plain = { isUser: false, field: null, count: 0 } as const;

/** What an argument without a type is. */
export const defaultType = (wordBits: 32 | 64): FetchType => ({ kind: 'hexadecimal', bits: wordBits, ...plain });
export const stringType: FetchType = { kind: 'string', bits: 0, ...plain };

const mostElements = 64;

/** `text` stands at `position` of the command, behind the colon. */
export const parseType = (text: string, position: number, wordBits: 32 | 64): FetchType | FetchProblem => {
  const open = text.indexOf('[');
  if (open < 0) return elementType(text, position, wordBits);
  const close = text.indexOf(']', open);
  if (close < 0) return problemAt('ARRAY_NO_CLOSE', position + text.length);
  if (close + 1 < text.length) return problemAt('BAD_ARRAY_SUFFIX', position + close + 1);
  const count = parseUnsigned(text.slice(open + 1, close));
  if (count === null || count === 0n) return problemAt('BAD_ARRAY_NUM', position + open + 1);
  if (count >= mostElements) return problemAt('ARRAY_TOO_BIG', position + open + 1);
  const element = elementType(text.slice(0, open), position, wordBits);
  return 'code' in element ? element : { ...element, count: Number(count) };
};

const numbers = { u: 'unsigned', s: 'signed', x: 'hexadecimal' } as const;

const elementType = (text: string, position: number, wordBits: 32 | 64): FetchType | FetchProblem => {
  switch (text) {
    case 'string':
      return stringType;
    case 'ustring':
      return { ...stringType, isUser: true };
    case 'symbol':
      return { ...plain, kind: 'symbol', bits: wordBits };
    case 'symstr':
      return { ...plain, kind: 'symbol string', bits: wordBits };
    default:
      break;
  }
  if (text.startsWith('b')) return bitField(text, position);
  const match = /^([usx])(8|16|32|64)$/.exec(text);
  if (match === null) return problemAt('BAD_TYPE', position);
  const [, letter, bits] = match;
  const kind = letter === 'u' || letter === 's' || letter === 'x' ? numbers[letter] : 'hexadecimal';
  return { ...plain, kind, bits: Number(bits) };
};

const bitField = (text: string, position: number): FetchType | FetchProblem => {
  const match = /^b(\d+)@(\d+)\/(8|16|32|64)$/.exec(text);
  if (match === null) return problemAt(/\/(?:8|16|32|64)$/.test(text) ? 'BAD_BITFIELD' : 'BAD_TYPE', position);
  const [width, offset, bits] = match.slice(1).map(Number);
  if (width === 0 || width + offset > bits) return problemAt('BAD_BITFIELD', position);
  return { ...plain, kind: 'unsigned', bits, field: { width, offset } };
};
