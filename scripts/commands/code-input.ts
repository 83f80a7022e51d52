/** Where code to be listed comes from: hex, a file or standard input, as hex text, raw bytes or ELF. */
import { readFile, stat } from 'node:fs/promises';
import type { Mode } from '../../emulator/isa/modes.ts';
import { type ElfProblem, isElf, readElf } from '../../harness/generate/elf.ts';
import type { Terminal } from '../terminal.ts';
import { CommandFailure, systemFailure } from './failure.ts';
import { isHexText, readHex } from './hex.ts';

export interface Code {
  /** As the file says; null where nothing says. */
  readonly mode: Mode | null;
  readonly sections: readonly Section[];
}

export interface Section {
  /** '' where the code is one piece without a name. */
  readonly name: string;
  /** Null where nothing says. */
  readonly address: bigint | null;
  readonly bytes: Uint8Array;
}

export type InputKind = 'auto' | 'hex' | 'raw' | 'elf';

export const readCode = async (args: readonly string[], kind: InputKind, terminal: Terminal): Promise<Code> => {
  const [first] = args;
  if (first === undefined || (first === '-' && args.length === 1)) return readStandardInput(args, kind, terminal);
  const text = args.join(' ');
  if (kind === 'hex' || args.length > 1) return piece(readHex(text));
  const isFile = await exists(first);
  if (kind === 'auto' && (!isFile || isWholeHex(text))) {
    if (isFile) terminal.note(`touchstone: ${first} is taken as hex. To read the file of this name, write ./${first}.`);
    if (!isFile && !isHexText(text)) throw noSuchFile(first);
    return piece(readHex(text));
  }
  return parse(await readWhole(first), kind, `"${first}"`);
};

/** The executable sections of `what`, or a sentence about why there are none. */
export const readElfCode = (bytes: Uint8Array, what: string): Code => {
  const elf = readElf(bytes);
  if (!('problem' in elf)) return elf;
  throw new CommandFailure(`${what} cannot be swept: ${elf.detail}. ${remedies[elf.problem]}`);
};

const rawRemedy = 'Give an ELF file for i386 or x86-64; raw code can be listed with touchstone decode --input raw.';

const remedies: Readonly<Record<ElfProblem, string>> = {
  missing: 'Check the path.',
  unreadable: 'Check the path, and who may read it.',
  'not-elf': rawRemedy,
  truncated: 'Copy or build it again: its end is missing.',
  'big-endian': rawRemedy,
  malformed: 'Build it again: its headers are damaged.',
  'not-x86': rawRemedy,
  'no-code': 'Give a program, library or object file.',
};

const readStandardInput = async (args: readonly string[], kind: InputKind, terminal: Terminal): Promise<Code> => {
  if (args.length === 0 && terminal.input.isTTY === true) {
    throw new CommandFailure('Nothing to decode is given. Give hex, a file, or - to type or pipe into standard input.');
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of terminal.input) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('latin1');
  return kind === 'hex' || (kind === 'auto' && isHexText(text))
    ? piece(readHex(text.trim()))
    : parse(bytes, kind, 'Standard input');
};

const parse = (bytes: Uint8Array, kind: InputKind, what: string): Code => {
  if (bytes.length === 0) throw new CommandFailure(`${what} is empty: there is nothing to decode.`);
  if (kind === 'elf' || (kind === 'auto' && isElf(bytes))) return readElfCode(bytes, what);
  return kind === 'hex' ? piece(readHex(Buffer.from(bytes).toString('latin1').trim())) : piece(bytes);
};

const piece = (bytes: Uint8Array): Code => ({ mode: null, sections: [{ name: '', address: null, bytes }] });

const isWholeHex = (text: string): boolean => /^(?:[0-9a-fA-F]{2})+$/.test(text);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export const readWhole = async (path: string): Promise<Uint8Array> => {
  try {
    return await readFile(path);
  } catch (error) {
    throw systemFailure(`"${path}" cannot be read`, error);
  }
};

const noSuchFile = (name: string): CommandFailure =>
  new CommandFailure(`"${name}" is neither hex nor a file that is there. Write bytes as 48 8b 05, or check the path.`);
