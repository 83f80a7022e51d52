/** Bytes as people write and paste them: `48 8b 05`, `488b05`, `48:8B:05`, `0x48,0x8b`, `\x48\x8b`. */
import { CommandFailure } from './failure.ts';

export const readHex = (text: string): Uint8Array => {
  const bytes: number[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSeparator(text.charAt(at))) {
      at++;
      continue;
    }
    at = skipMark(text, at);
    const end = endOfDigits(text, at);
    if (end === at || !isBoundary(text, end)) throw wrongCharacter(text, end);
    if ((end - at) % 2 !== 0) throw oddDigits(text, { at, end });
    for (; at < end; at += 2) bytes.push(Number.parseInt(text.slice(at, at + 2), 16));
  }
  if (bytes.length === 0) throw new CommandFailure(`No bytes are given. ${howToWrite}`);
  return Uint8Array.from(bytes);
};

/** The bytes of one instruction. */
export const readInstructionHex = (text: string): Uint8Array => {
  const bytes = readHex(text);
  if (bytes.length <= longestInstruction) return bytes;
  throw new CommandFailure(
    `${bytes.length} bytes are given; an instruction has at most ${longestInstruction} (SDM 2A 2.3.11). ` +
      'Give one instruction, or list all of them with `touchstone decode`.',
  );
};

const longestInstruction = 15;

/** May this text have been meant as hex? */
export const isHexText = (text: string): boolean =>
  /^[\s0-9a-fA-FxX\\,;:_-]+$/.test(text) && /[0-9a-fA-F]{2}/.test(text);

const isSeparator = (character: string): boolean => /[\s,;:_-]/.test(character);
const isDigit = (character: string): boolean => /^[0-9a-fA-F]$/.test(character);

/** Past `0x` or `\x`. */
const skipMark = (text: string, at: number): number => (isMark(text, at) ? at + 2 : at);

const isMark = (text: string, at: number): boolean => /^(?:0|\\)[xX]$/.test(text.slice(at, at + 2));

/** May digits end here? */
const isBoundary = (text: string, at: number): boolean =>
  at === text.length || isSeparator(text.charAt(at)) || isMark(text, at);

/** Runs to the first character that is no digit, or to the `0x` of a next number. */
const endOfDigits = (text: string, start: number): number => {
  let at = start;
  while (at < text.length && isDigit(text.charAt(at)) && !isMark(text, at)) at++;
  return at;
};

const howToWrite = "Write bytes as 48 8b 05, 488b05, 48:8b:05, 0x48,0x8b,0x05 or '\\x48\\x8b\\x05' (quoted).";

const wrongCharacter = (text: string, at: number): CommandFailure => {
  const character = text.charAt(at);
  if (character === '')
    return new CommandFailure(`Hex digits are missing at the end of ${pointed(text, at)}${howToWrite}`);
  const unquoted = /^x[0-9a-f]/i.test(text.slice(at)) ? 'The shell took the backslashes away: quote it. ' : '';
  return new CommandFailure(
    `${JSON.stringify(character)}, character ${at + 1}, is no hex digit in ${pointed(text, at)}${unquoted}${howToWrite}`,
  );
};

const oddDigits = (text: string, { at, end }: { readonly at: number; readonly end: number }): CommandFailure => {
  const digits = text.slice(at, end);
  const count = `${digits.length} hex ${digits.length === 1 ? 'digit' : 'digits'}`;
  const shown = digits.length > 20 ? '' : ` (${digits})`;
  const hint = digits.length === 1 ? `A byte has two digits: write 0${digits}. ` : 'Every byte has two digits. ';
  return new CommandFailure(
    `${count}${shown} at character ${at + 1} make no whole bytes in ${pointed(text, at)}${hint}${howToWrite}`,
  );
};

/** The place itself, cut from long inputs, with a mark below. */
const pointed = (text: string, at: number): string => {
  const from = Math.max(0, at - 30);
  const line = text.slice(from, at + 30).replace(/[^\x20-\x7E]/g, ' ');
  return `this:\n  ${line}\n  ${' '.repeat(at - from)}^\n`;
};
