/**
 * Checks a program for reads of memory that it never wrote: `node dist/scripts/clients/check-memory.js`. By bytes, as
 * kmemcheck does, where a read is an error; or with --bits by bits, where copying is not, and deciding by them is.
 */
import { Command } from 'commander';
import { Definedness } from '../../emulator/clients/definedness/definedness.ts';
import { Kmemcheck } from '../../emulator/clients/kmemcheck/kmemcheck.ts';
import { nextInstructionOf, registerViewOf } from '../../emulator/clients/machine-view.ts';
import { decode } from '../../emulator/decode/decode.ts';
import { Machine } from '../../emulator/emulator.ts';
import { format } from '../../emulator/format/format.ts';
import { exitCodes } from '../commands/failure.ts';

const codeAddress = 0x40_1000n;
const heap = 0x10_0000n;
/** A record of 16 bytes: a length of 2, two bytes that nobody writes, a number of 4, a flag of 1, and 7 bytes of padding. */
const recordBytes = 16;

/** rdi is a new record. Its copy is read: the length, which was written, and the flag, which was not. */
const program: readonly (readonly number[])[] = [
  [0x66, 0xc7, 0x07, 0x08, 0x00], // mov word [rdi], 8
  [0xc7, 0x47, 0x04, 0x2a, 0, 0, 0], // mov dword [rdi + 4], 2Ah
  [0x48, 0x89, 0xfe], // mov rsi, rdi
  [0x48, 0x8d, 0x7f, 0x40], // lea rdi, [rdi + 40h]
  [0xb9, 0x04, 0, 0, 0], // mov ecx, 4
  [0xf3, 0xa5], // rep movsd
  [0x48, 0x83, 0xef, 0x10], // sub rdi, 10h
  [0x8b, 0x07], // mov eax, [rdi]: two bytes of four were never written
  [0x25, 0xff, 0xff, 0, 0], // and eax, 0FFFFh: but only the others are used
  [0x3c, 0x08], // cmp al, 8
  [0x75, 0x06], // jne end
  [0x80, 0x7f, 0x08, 0x01], // cmp byte [rdi + 8], 1: the flag
  [0x74, 0x00], // je end
  [0xf4], // end: hlt
];

const load = (): Machine => {
  const machine = new Machine({ cpl: 0 });
  machine.memory.map(codeAddress, 0x1000, { write: false });
  machine.memory.map(heap, 0x1000);
  machine.memory.write(codeAddress, Uint8Array.from(program.flat()));
  machine.set('rip', codeAddress);
  machine.set('rdi', heap);
  return machine;
};

const textAt = (address: bigint): string => {
  const offset = Number(address - codeAddress);
  const decoding = decode(Uint8Array.from(program.flat()).subarray(offset), 64);
  return decoding.status === 'valid' ? format(decoding.instruction, 'intel', address) : '?';
};

const listing = (): readonly string[] => {
  let address = codeAddress;
  return program.map(({ length }) => {
    const line = `  ${address.toString(16)}  ${textAt(address)}`;
    address += BigInt(length);
    return line;
  });
};

interface Options {
  readonly bits: boolean;
  readonly partial: boolean;
}

const checkBytes = (machine: Machine, partialOk: boolean): readonly string[] => {
  const checker = new Kmemcheck({ partialOk });
  checker.shadow.allocate(heap, recordBytes);
  checker.shadow.allocate(heap + 0x40n, recordBytes);
  const peek = (address: bigint): number | null => machine.memory.read(address, 1)[0] ?? null;
  for (;;) {
    const instruction = nextInstructionOf(machine);
    const trace = [` at ${machine.get('rip').toString(16)}: ${textAt(machine.get('rip'))}`];
    if (instruction !== null) checker.check(instruction, { registers: registerViewOf(machine), peek, trace });
    if (machine.step().kind !== 'done') return checker.drain();
  }
};

const checkBits = (machine: Machine): readonly string[] => {
  const follow = new Definedness(machine);
  follow.state.undefine(heap, recordBytes);
  follow.state.undefine(heap + 0x40n, recordBytes);
  while (follow.step().kind === 'done');
  return follow.errors.map(
    ({ kind, address }) => `An undefined value is a ${kind} at ${address.toString(16)}: ${textAt(address)}`,
  );
};

const run = ({ bits, partial }: Options): void => {
  const machine = load();
  const reports = bits ? checkBits(machine) : checkBytes(machine, partial);
  const count = reports.filter((line) => /^(WARNING|An undefined)/.test(line)).length;
  const lines = ['The program, whose rdi is a new record of 16 bytes:', ...listing(), '', ...reports];
  lines.push('', `${count} ${count === 1 ? 'error' : 'errors'} ${bits ? 'by bits' : 'by bytes'}.`);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = count === 0 ? exitCodes.clean : exitCodes.mismatches;
};

new Command('check-memory')
  .description('Runs a small program and reports what it reads without having written it.')
  .option('--bits', 'follow undefined bits: an error is what decides a jump, an address or a fault', false)
  .option('--no-partial', 'a read with some bytes written is an error, too')
  .action(run)
  .parse();
