/**
 * An instruction emulator for a hypervisor's exits. A guest is one virtual CPU in any mode; any number of them run
 * interleaved. A step ends the instruction, or says what is needed of the hypervisor: data of a device, an exception to
 * inject, an instruction that it wanted to take over. Nothing has happened to the guest then.
 */
import { Machine } from '../../emulator.ts';
import type { Profile } from '../../execute/machine-evaluator.ts';
import { hasErrorCode } from '../../execute/machine-evaluator.ts';
import type { Owner, SystemOwner } from '../../execute/owners.ts';
import type { Exception, Need, StepResult } from '../../execute/step-result.ts';
import type { Identification } from '../../machine/identification.ts';
import type { Memory } from '../../machine/memory.ts';
import { nextInstructionOf } from '../machine-view.ts';
import { combine, type GuestException } from './exceptions.ts';
import { unitsOfInput } from './string-input.ts';

export const guestModes = ['real', 'vm86', 'prot16', 'prot32', 'prot64'] as const;
export type GuestMode = (typeof guestModes)[number];

export interface GuestOptions {
  /** Default prot64. */
  readonly mode?: GuestMode;
  /** Of the protected modes; default 3. */
  readonly cpl?: 0 | 3;
  readonly cpu?: Profile;
  readonly memory?: Memory;
  /** What the hypervisor answers for: intercepts, model-specific registers, compare-exchange … */
  readonly system?: SystemOwner;
  readonly identify?: (leaf: number, subleaf: number) => Identification;
  readonly timeStamp?: () => bigint;
  readonly random?: () => bigint | null;
  /** Iterations of a repeated string instruction in one step; default 1024. */
  readonly iterationsPerStep?: number;
}

export interface MemoryNeed {
  readonly kind: 'need';
  readonly space: 'mmio';
  readonly direction: 'read' | 'write';
  readonly address: bigint;
  readonly size: number;
  /** What is written: a copy, which nobody changes. */
  readonly data?: Uint8Array;
  /** Of a LOCKed write: what must be there; else `refuse` answers it. */
  readonly expected?: Uint8Array;
}

export interface PortNeed {
  readonly kind: 'need';
  readonly space: 'pio';
  readonly direction: 'in' | 'out';
  readonly port: number;
  readonly size: number;
  /** Units of `size` bytes. */
  readonly count: number;
  readonly data?: Uint8Array;
}

export type GuestResult =
  | { readonly kind: 'done' }
  /** A repeated string instruction has done some iterations; step again. */
  | { readonly kind: 'restart' }
  | MemoryNeed
  | PortNeed
  | GuestException
  | { readonly kind: 'halted' }
  | { readonly kind: 'intercepted' }
  /** A fault on the way to the handler of a double fault. */
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'system call' }
  | { readonly kind: 'unhandleable' };

export interface Interruptibility {
  readonly sti: boolean;
  readonly movSs: boolean;
}

const done = { kind: 'done' } as const;
const restart = { kind: 'restart' } as const;
const unhandleable = { kind: 'unhandleable' } as const;
const shutdown = { kind: 'shutdown' } as const;

const usualIterations = 1024;

const modeOptions = {
  real: { real: true },
  vm86: { virtual8086: true },
  prot16: { mode: 16 },
  prot32: { mode: 32 },
  prot64: { mode: 64 },
} as const;

export class Guest {
  /** Registers, memory, and whatever else a machine has. */
  readonly machine: Machine;
  readonly #cpu: Profile;
  /** What a device has given for a repeated INS, and how much of it has been stored. */
  #input: Uint8Array | null = null;
  #used = 0;
  #unit = 0;

  constructor(options: GuestOptions = {}) {
    const { mode = 'prot64', iterationsPerStep = usualIterations, cpu = 'intel', ...rest } = options;
    this.#cpu = cpu;
    this.machine = new Machine({ ...rest, ...modeOptions[mode], cpu, iterationsPerStep, faults: 'pass' });
  }

  get mode(): GuestMode {
    const { machine } = this;
    if ((machine.get('cr0') & 1n) === 0n) return 'real';
    if (machine.mode !== 64 && machine.get('vm') === 1n) return 'vm86';
    return `prot${machine.mode}`;
  }

