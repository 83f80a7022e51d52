/**
 * Runs a function of an ELF file in the emulator with breakpoints in it, and steps over them while they stay in memory:
 * `node dist/scripts/clients/breakpoint.js FILE FUNCTION --arg 5 --arg text:hello`.
 */
import { Command } from 'commander';
import { isRefusal } from '../../emulator/clients/code/refusal.ts';
import { boundaries } from '../../emulator/clients/code/text-view.ts';
import { Breakpoints } from '../../emulator/clients/kgdb.ts';
import { Machine } from '../../emulator/emulator.ts';
import { format } from '../../emulator/format/format.ts';
import { type ElfFunction, type ElfImage, functionAt, functionNamed, loadImage } from './elf-image.ts';
import { hexBytes, slotOf, viewOf } from './probe-text.ts';

const pageBytes = 0x1000n;
const roundDown = (address: bigint): bigint => address & ~(pageBytes - 1n);
const roundUp = (address: bigint): bigint => roundDown(address + pageBytes - 1n);

/** Behind the image: a page for the slot, then texts of arguments, then the stack. */
interface Layout {
  readonly slot: bigint;
  readonly texts: bigint;
  readonly stack: bigint;
}

const layoutOf = (image: ElfImage): Layout => {
  const slot = slotOf(image);
  return { slot, texts: slot + pageBytes, stack: slot + 0x10_0000n };
};

/** Where a function returns to: no memory is there. */
const returnAddress = 0x10n;

const loadMachine = (image: ElfImage, { slot, stack }: Layout): Machine => {
  const machine = new Machine({ mode: image.mode });
  const pages = new Set<bigint>();
  for (const { address, memoryBytes } of image.segments) {
    const end = roundUp(address + BigInt(memoryBytes));
    for (let page = roundDown(address); page < end; page += pageBytes) pages.add(page);
  }
  for (const page of pages) machine.memory.map(page, Number(pageBytes));
  for (const { address, bytes } of image.segments) machine.memory.write(address, bytes);
  machine.memory.map(slot, 2 * Number(pageBytes));
  machine.memory.map(stack - 0x1_0000n, 0x1_0000);
  return machine;
};

const argumentRegisters = ['rdi', 'rsi', 'rdx', 'rcx', 'r8', 'r9'] as const;

/** By the calling convention of the System V ABI: of x86-64 in registers, of i386 on the stack. */
const setArguments = (machine: Machine, args: readonly string[], { texts, stack }: Layout): void => {
  const wordBytes = machine.mode === 64 ? 8 : 4;
  let text = texts;
  const values = args.map((arg) => {
    if (!arg.startsWith('text:')) return BigInt.asUintN(8 * wordBytes, BigInt(arg));
    const bytes = new TextEncoder().encode(`${arg.slice('text:'.length)}\0`);
    machine.memory.write(text, bytes);
    const at = text;
    text += BigInt(bytes.length);
    return at;
  });
  const onStack = machine.mode === 64 ? [] : values;
  const words = [returnAddress, ...onStack];
  const top = stack - 0x100n - (machine.mode === 64 ? 8n : 4n);
  const bytes = words.flatMap((word) =>
    Array.from({ length: wordBytes }, (_, k) => Number((word >> BigInt(8 * k)) & 0xffn)),
  );
  machine.memory.write(top, Uint8Array.from(bytes));
  machine.set('rsp', top);
  if (machine.mode !== 64) return;
  for (const [k, value] of values.entries()) {
    const register = argumentRegisters[k];
    if (register === undefined) throw new Error('At most six arguments are in registers.');
    machine.set(register, value);
  }
};

const shown = [
  'rax',
  'rcx',
  'rdx',
  'rbx',
  'rsp',
  'rbp',
  'rsi',
  'rdi',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
  'rflags',
] as const;

const registersOf = (machine: Machine): ReadonlyMap<string, bigint> =>
  new Map(shown.map((name) => [name, machine.get(name)]));

const changesText = (before: ReadonlyMap<string, bigint>, after: ReadonlyMap<string, bigint>): string =>
  [...after]
    .flatMap(([name, value]) => (before.get(name) === value ? [] : [`${name}=${value.toString(16)}`]))
    .join(' ');

const isReturned = (machine: Machine): boolean => machine.get('rip') === returnAddress;

interface RunOptions {
  readonly arg: readonly string[];
  readonly at: readonly bigint[];
  readonly most: number;
}

