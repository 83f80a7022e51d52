/** The same case for other tools: lines to paste into a shell or a source file. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { fullNames } from '../compare/execution-role.ts';
import { type Execution, StateWord } from '../execution.ts';
import { homeOf } from '../generate/states/home.ts';
import { stateFields } from './execution-line.ts';

export interface Reproduction {
  readonly label: string;
  readonly line: string;
}

export function reproductionsOf(bytes: Uint8Array, mode: Mode): Reproduction[] {
  return [
    { label: 'objdump', line: `${printf(bytes)} > t.bin && objdump -D -b binary -m ${machines[mode]} -M intel t.bin` },
    { label: 'ndisasm', line: `${printf(bytes)} | ndisasm -b ${mode} -` },
    {
      label: 'llvm',
      line: `echo '${hexNumbers(bytes, ' ')}' | llvm-mc --disassemble --triple=${triples[mode]} --output-asm-variant=1`,
    },
    { label: 'zydis', line: `ZydisInfo -${mode} ${hexPairs(bytes)}` },
    { label: 'nasm', line: `db ${commaSeparated(bytes)}` },
    { label: 'gas', line: `.byte ${commaSeparated(bytes)}` },
  ];
}

/**
 * A listing for NASM that sets the state up, where registers, flags and memory make it: not for other segments, bases or
 * places. Memory is expected at its address.
 */
export const executionReproductions = ({ bytes, mode, state, memory }: Execution): Reproduction[] => {
  const home = homeOf(mode, state);
  const isPlain = stateFields
    .filter(({ name }) => !fullNames.includes(name) && name !== 'rflags')
    .every(({ word }) => state.words[word] === home.words[word] && state.words[word + 1] === home.words[word + 1]);
  if (mode === 16 || !isPlain) return [];
  const flags = state.words[StateWord.rflags] ?? 0;
  const lines = [
    `bits ${mode}`,
    ...memory.map(({ address, bytes: run }) => `; at 0x${address.toString(16)}: db ${commaSeparated(run)}`),
    `push 0x${flags.toString(16)}`,
    mode === 64 ? 'popfq' : 'popfd',
    ...fullNames.flatMap((name, k) => {
      const value = state.get64(StateWord.gpr + 2 * k);
      return value === 0n && k === 4
        ? []
        : [`mov ${mode === 64 ? name : name.replace('r', 'e')}, 0x${value.toString(16)}`];
    }),
    `db ${commaSeparated(bytes)}`,
  ];
  return [{ label: 'listing', line: lines.filter((line) => !isOfWide(line, mode)).join('\n') }];
};

const isOfWide = (line: string, mode: Mode): boolean => mode === 32 && /^mov e\d/.test(line);

const machines: Readonly<Record<Mode, string>> = { 16: 'i8086', 32: 'i386', 64: 'i386:x86-64' };

const triples: Readonly<Record<Mode, string>> = { 16: 'i386-unknown-unknown-code16', 32: 'i386', 64: 'x86_64' };

/** Octal, because POSIX has no \x: dash prints it as it stands. */
const printf = (bytes: Uint8Array): string =>
  `printf '${Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}'`;

const hexPair = (byte: number): string => byte.toString(16).padStart(2, '0');
const hexPairs = (bytes: Uint8Array): string => Array.from(bytes, hexPair).join(' ');
const hexNumbers = (bytes: Uint8Array, between: string): string =>
  Array.from(bytes, (byte) => `0x${hexPair(byte)}`).join(between);
const commaSeparated = (bytes: Uint8Array): string => hexNumbers(bytes, ', ');
