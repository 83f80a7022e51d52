/** Reads the values of options; commander puts the option's name before each message. */
import { InvalidArgumentError } from 'commander';
import { type Mode, modes, type Vendor, vendors } from '../../emulator/isa/modes.ts';
import { type OpcodeOption, opcodeOptions } from '../../emulator/isa/options.ts';
import type { Syntax } from '../../harness/subject.ts';

export const readModes = (text: string): readonly Mode[] => {
  const wanted = new Set(text.split(',').map(readMode));
  return modes.filter((mode) => wanted.has(mode));
};

export const readMode = (text: string): Mode => {
  const mode = modes.find((one) => String(one) === text.trim());
  if (mode === undefined) throw new InvalidArgumentError('Modes are 16, 32 and 64.');
  return mode;
};

export const readVendor = (text: string): Vendor => oneOf(text, vendors, 'Vendors are');

const syntaxes: readonly Syntax[] = ['intel', 'nasm', 'gas'];
export const readSyntax = (text: string): Syntax => oneOf(text === 'att' ? 'gas' : text, syntaxes, 'Syntaxes are');

const oneOf = <T extends string>(text: string, words: readonly T[], sentence: string): T => {
  const word = words.find((one) => one === text.trim().toLowerCase());
  if (word === undefined) throw new InvalidArgumentError(`${sentence} ${words.join(', ')}.`);
  return word;
};

/** Every name given so far and now: `--subject iced,nasm --subject objdump`. */
export const collectNames =
  (known: readonly string[]) =>
  (text: string, before: readonly string[] = []): readonly string[] => {
    const names = text.split(',').map((name) => name.trim());
    const stranger = names.find((name) => !known.includes(name));
    if (stranger !== undefined) {
      throw new InvalidArgumentError(`${JSON.stringify(stranger)} is no subject. Subjects are ${known.join(', ')}.`);
    }
    return [...new Set([...before, ...names])];
  };

/** The options of the decoder, in any case. */
export const readOpcodeOptions = (text: string): readonly OpcodeOption[] =>
  text.split(',').map((word) => {
    const name = word.trim().toUpperCase();
    const known = opcodeOptions.find((option) => option === name);
    if (known !== undefined) return known;
    throw new InvalidArgumentError(`${JSON.stringify(word)} is no option. Options are ${opcodeOptions.join(', ')}.`);
  });

export const collectFiles = (file: string, before: readonly string[] = []): readonly string[] => [...before, file];

/** Seeds are 32 bits wide. */
export const readSeed = (text: string): number => {
  const seed = /^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : Number.NaN;
  if (!(seed <= 0xffff_ffff)) throw new InvalidArgumentError('A seed is a whole number from 0 to 4294967295.');
  return seed;
};

export const readWorkers = (text: string): number => {
  if (!/^\d{1,2}$/.test(text) || Number(text) > 64)
    throw new InvalidArgumentError('Workers are a number from 0 to 64.');
  return Number(text);
};

export const readCount = (text: string): number => {
  const count = /^[\d_,]{1,15}$/.test(text) ? Number(text.replaceAll(/[_,]/g, '')) : Number.NaN;
  if (!(count <= mostCases)) throw new InvalidArgumentError('A count is a whole number up to 1,000,000,000.');
  return count;
};

const mostCases = 1_000_000_000;

export const readAddress = (text: string): bigint => {
  const plain = text.replaceAll('_', '');
  if (!/^(?:0x[0-9a-f]{1,16}|\d{1,20})$/i.test(plain) || BigInt(plain) >> 64n !== 0n) {
    throw new InvalidArgumentError('An address is 0x and up to 16 hex digits, or a decimal number below 2^64.');
  }
  return BigInt(plain);
};

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

export const readShard = (text: string): Shard => {
  const [, index = 0, count = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > count) {
    throw new InvalidArgumentError('A shard is i/n with i from 1 to n: 2/4 is the second quarter.');
  }
  return { index, count };
};

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `8h`, `1h30m`, in milliseconds. */
export const readDuration = (text: string): number => {
  const parts = text.trim().match(/\d+(?:\.\d+)?[smhd]/g) ?? [];
  const seconds = parts.reduce((sum, part) => sum + Number.parseFloat(part) * (unitSeconds[part.slice(-1)] ?? 0), 0);
  if (parts.join('') !== text.trim() || !(seconds > 0 && seconds <= longestSeconds)) {
    throw new InvalidArgumentError('A duration is a number with s, m, h or d, up to 24d: 30s, 8h, 1h30m.');
  }
  return Math.round(seconds * 1000);
};

/** A timer of Node's runs for 24.8 days at most. */
const longestSeconds = 24 * 86_400;
