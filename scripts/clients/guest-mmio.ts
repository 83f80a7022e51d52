/**
 * Serves the memory-mapped registers and ports of a simulated device to a guest's code, exit by exit, as a hypervisor
 * does: `node dist/scripts/clients/guest-mmio.js`. In 16-, 32- and 64-bit mode, side by side.
 */
import { Command, InvalidArgumentError } from 'commander';
import { Guest, type GuestMode, type GuestResult } from '../../emulator/clients/kvm/guest.ts';
import { decode } from '../../emulator/decode/decode.ts';
import { format } from '../../emulator/format/format.ts';

type Width = '16' | '32' | '64';

interface Snippet {
  readonly mode: GuestMode;
  /** Where the device's two pages are. */
  readonly device: bigint;
  readonly registers: Readonly<Record<string, bigint>>;
  /** Each reads a register, sets a bit in another, writes across the pages, and takes a text from a port. */
  readonly code: readonly string[];
}

const codeAddress = 0x2000n;
const buffer = 0x4000n;
const stackTop = 0x5000n;

const snippets: Readonly<Record<Width, Snippet>> = {
  16: {
    mode: 'real',
    device: 0xd_0000n,
    registers: { ds: 0xd000n },
    code: [
      ...['8b 1e 20 00', '83 0e 30 00 01', 'c7 06 ff 0f 34 12'],
      ...['b9 05 00', 'bf 00 40', 'ba 60 00', 'f3 6c', 'e6 80', 'f4'],
    ],
  },
  32: {
    mode: 'prot32',
    device: 0xfee0_0000n,
    registers: {},
    code: [
      ...['8b 1d 20 00 e0 fe', '83 0d 30 00 e0 fe 01', 'c7 05 fe 0f e0 fe 78 56 34 12'],
      ...['b9 05 00 00 00', 'bf 00 40 00 00', 'ba 60 00 00 00', 'f3 6c', 'e6 80', 'f4'],
    ],
  },
  64: {
    mode: 'prot64',
    device: 0xffff_8000_fee0_0000n,
    registers: { r8: 0xffff_8000_fee0_0000n },
    code: [
      ...['41 8b 58 20', 'f0 41 83 48 30 01', '49 c7 80 fd 0f 00 00 78 56 34 12'],
      ...['b9 05 00 00 00', 'bf 00 40 00 00', 'ba 60 00 00 00', 'f3 6c', 'e6 80', 'f4'],
    ],
  },
};

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));
const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** Registers that keep what is written to them, and an identity at 20; a text at port 60. */
class Device {
  readonly #registers = new Map<bigint, number>();
  readonly #text = new TextEncoder().encode('hello');

  constructor(base: bigint) {
    for (const [k, byte] of bytesOf('14 00 05 00').entries()) this.#registers.set(base + 0x20n + BigInt(k), byte);
  }

