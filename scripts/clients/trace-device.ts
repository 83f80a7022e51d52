/**
 * Traces a small driver against a simulated device, as mmiotrace does: `node dist/scripts/clients/trace-device.js`. The
 * driver believes in its mapping; what it reads and writes there is diverted to the device, and logged.
 */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { type Bus, type IoMap, Mmiotrace } from '../../emulator/clients/mmiotrace/mmiotrace.ts';
import { formatTrace, type TraceEvent } from '../../emulator/clients/mmiotrace/trace.ts';
import { decode } from '../../emulator/decode/decode.ts';
import { Machine } from '../../emulator/emulator.ts';
import { format } from '../../emulator/format/format.ts';

/** Registers of the device: a counter that has to be started, asked whether it is ready, read, and acknowledged. */
const Place = { control: 0x00, status: 0x04, data: 0x08, acknowledge: 0x0c, name: 0x10 } as const;

const map: IoMap = {
  id: 1,
  physical: 0xfd00_0000n,
  dummy: 0xffff_c900_00a0_0000n,
  real: 0xffff_c900_00b0_0000n,
  length: 0x1000n,
};

const littleEndian = (value: number, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, k) => (value >>> (8 * k)) & 0xff);

/** It is ready at every third question, and its data count upwards. */
class CountingDevice implements Bus {
  #isRunning = false;
  #questions = 0;
  #value = 0x1000;
  readonly #name = new TextEncoder().encode('COUNTER\0');

  read(address: bigint, sizeBytes: number): Uint8Array {
    const place = Number(address - map.real);
    if (place >= Place.name) return this.#name.slice(place - Place.name, place - Place.name + sizeBytes);
    if (place === Place.status) return littleEndian(this.#isRunning && ++this.#questions % 3 === 0 ? 1 : 0, sizeBytes);
    return littleEndian(place === Place.data ? this.#value : 0, sizeBytes);
  }

  write(address: bigint, data: Uint8Array): void {
    const place = Number(address - map.real);
    if (place === Place.control) this.#isRunning = (data[0] ?? 0) !== 0;
    if (place === Place.acknowledge) this.#value += 0x11;
  }
}

const codeAddress = 0x40_1000n;
const memory = 0x10_0000n;

/** rbx is the mapping. It reads the name with MOVS, starts the device, takes two numbers, and adds them up in memory. */
const driver: readonly (readonly number[])[] = [
  [0x48, 0x8d, 0x73, 0x10], // lea rsi, [rbx + 10h]
  [0x48, 0xc7, 0xc1, 0x02, 0, 0, 0], // mov rcx, 2
  [0xf3, 0xa5], // rep movsd
  [0xc6, 0x03, 0x01], // mov byte [rbx], 1
  [0xb9, 0x02, 0, 0, 0], // mov ecx, 2
  [0xf6, 0x43, 0x04, 0x01], // next: test byte [rbx + 4], 1
  [0x74, 0xfa], // jz next
  [0x8b, 0x43, 0x08], // mov eax, [rbx + 8]
  [0x01, 0x07], // add [rdi], eax
  [0x66, 0xc7, 0x43, 0x0c, 0x01, 0x00], // mov word [rbx + 0Ch], 1
  [0xff, 0xc9], // dec ecx
  [0x75, 0xeb], // jnz next
  [0xf4], // hlt
];

const load = (machine: Machine): void => {
  machine.memory.map(codeAddress, 0x1000, { write: false });
  machine.memory.map(memory, 0x1000);
  machine.memory.write(codeAddress, Uint8Array.from(driver.flat()));
  machine.set('rip', codeAddress);
  machine.set('rbx', map.dummy);
  machine.set('rdi', memory);
};

const listing = (): readonly string[] => {
  let address = codeAddress;
  return driver.map((bytes) => {
    const decoding = decode(Uint8Array.from(bytes), 64);
    const text = decoding.status === 'valid' ? format(decoding.instruction, 'intel', address) : '?';
    const line = `  ${address.toString(16)}  ${text}`;
    address += BigInt(bytes.length);
    return line;
  });
};

interface Options {
  readonly tracePc: boolean;
  readonly out?: string;
}

const run = async ({ tracePc, out }: Options): Promise<void> => {
  const machine = new Machine({ cpl: 0 });
  load(machine);
  let time = 0n;
  const tracer = new Mmiotrace(machine, new CountingDevice(), { now: () => ++time, tracePc });
  tracer.map(map);
  let steps = 0;
  let result = tracer.execute();
  for (; result.kind === 'done'; result = tracer.execute()) steps++;
  tracer.unmap(map.id);
  const log = formatTrace(tracer.events);
  if (out !== undefined) await writeFile(out, log);
  const sum = new DataView(machine.memory.read(memory + 8n, 4).buffer).getUint32(0, true);
  process.stdout.write(
    [
      'The driver, whose rbx is the mapping:',
      ...listing(),
      '',
      `${steps} instructions ended with ${result.kind}; ${countOf(tracer.events)} of their accesses were the device's:`,
      log.trimEnd(),
      '',
      `In memory: the name ${JSON.stringify(new TextDecoder().decode(machine.memory.read(memory, 7)))}, the sum 0x${sum.toString(16)}.`,
      out === undefined ? '' : `The log is in ${out}.`,
    ]
      .join('\n')
      .concat('\n'),
  );
};

const countOf = (events: readonly TraceEvent[]): number =>
  events.filter(({ kind }) => kind === 'read' || kind === 'write').length;

await new Command('trace-device')
  .description('Runs a small driver against a simulated device and logs its accesses as mmiotrace does.')
  .option('--trace-pc', 'the log tells where each access was made', false)
  .option('--out <file>', 'write the log into a file, too')
  .action(run)
  .parseAsync();
