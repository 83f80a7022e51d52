/** The same case for other tools: lines to paste into a shell or a source file. */
import type { Mode } from '../../emulator/isa/modes.ts';

export interface Reproduction {
  readonly label: string;
  readonly line: string;
}

export function reproductionsOf(bytes: Uint8Array, mode: Mode): Reproduction[] {
  return [
    { label: 'objdump', line: `${printf(bytes)} > t.bin && objdump -D -b binary -m ${machines[mode]} -M intel t.bin` },
    { label: 'ndisasm', line: `${printf(bytes)} | ndisasm -b ${mode} -` },
    { label: 'nasm', line: `db ${commaSeparated(bytes)}` },
    { label: 'gas', line: `.byte ${commaSeparated(bytes)}` },
  ];
}

const machines: Readonly<Record<Mode, string>> = { 16: 'i8086', 32: 'i386', 64: 'i386:x86-64' };

/** Octal, because POSIX has no \x: dash prints it as it stands. */
const printf = (bytes: Uint8Array): string =>
  `printf '${Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}'`;

const commaSeparated = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ');