  read(address: bigint, size: number): Uint8Array {
    return Uint8Array.from({ length: size }, (_, k) => this.#registers.get(address + BigInt(k)) ?? 0);
  }

  write(address: bigint, data: Uint8Array): void {
    for (const [k, byte] of data.entries()) this.#registers.set(address + BigInt(k), byte);
  }

  input(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, (_, k) => this.#text[k] ?? 0);
  }
}

type Print = (line: string) => void;

/** Answers one exit. */
const serve = (
  guest: Guest,
  device: Device,
  need: GuestResult & { readonly kind: 'need' },
  print: Print,
): GuestResult => {
  if (need.space === 'mmio') {
    const place = `${need.size} at ${need.address.toString(16)}`;
    if (need.direction === 'read') {
      const data = device.read(need.address, need.size);
      print(`      exit: MMIO read  ${place}, answered ${hexOf(data)}`);
      return guest.resume(data);
    }
    const data = need.data ?? new Uint8Array(0);
    device.write(need.address, data);
    const expected = need.expected === undefined ? '' : ` if it holds ${hexOf(need.expected)}`;
    print(`      exit: MMIO write ${place}, ${hexOf(data)}${expected}`);
    return guest.resume();
  }
  const place = `${need.count} * ${need.size} at port ${need.port.toString(16)}`;
  if (need.direction === 'in') {
    const data = device.input(need.count * need.size);
    print(`      exit: IN  ${place}, answered ${hexOf(data)}`);
    return guest.resume(data);
  }
  print(`      exit: OUT ${place}, ${hexOf(need.data ?? new Uint8Array(0))}`);
  return guest.resume();
};

const guestFor = ({ mode, device, registers, code }: Snippet): Guest => {
  const guest = new Guest({ mode, cpl: 0 });
  const { machine } = guest;
  machine.memory.map(codeAddress, 0x1000);
  machine.memory.write(codeAddress, bytesOf(code.join(' ')));
  machine.memory.map(buffer, 0x1000);
  guest.serve(device, 0x2000);
  machine.set('rip', codeAddress);
  machine.set('rsp', stackTop);
  for (const [name, value] of Object.entries(registers)) machine.set(name, value);
  return guest;
};

const mostSteps = 1000;

const run = (width: Width, snippet: Snippet, print: Print): void => {
  const guest = guestFor(snippet);
  const device = new Device(snippet.device);
  const { machine } = guest;
  print(`${width}-bit code (${snippet.mode}), a device at ${snippet.device.toString(16)}`);
  let exits = 0;
  for (let k = 0; k < mostSteps; k++) {
    const rip = machine.get('rip');
    const decoding = decode(machine.memory.read(rip, 15), machine.mode);
    print(
      `  ${rip.toString(16)}: ${decoding.status === 'valid' ? format(decoding.instruction, 'intel', rip) : decoding.status}`,
    );
    let result = guest.step();
    for (; result.kind === 'need'; exits++) result = serve(guest, device, result, print);
    if (result.kind === 'done' || result.kind === 'restart') continue;
    print(`      ${endOf(result)}`);
    break;
  }
  const text = new TextDecoder().decode(machine.memory.read(buffer, 5));
  print(
    `  ${exits} exits; BX, EBX or RBX is ${machine.get('rbx').toString(16)}; the buffer holds ${JSON.stringify(text)}\n`,
  );
};

const endOf = (result: GuestResult): string =>
  result.kind === 'exception' ? `exception ${result.vector} for the guest` : result.kind;

const widths = Object.keys(snippets);
const isWidth = (text: string): text is Width => widths.includes(text);

const collectWidth = (text: string, before: readonly Width[] = []): readonly Width[] => {
  if (!isWidth(text)) throw new InvalidArgumentError(`Modes are ${widths.join(', ')}.`);
  return [...before, text];
};

const program = new Command('guest-mmio')
  .description('Emulates code of a guest that uses a device, and shows each exit that a hypervisor has to answer.')
  .option('--mode <width>', '16, 32 or 64; repeat. Else all', collectWidth)
  .option('--code <hex>', 'other code than the snippet, in each mode, such as "8b 03 f4"')
  .addHelpText(
    'after',
    `
Needs are answered in two phases: the step says what it needs, and what is resumed ends the instruction. An access
across pages has an exit for each page; a repeated IN from a port has one for as much as fits.

Examples:
  node dist/scripts/clients/guest-mmio.js
  node dist/scripts/clients/guest-mmio.js --mode 64 --code "41 ff 40 10 f4"`,
  );

program.action(({ mode = ['16', '32', '64'], code }: { mode?: readonly Width[]; code?: string }) => {
  if (code !== undefined && !/^[0-9a-f]{2}( [0-9a-f]{2})*$/i.test(code)) {
    program.error(`${JSON.stringify(code)} is no code: hex bytes with spaces`, { exitCode: 2 });
  }
  const print: Print = (line) => process.stdout.write(`${line}\n`);
  for (const width of mode) {
    const snippet = snippets[width];
    run(width, code === undefined ? snippet : { ...snippet, code: [code] }, print);
  }
});

program.parse();
