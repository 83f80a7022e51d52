/**
 * Where the functions of an ELF file may be probed, and why not elsewhere: `node dist/scripts/clients/probe.js FILE
 * [FUNCTION]`. With `--event` it compiles the command of a probe event instead.
 */
import { Command } from 'commander';
import { canProbe } from '../../emulator/clients/kprobes/can-probe.ts';
import { type ProbeEvent, parseProbe } from '../../emulator/clients/kprobes/fetch/command.ts';
import { isProblem, problemText } from '../../emulator/clients/kprobes/fetch/problem.ts';
import { type ElfImage, functionNamed, loadImage } from './elf-image.ts';
import { fileText, functionText, viewOf } from './probe-text.ts';

const program = new Command('probe')
  .description('Lists where the functions of an ELF file may be probed, how, and why not elsewhere.')
  .argument('<file>', 'an ELF file for i386 or x86-64 with symbols')
  .argument('[function]', 'one function, instruction by instruction; else the whole file in numbers')
  .option('--event <command>', "compile a probe event: 'p:name FUNCTION+4 count=%cx +0(%si):string'")
  .addHelpText(
    'after',
    `
What a probe does without the instruction that it stands for:
  boosted   a copy in a slot, with a jump back behind it
  stepped   a copy in a slot, and a trap behind it
  emulated  branches, calls, returns and what changes IF: never executed elsewhere
"a jump over N bytes" could replace the breakpoint altogether.

Examples:
  node dist/scripts/clients/probe.js /bin/ls
  node dist/scripts/clients/probe.js /usr/lib/x86_64-linux-gnu/libc.so.6 labs
  node dist/scripts/clients/probe.js libc.so.6 --event 'p:reading read fd=%di size=%dx:u64'`,
  );

const compileEvent = (image: ElfImage, command: string): boolean => {
  const event = parseProbe(command, {
    wordBits: image.mode === 64 ? 64 : 32,
    resolve: (symbol) => functionNamed(image, symbol)?.address,
    check: (symbol, offset) => {
      const one = functionNamed(image, symbol);
      const view = one === undefined ? null : viewOf(image, one);
      return view === null ? {} : canProbe(view, Number(offset));
    },
  });
  process.stdout.write(isProblem(event) ? `${problemText(command, event)}\n` : eventText(event));
  return !isProblem(event);
};

const eventText = ({ kind, group, event, place, args }: ProbeEvent): string =>
  [
    `${kind} ${group}/${event} at 0x${place.address.toString(16)}`,
    ...args.map(
      ({ name, text, type }) =>
        `  ${name.padEnd(12)} ${text.padEnd(24)} ${type.kind}${type.bits === 0 ? '' : `, ${type.bits} bits`}`,
    ),
    '',
  ].join('\n');

const run = (file: string, name: string | undefined, { event }: { readonly event?: string }): number => {
  const image = loadImage(file);
  if (event !== undefined) return compileEvent(image, event) ? 0 : 1;
  if (name === undefined) {
    process.stdout.write(image.functions.length === 0 ? `${file} has no symbols of functions.\n` : fileText(image));
    return 0;
  }
  const one = functionNamed(image, name);
  if (one === undefined)
    throw new Error(`${file} has no function named ${name}; it has ${image.functions.length} functions`);
  process.stdout.write(functionText(image, one));
  return 0;
};

program.action((file: string, name: string | undefined, options: { readonly event?: string }) => {
  try {
    process.exitCode = run(file, name, options);
  } catch (error) {
    program.error(error instanceof Error ? error.message : String(error), { exitCode: 2 });
  }
});

program.parse();