const run = (image: ElfImage, one: ElfFunction, { arg, at, most }: RunOptions): number => {
  const layout = layoutOf(image);
  const machine = loadMachine(image, layout);
  setArguments(machine, arg, layout);
  machine.set('rip', one.address);
  const points = new Breakpoints(machine, { slot: layout.slot, functionAt: (address) => functionAt(image, address) });
  const offsets = at.length > 0 ? at : everyInstruction(image, one);
  const refused = offsets.filter((offset) => !report(points.set(one.address + offset), offset));
  process.stdout.write(
    `${one.name}: ${offsets.length - refused.length} breakpoints, in memory as ${hexBytes(machine.memory.read(one.address, 8))} …\n`,
  );
  process.stdout.write(`read through the debugger:         ${hexBytes(points.read(one.address, 8))} …\n\n`);
  for (let hits = 0; hits < most; hits++) {
    const line = hitText(machine, points);
    const before = registersOf(machine);
    const { steps, stop } = points.continue({ until: returnAddress });
    process.stdout.write(
      `${line}${changesText(before, registersOf(machine))}${steps > 1 ? ` (${steps} instructions)` : ''}\n`,
    );
    if (isReturned(machine)) return returned(machine);
    if (stop !== 'breakpoint') return stopped(machine, stop);
  }
  process.stdout.write(`\nStopped after ${most} hits; --most allows more.\n`);
  return 0;
};

const everyInstruction = (image: ElfImage, one: ElfFunction): readonly bigint[] => {
  const view = viewOf(image, one);
  return view === null ? [] : boundaries(view).instructions.map(({ address }) => address - one.address);
};

const report = (answer: object, offset: bigint): boolean => {
  if (!isRefusal(answer)) return true;
  process.stdout.write(
    `no breakpoint at +${offset.toString(16)}: ${answer.detail} (${answer.kind}, ${answer.errno})\n`,
  );
  return false;
};

/** The instruction that is executed out of line, from the bytes beneath the breakpoint. */
const hitText = (machine: Machine, points: Breakpoints): string => {
  const ip = machine.get('rip');
  const placed = points.placedAt(ip);
  if (isRefusal(placed)) return `${ip.toString(16)}: `;
  return `${ip.toString(16)}: ${format(placed.instruction, 'intel', ip).padEnd(40)}`;
};

const returned = (machine: Machine): number => {
  process.stdout.write(`\nReturned 0x${machine.get('rax').toString(16)}.\n`);
  return 0;
};

const stopped = (machine: Machine, stop: unknown): number => {
  const text = JSON.stringify(stop, (_, value) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value));
  process.stdout.write(`\nStopped at 0x${machine.get('rip').toString(16)}: ${text}\n`);
  return 1;
};

const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];
const collectOffset = (text: string, before: readonly bigint[] = []): readonly bigint[] => [...before, BigInt(text)];

const program = new Command('breakpoint')
  .description('Runs a function of an ELF file with breakpoints in it, and steps over them while they stay in memory.')
  .argument('<file>', 'an ELF file for i386 or x86-64 with symbols')
  .argument('<function>', 'a function that calls nothing outside the file')
  .option('--arg <value>', 'an argument: a number, or text:hello for the address of a text; repeat', collect)
  .option('--at <offset>', 'a breakpoint at this offset only; repeat. Else at every instruction', collectOffset)
  .option('--most <n>', 'stop after so many hits', Number, 100)
  .addHelpText(
    'after',
    `
Each line is an instruction beneath a breakpoint, executed elsewhere, and the registers that it changed.

Examples:
  node dist/scripts/clients/breakpoint.js /usr/lib/x86_64-linux-gnu/libc.so.6 a64l --arg text:zz
  node dist/scripts/clients/breakpoint.js /usr/lib/x86_64-linux-gnu/libc.so.6 rand_r --at 0 --at 6 --arg text:seed`,
  );

interface Options {
  readonly arg?: readonly string[];
  readonly at?: readonly bigint[];
  readonly most: number;
}

program.action((file: string, name: string, { arg = [], at = [], most }: Options) => {
  try {
    const image = loadImage(file);
    const one = functionNamed(image, name);
    if (one === undefined) throw new Error(`${file} has no function named ${name}; it has ${image.functions.length}`);
    process.exitCode = run(image, one, { arg, at, most });
  } catch (error) {
    program.error(error instanceof Error ? error.message : String(error), { exitCode: 2 });
  }
});

program.parse();
