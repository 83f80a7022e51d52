/** `touchstone decode`: a listing of hex, a raw binary or an ELF file. */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { OpcodeOption } from '../../emulator/isa/options.ts';
import type { Syntax } from '../../harness/subject.ts';
import type { Terminal } from '../terminal.ts';
import { type InputKind, readCode } from './code-input.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { listing } from './listing.ts';

export interface DecodeOptions {
  readonly mode?: Mode;
  readonly syntax: Syntax;
  readonly vendor: Vendor;
  readonly option: readonly OpcodeOption[];
  readonly address: bigint;
  readonly input: InputKind;
}

export const decodeCommand = async (
  args: readonly string[],
  options: DecodeOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { syntax, vendor, option } = options;
  const code = await readCode(args, options.input, terminal);
  const mode = options.mode ?? code.mode ?? 64;
  for (const [index, { name, address, bytes }] of code.sections.entries()) {
    if (name !== '') await terminal.write(`${index === 0 ? '' : '\n'}${terminal.palette.strong(name)}\n`);
    const lines = listing(bytes, { mode, vendor, options: option, syntax, address: address ?? options.address });
    await writeAll(lines, terminal);
    if (terminal.closed) break;
  }
  return exitCodes.clean;
};

/** Writes of a fair size, each taken before the next is made: a big file needs little memory, whoever reads slowly. */
const chunkCharacters = 1 << 16;

const writeAll = async (lines: Iterable<string>, terminal: Terminal): Promise<void> => {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < chunkCharacters) continue;
    await terminal.write(chunk);
    if (terminal.closed) return;
    chunk = '';
  }
  await terminal.write(chunk);
};
