/**
 * Traces what a driver does with a device. The driver is given a dummy address; each access there is diverted, in its
 * address alone, to where the device is, and recorded with its datum. Text, registers and page tables stay as they are,
 * nothing is stepped with traps, and any number of CPUs do this at once.
 */
import type { Machine } from '../../emulator.ts';
import type { StepResult } from '../../execute/step-result.ts';
import type { Instruction } from '../../isa/instruction.ts';
import { memAccesses } from '../kmemcheck/accesses.ts';
import { nextAddressOf, nextInstructionOf, registerViewOf } from '../machine-view.ts';
import type { AccessEvent, TraceEvent } from './trace.ts';

export interface IoMap {
  readonly id: number;
  /** Address on the bus, which the log tells. */
  readonly physical: bigint;
  /** What the driver uses. */
  readonly dummy: bigint;
  /** Where accesses go. */
  readonly real: bigint;
  readonly length: bigint;
}

/** The device. Data is little-endian. */
export interface Bus {
  read(address: bigint, sizeBytes: number): Uint8Array;
  write(address: bigint, data: Uint8Array): void;
}

export interface TracerOptions {
  /** Microseconds since the trace began. */
  readonly now: () => bigint;
  /** The log tells where the instruction was. Default false. */
  readonly tracePc?: boolean;
  /** Takes what is recorded; by default `events` keeps it. */
  readonly record?: (event: TraceEvent) => void;
}

const numberOf = (data: Uint8Array): bigint => data.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

/** Of one machine; several on several threads share a `record`, such as a TraceRing's. */
export class Mmiotrace {
  readonly events: TraceEvent[] = [];
  readonly #machine: Machine;
  readonly #bus: Bus;
  readonly #options: TracerOptions;
  readonly #maps: IoMap[] = [];

  constructor(machine: Machine, bus: Bus, options: TracerOptions) {
    this.#machine = machine;
    this.#bus = bus;
    this.#options = options;
  }

  #record(event: TraceEvent): void {
    if (this.#options.record === undefined) this.events.push(event);
    else this.#options.record(event);
  }

  get #pc(): bigint {
    return this.#options.tracePc === true ? this.#machine.get('rip') : 0n;
  }

  /** ioremap: from now on accesses to the dummy are the device's. Throws a MemoryError where the machine has memory there. */
  map(map: IoMap): void {
    this.#machine.serve(map.dummy, Number(map.length), {
      read: (address, sizeBytes) => this.#read(map, address, sizeBytes),
      write: (address, data) => this.#write(map, address, data),
    });
    this.#maps.push(map);
    const { id, physical, dummy, length } = map;
    this.#record({ kind: 'map', time: this.#options.now(), id, physical, virtual: dummy, length, pc: this.#pc });
  }

  /** iounmap. */
  unmap(id: number): void {
    const at = this.#maps.findIndex((map) => map.id === id);
    const [map] = at === -1 ? [] : this.#maps.splice(at, 1);
    if (map === undefined) throw new RangeError(`There is no map ${id}`);
    this.#machine.memory.unmap(map.dummy, Number(map.length));
    this.#record({ kind: 'unmap', time: this.#options.now(), id, pc: this.#pc });
  }

  #read(map: IoMap, address: bigint, sizeBytes: number): Uint8Array {
    const data = this.#bus.read(address - map.dummy + map.real, sizeBytes);
    this.#record(this.#access('read', map, address, data));
    return data;
  }

  #write(map: IoMap, address: bigint, data: Uint8Array): boolean {
    this.#bus.write(address - map.dummy + map.real, data);
    this.#record(this.#access('write', map, address, data));
    return true;
  }

  #access(kind: AccessEvent['kind'], { id, dummy, physical }: IoMap, address: bigint, data: Uint8Array): AccessEvent {
    const time = this.#options.now();
    const place = { id, physical: address - dummy + physical, pc: this.#pc };
    return { kind, time, width: data.length, value: numberOf(data), ...place };
  }

  /**
   * Executes the next instruction of the machine. Faults are its result, and the CPU's business; what cannot be executed
   * is recorded as unknown where it would have touched a device.
   */
  execute(): StepResult {
    const instruction = nextInstructionOf(this.#machine);
    const result = this.#machine.step();
    if (result.kind === 'unsupported' && instruction !== null) this.#recordUnknown(instruction);
    return result;
  }

  #recordUnknown(instruction: Instruction): void {
    const accesses = memAccesses(instruction, registerViewOf(this.#machine), 1);
    for (const { address } of accesses) {
      const map = this.#maps.find(({ dummy, length }) => address >= dummy && address < dummy + length);
      if (map === undefined) continue;
      const bytes = [...this.#machine.memory.read(nextAddressOf(this.#machine), Math.min(instruction.lengthBytes, 3))];
      const physical = address - map.dummy + map.physical;
      this.#record({ kind: 'unknown', time: this.#options.now(), id: map.id, physical, bytes, pc: this.#pc });
      return;
    }
  }
}
