/** What clients do for each access, measured: its address and size from a decoded instruction, and one that is diverted. */
import { Mmiotrace } from '../../emulator/clients/mmiotrace/mmiotrace.ts';
import { Decoder } from '../../emulator/decode/decoder.ts';
import { Machine } from '../../emulator/emulator.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import { AccessList, RegisterFile } from '../../emulator/operand/access-list.ts';
import { cpuTimeOf } from './cpu-time.ts';
import { nodeCode } from './inputs.ts';
import { median } from './measure.ts';

const rounds = 9;
const mostBytes = 4 << 20;
const accessCount = 200_000;

export interface ClientsMeasured {
  /** Nanoseconds an instruction with memory operands: decoded, and its accesses listed. */
  readonly accessNs: number;
  readonly instructions: number;
  /** Nanoseconds a load from a device: the instruction found, executed, diverted and recorded. */
  readonly divertedNs: number;
}

/** Offsets of instructions of real code that touch memory. */
const memoryInstructions = (code: Uint8Array): Uint32Array => {
  const decoder = new Decoder(64);
  const instruction = new Instruction();
  const list = new AccessList();
  const registers = new RegisterFile();
  const offsets: number[] = [];
  for (let offset = 0; offset < code.length; ) {
    if (decoder.decode(code, offset, code.length, instruction) !== Status.valid) {
      offset++;
      continue;
    }
    if (list.fill(instruction, registers) > 0) offsets.push(offset);
    offset += instruction.lengthBytes;
  }
  return Uint32Array.from(offsets);
};

export const measureClients = async (): Promise<ClientsMeasured> => {
  const found = await nodeCode();
  const code = (found ?? new Uint8Array(0)).subarray(0, mostBytes);
  const offsets = memoryInstructions(code);
  const decoder = new Decoder(64);
  const instruction = new Instruction();
  const list = new AccessList();
  const registers = new RegisterFile();
  const listAll = (): void => {
    for (let k = 0; k < offsets.length; k++) {
      decoder.decode(code, offsets[k] ?? 0, code.length, instruction);
      list.fill(instruction, registers);
    }
  };
  const divert = diverting();
  const [accessMs, divertedMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    accessMs.push(await cpuTimeOf(listAll));
    divertedMs.push(await cpuTimeOf(divert));
  }
  return {
    accessNs: (median(accessMs) * 1e6) / offsets.length,
    instructions: offsets.length,
    divertedNs: (median(divertedMs) * 1e6) / accessCount,
  };
};

/** A load from a device, again and again. */
const diverting = (): (() => void) => {
  const machine = new Machine();
  const dummy = 0x1000_0000n;
  machine.memory.map(0x40_0000n, 0x1000);
  // mov eax, [rbx + 14h]
  const load = Uint8Array.of(0x8b, 0x43, 0x14);
  machine.memory.write(
    0x40_0000n,
    Uint8Array.from({ length: 0xfff }, (_, k) => load[k % 3] ?? 0),
  );
  machine.set('rbx', dummy);
  const data = Uint8Array.of(1, 2, 3, 4);
  let time = 0n;
  const tracer = new Mmiotrace(machine, { read: () => data, write: () => {} }, { now: () => ++time, record: () => {} });
  tracer.map({ id: 1, physical: 0xfd00_0000n, dummy, real: 0x2000_0000n, length: 0x1000n });
  return () => {
    for (let k = 0; k < accessCount; k++) {
      if (k % 0x555 === 0) machine.set('rip', 0x40_0000n);
      tracer.execute();
    }
  };
};
