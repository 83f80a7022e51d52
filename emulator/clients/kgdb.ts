/**
 * Breakpoints in the memory of a machine, as a debugger keeps them: INT3 stands in memory, and nobody who reads memory
 * through the debugger sees it. Going on from one executes the instruction beneath it elsewhere, so that the breakpoint
 * is never taken away.
 */
import type { Machine, RunLimits } from '../emulator.ts';
import type { StepResult } from '../execute/step-result.ts';
import type { Vendor } from '../isa/modes.ts';
import { MemoryError } from '../machine/memory.ts';
import { OutOfLine } from './code/out-of-line.ts';
import { isPlaced, type Placed, placeAt } from './code/placed.ts';
import { hex, isRefusal, type Refusal, refuse } from './code/refusal.ts';
import { instructionAt, type SavedText, TextView } from './code/text-view.ts';

/** As KGDB numbers them. */
export const BreakpointState = {
  undefined: 0,
  /** Not in memory, but a CPU may have run into it before. */
  removed: 1,
  /** Wanted, and not in memory now. */
  set: 2,
  /** In memory. */
  active: 3,
} as const;
export type BreakpointState = (typeof BreakpointState)[keyof typeof BreakpointState];

/** KGDB_MAX_BREAKPOINTS. */
export const mostBreakpoints = 1000;

export interface FunctionRange {
  readonly address: bigint;
  readonly lengthBytes: number;
}

export interface BreakpointOptions {
  /** The function that an address is in. Where it is left out, boundaries are not checked. */
  readonly functionAt?: (address: bigint) => FunctionRange | undefined;
  /** Offset in CS of 64 bytes of executable memory that stepping over a breakpoint may use. */
  readonly slot: bigint;
  /** Text that others have changed, and breakpoints of others. */
  readonly saved?: readonly SavedText[];
  readonly foreign?: readonly bigint[];
  readonly vendor?: Vendor;
}

interface Entry {
  state: BreakpointState;
  saved: number;
}

export interface BreakpointSet {
  readonly status: 'set';
  /** The byte that INT3 stands for. */
  readonly saved: number;
}

export interface BreakpointRemoved {
  readonly status: 'removed';
}

/** What a step's end is to the debugger. */
export type Stop =
  /** A breakpoint of ours: rIP is at it again. */
  | 'breakpoint'
  /** One that was removed while it was being hit: rIP is at it again, and execution just goes on. */
  | 'skipped'
  /** None of ours: the guest's own INT3 or INT 3, or another result. */
  | 'guest';

export interface Continued {
  /** Instructions that ended. */
  readonly steps: number;
  readonly stop: 'breakpoint' | 'address' | 'count' | StepResult | Refusal;
}

const int3 = 0xcc;
const breakpointException = 3;

export class Breakpoints {
  readonly #machine: Machine;
  readonly #options: BreakpointOptions;
  readonly #entries = new Map<bigint, Entry>();
  readonly #outOfLine: OutOfLine;

  constructor(machine: Machine, options: BreakpointOptions) {
    this.#machine = machine;
    this.#options = options;
    this.#outOfLine = new OutOfLine(machine, options.slot);
  }

  state(address: bigint): BreakpointState {
    return this.#entries.get(address)?.state ?? BreakpointState.undefined;
  }

  /** Puts a breakpoint into memory at a linear address. */
  set(address: bigint): BreakpointSet | Refusal {
    const known = this.#entries.get(address);
    if (known !== undefined && known.state !== BreakpointState.removed)
      return refuse('Exists', address, `there is a breakpoint at ${hex(address)} already`);
    if (known === undefined && this.#entries.size === mostBreakpoints)
      return refuse('TooMany', address, `${mostBreakpoints} breakpoints are kept`);
    const problem = this.#boundaryProblem(address);
    if (problem !== null) return problem;
    const saved = this.#byteAt(address);
    if (saved === null) return unmapped(address);
    this.#entries.set(address, { state: BreakpointState.active, saved });
    this.#machine.memory.write(address, Uint8Array.of(int3));
    return { status: 'set', saved };
  }

  remove(address: bigint): BreakpointRemoved | Refusal {
    const entry = this.#entries.get(address);
    if (entry === undefined || entry.state === BreakpointState.removed)
      return refuse('NotFound', address, `there is no breakpoint at ${hex(address)}`);
    this.#take(address, entry, BreakpointState.removed);
    return { status: 'removed' };
  }

  /** Takes all breakpoints out of memory and forgets them. */
  clear(): void {
    this.deactivate();
    this.#entries.clear();
  }

  /** Takes all breakpoints out of memory until `activate`. */
  deactivate(): void {
    for (const [address, entry] of this.#entries)
      if (entry.state === BreakpointState.active) this.#take(address, entry, BreakpointState.set);
  }

  activate(): void {
    for (const [address, entry] of this.#entries) {
      if (entry.state !== BreakpointState.set) continue;
      entry.saved = this.#byteAt(address) ?? entry.saved;
      entry.state = BreakpointState.active;
      this.#machine.memory.write(address, Uint8Array.of(int3));
    }
  }

  #take(address: bigint, entry: Entry, state: BreakpointState): void {
    if (entry.state === BreakpointState.active) this.#machine.memory.write(address, Uint8Array.of(entry.saved));
    entry.state = state;
  }

  /** Memory without breakpoints. Throws a MemoryError where it is not RAM. */
  read(address: bigint, lengthBytes: number): Uint8Array {
    const bytes = this.#machine.memory.read(address, lengthBytes);
    for (const [k, saved] of this.#within(address, lengthBytes)) bytes[k] = saved.saved;
    return bytes;
  }

  /** Writes beneath breakpoints: they stay. Throws a MemoryError where it is not RAM. */
  write(address: bigint, bytes: Uint8Array): void {
    const written = bytes.slice();
    const within = this.#within(address, bytes.length);
    for (const [k] of within) written[k] = int3;
    this.#machine.memory.write(address, written);
    for (const [k, entry] of within) entry.saved = bytes[k];
  }

  /** Active breakpoints of a range, by their distance from its start. */
  #within(address: bigint, lengthBytes: number): readonly (readonly [k: number, entry: Entry])[] {
    const found: (readonly [number, Entry])[] = [];
    for (const [at, entry] of this.#entries) {
      const k = at - address;
      if (entry.state === BreakpointState.active && k >= 0n && k < BigInt(lengthBytes)) found.push([Number(k), entry]);
    }
    return found;
  }

  #byteAt(address: bigint): number | null {
    return this.#readable(address, 1)?.[0] ?? null;
  }