  /** What holds interrupts until the next instruction has ended. */
  get interruptibility(): Interruptibility {
    return this.machine.interruptShadows;
  }

  /** Pages whose accesses are needs, or are answered at once by an owner. */
  serve(address: bigint, lengthBytes: number, owner?: Owner): void {
    this.machine.serve(address, lengthBytes, owner);
  }

  /** Emulates the instruction at CS:rIP. A need that waits is abandoned: its instruction, or iteration, begins anew. */
  step(): GuestResult {
    this.#input = null;
    return this.#goOn(this.machine.step());
  }

  /** Answers a need: with exactly the bytes that are read, with nothing for a write. Throws a NeedError. */
  resume(data?: Uint8Array): GuestResult {
    if (this.#unit === 0 || data === undefined) return this.#goOn(this.machine.resume(data));
    this.#input = data.slice();
    this.#used = 0;
    return this.#goOn(this.machine.resume(this.#nextUnit(this.#input)));
  }

  /** Answers a LOCKed write: something else than expected was found. The instruction reads again. */
  refuse(): GuestResult {
    return this.#goOn(this.machine.refuse());
  }

  #nextUnit(input: Uint8Array): Uint8Array {
    const from = this.#used;
    this.#used += this.#unit;
    return input.subarray(from, this.#used);
  }

  #goOn(first: StepResult): GuestResult {
    let result = first;
    while (isPortRead(result) && this.#input !== null && this.#used < this.#input.length) {
      result = this.machine.resume(this.#nextUnit(this.#input));
    }
    this.#unit = 0;
    return this.#resultOf(result);
  }

  #resultOf(result: StepResult): GuestResult {
    switch (result.kind) {
      case 'done':
        return this.machine.isRepeating ? restart : done;
      case 'need':
        return result.space === 'memory' ? memoryNeedOf(result) : this.#portNeedOf(result);
      case 'fault':
      case 'trap':
        return exceptionOf(result);
      case 'unsupported':
        return unhandleable;
      default:
        return result;
    }
  }

  #portNeedOf({ address, access, sizeBytes, data }: Need): PortNeed {
    const where = { kind: 'need', space: 'pio', port: Number(address), size: sizeBytes } as const;
    if (access === 'write') return { ...where, direction: 'out', count: 1, ...(data === undefined ? {} : { data }) };
    const instruction = nextInstructionOf(this.machine, this.#cpu === 'intel' ? 'intel' : 'amd');
    const count = instruction === null ? 1 : unitsOfInput(this.machine, instruction, sizeBytes);
    this.#unit = sizeBytes;
    return { ...where, direction: 'in', count };
  }

  /**
   * Injects an exception, or an interrupt without error code: its handler is entered. What faults on the way there is
   * combined with it into a double fault, and then into the shutdown of the guest (SDM 3A 6.15, interrupt 8).
   */
  inject(event: Omit<GuestException, 'kind' | 'isTrap'> & { readonly isTrap?: boolean }): GuestResult {
    let current: GuestException = { kind: 'exception', isTrap: false, ...event };
    for (;;) {
      const { vector, error, cr2, isTrap } = current;
      const result = this.machine.deliver({ vector, error, address: cr2, resumes: !isTrap });
      if (result.kind !== 'fault') return this.#resultOf(result);
      const next = combine(vector, exceptionOf(result));
      if (next === 'shutdown') return shutdown;
      current = next;
    }
  }
}

const isPortRead = (result: StepResult): boolean =>
  result.kind === 'need' && result.space === 'port' && result.access === 'read';

const memoryNeedOf = ({ access, address, sizeBytes, data, expected }: Need): MemoryNeed => ({
  ...{ kind: 'need', space: 'mmio', direction: access, address, size: sizeBytes },
  ...(data === undefined ? {} : { data }),
  ...(expected === undefined ? {} : { expected }),
});

const exceptionOf = ({ kind, vector, error, address }: Exception): GuestException => ({
  ...{ kind: 'exception', vector, isTrap: kind === 'trap' },
  ...(hasErrorCode(vector) && kind === 'fault' ? { error } : {}),
  ...(address === undefined ? {} : { cr2: address }),
});
