/** The text of a report: what was read, the block of memory around it, what is known of its bytes, and where. */
import { Shade, type Shadow } from './shadow.ts';

/** Bytes of memory that a report shows: the aligned block with the first byte that was read. */
export const blockBytes = 32;

export interface Report {
  readonly sizeBytes: number;
  readonly shade: Shade;
  readonly address: bigint;
  /** Of the block, as they were; null where memory could not be read. */
  readonly bytes: readonly (number | null)[];
  readonly shades: readonly (Shade | undefined)[];
  /** rip, rsp, rflags, rax … r15, as they were. */
  readonly registers: Readonly<Record<string, bigint>>;
  /** Lines about how the code was reached, from the caller. */
  readonly trace: readonly string[];
}

export const blockOf = (address: bigint): bigint => address - (address % BigInt(blockBytes));

export const shadesOf = (shadow: Shadow, address: bigint): readonly (Shade | undefined)[] =>
  Array.from({ length: blockBytes }, (_, k) => shadow.at(blockOf(address) + BigInt(k)));

const shadeNames: Readonly<Record<Shade, string>> = {
  [Shade.unallocated]: 'unallocated',
  [Shade.uninitialized]: 'uninitialized',
  [Shade.initialized]: 'initialized',
  [Shade.freed]: 'freed',
};
const letters: Readonly<Record<Shade, string>> = {
  [Shade.unallocated]: 'a',
  [Shade.uninitialized]: 'u',
  [Shade.initialized]: 'i',
  [Shade.freed]: 'f',
};

const padded = (value: bigint, digits: number): string => value.toString(16).padStart(digits, '0');

/** Lines without line ends. */
export const formatReport = ({
  sizeBytes,
  shade,
  address,
  bytes,
  shades,
  registers,
  trace,
}: Report): readonly string[] => [
  `WARNING: kmemcheck: Caught ${8 * sizeBytes}-bit read from ${shadeNames[shade]} memory (${padded(address, 16)})`,
  bytes.map((byte) => (byte === null ? '??' : byte.toString(16).padStart(2, '0'))).join(''),
  shades.map((one) => ` ${one === undefined ? '?' : letters[one]}`).join(''),
  '^'.padStart(2 + 2 * Number(address % BigInt(blockBytes))),
  ...registerLines(registers),
  ...trace,
];

const rows: readonly (readonly string[])[] = [
  ['rax', 'rbx', 'rcx'],
  ['rdx', 'rsi', 'rdi'],
  ['rbp', 'r8', 'r9'],
  ['r10', 'r11', 'r12'],
  ['r13', 'r14', 'r15'],
];

/** The names that reports show. */
export const reportedRegisters: readonly string[] = ['rip', 'rsp', 'rflags', ...rows.flat()];

const registerLines = (registers: Report['registers']): readonly string[] => {
  const of = (name: string): bigint => registers[name] ?? 0n;
  const label = (name: string): string => (name.length === 2 ? `R0${name.slice(1)}` : name.toUpperCase());
  return [
    `RIP: ${padded(of('rip'), 16)}`,
    `RSP: ${padded(of('rsp'), 16)}  EFLAGS: ${padded(of('rflags'), 8)}`,
    ...rows.map((row) => row.map((name) => `${label(name)}: ${padded(of(name), 16)}`).join(' ')),
  ];
};