  #readable(address: bigint, lengthBytes: number): Uint8Array | null {
    try {
      return this.read(address, lengthBytes);
    } catch (error) {
      if (error instanceof MemoryError) return null;
      throw error;
    }
  }

  #boundaryProblem(address: bigint): Refusal | null {
    const { functionAt, saved = [], foreign = [] } = this.#options;
    if (functionAt === undefined) return null;
    const range = functionAt(address);
    if (range === undefined) return refuse('NoFunction', address, `no known function has ${hex(address)}`);
    const bytes = this.#readable(range.address, range.lengthBytes);
    if (bytes === null) return unmapped(address);
    const answer = instructionAt(new TextView(range.address, bytes, { ...this.#kind(), saved, foreign }), address);
    return isRefusal(answer) ? answer : null;
  }

  #kind(): { readonly mode: Machine['mode']; readonly vendor: Vendor } {
    return { mode: this.#machine.mode, vendor: this.#options.vendor ?? 'intel' };
  }

  /** What a result means, and puts rIP back where INT3 of ours was hit. */
  stopOf(result: StepResult): Stop {
    if (result.kind !== 'trap' || result.vector !== breakpointException) return 'guest';
    const machine = this.#machine;
    const ip = machine.get('rip') - 1n;
    const state = this.state(this.#linear(ip));
    if (state !== BreakpointState.active && state !== BreakpointState.removed) return 'guest';
    // INT 3 of two bytes leads here too: its second byte is nobody's breakpoint.
    if (this.#byteAt(this.#linear(ip) - 1n) === interrupt && this.#byteAt(this.#linear(ip)) === breakpointException)
      return 'guest';
    machine.set('rip', ip);
    return state === BreakpointState.active ? 'breakpoint' : 'skipped';
  }

  #linear(ip: bigint): bigint {
    const machine = this.#machine;
    return machine.mode === 64 ? ip : BigInt.asUintN(32, ip + machine.get('csbase'));
  }

  /** Executes the instruction beneath the breakpoint at rIP, which stays in memory; without one there, the one at rIP. */
  stepOver(): StepResult | Refusal {
    const machine = this.#machine;
    const ip = machine.get('rip');
    const address = this.#linear(ip);
    if (this.state(address) !== BreakpointState.active) return machine.step();
    const placed = this.placedAt(ip);
    return isRefusal(placed) ? placed : this.#outOfLine.step(placed);
  }

  /** Answers what `stepOver` needs. */
  resume(data?: Uint8Array): StepResult {
    return this.#outOfLine.resume(data);
  }

  /** The instruction at an offset in CS, whatever breakpoints are in it. */
  placedAt(ip: bigint): Placed | Refusal {
    const address = this.#linear(ip);
    const longest = 15;
    for (let lengthBytes = longest; lengthBytes > 0; lengthBytes--) {
      const bytes = this.#readable(address, lengthBytes);
      if (bytes === null) continue;
      const placed = placeAt(bytes, ip, this.#kind());
      return isPlaced(placed) ? placed : refuse('Undecodable', address, `no instruction stands at ${hex(address)}`);
    }
    return unmapped(address);
  }

  /** Runs on, over a breakpoint at rIP, to the next one or to what `Machine.run` stops at. */
  continue({ until, count = Number.POSITIVE_INFINITY }: RunLimits = {}): Continued {
    let steps = 0;
    if (count < 1) return { steps, stop: 'count' };
    const first = this.stepOver();
    if (isRefusal(first)) return { steps, stop: first };
    if (first.kind !== 'done' && this.stopOf(first) !== 'skipped') return { steps, stop: first };
    for (steps = 1; ; ) {
      if (until !== undefined && this.#machine.get('rip') === until) return { steps, stop: 'address' };
      const run = this.#machine.run({ count: count - steps, ...(until === undefined ? {} : { until }) });
      steps += run.steps;
      if (typeof run.stop === 'string') return { steps, stop: run.stop };
      const stop = this.stopOf(run.stop);
      if (stop === 'guest') return { steps, stop: run.stop };
      // INT3 of ours is no instruction of the program.
      steps--;
      if (stop === 'breakpoint') return { steps, stop };
    }
  }
}

const interrupt = 0xcd;

const unmapped = (address: bigint): Refusal => refuse('Unmapped', address, `there is no memory at ${hex(address)}`);
