/**
 * A machine that executes x86 code: the library's door to execution. Any number of machines run side by side. An
 * instruction happens wholly or not at all, and what it needs of others it asks for.
 */
import { setBigInt, toBigInt, Word } from './bits/word.ts';
import { canCompile, HotCode } from './compile/hot-code.ts';
import type { Access, Profile } from './execute/machine-evaluator.ts';
import { type Owner, Owners } from './execute/owners.ts';
import { RunningEvaluator } from './execute/running-evaluator.ts';
import { bytesOf, done, hasEnded, needOf, resultOf, type StepResult } from './execute/step-result.ts';
import { StopKind } from './execute/stop.ts';
import type { Mode } from './isa/modes.ts';
import { Flag } from './isa/rflags.ts';
import { type Identification, identify } from './machine/identification.ts';
import { Memory } from './machine/memory.ts';
import { setFlatMode, setRealMode } from './machine/presets.ts';
import { RegisterError, readRegister, writeRegister } from './machine/register-names.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './machine/snapshot.ts';
import { MachineState } from './machine/state.ts';

/** How a machine begins and whom it follows; flat 64-bit code at CPL 3 on an Intel CPU where nothing is said. */
export interface MachineOptions {
  /** Width of code; default 64. */
  readonly mode?: Mode;
  /** Real mode, whose code is 16-bit: segments are selector * 16, faults and INT go through the vectors at 0. */
  readonly real?: boolean;
  /** Privilege level in protected mode; default 3. */
  readonly cpl?: 0 | 3;
  /** Whose undefined results and vendor differences; default intel. */
  readonly cpu?: Profile;
  /** Faults and traps are results of `step` (pass), or enter their handlers (deliver); real mode delivers by default. */
  readonly faults?: 'pass' | 'deliver';
  /** CPUID; by default a CPU with the emulated features. */
  readonly identify?: (leaf: number, subleaf: number) => Identification;
  /** RDTSC; by default the number of steps so far. */
  readonly timeStamp?: () => bigint;
  readonly memory?: Memory;
  /** Code that runs often becomes JavaScript, where functions may be made from text; default true. */
  readonly compile?: boolean;
}

/** Where a run ends, besides at what is no `done`. */
export interface RunLimits {
  /** An offset in CS. */
  readonly until?: bigint;
  /** Instructions. */
  readonly count?: number;
}

export interface RunResult {
  /** Instructions that ended. */
  readonly steps: number;
  /** Why it stopped: at the address, after the count, or the last step's result. */
  readonly stop: 'address' | 'count' | StepResult;
}

export type Watcher = (access: Access) => void;
export type EndWatch = () => void;

/** An answer that does not fit what was needed, or none was needed. */
export class NeedError extends Error {
  override readonly name = 'NeedError';
}

/** A repeated string instruction goes on for this many iterations a step, then is stepped again. */
const mostIterations = 1 << 20;

/** No offset of an instruction: it is not canonical. */
const nowhere = 1n << 62n;

/** Places in the words of `getAll`. */
const ipWord = 32;
const flagsWord = 34;
const allWords = 36;

const requireAllWords = ({ length }: Uint32Array): void => {
  if (length !== allWords) throw new RegisterError(`Registers are ${allWords} words of 32 bits, not ${length}`);
};

export class Machine {
  readonly memory: Memory;
  readonly #state: MachineState;
  readonly #evaluator: RunningEvaluator;
  readonly #regions = new Owners();
  readonly #ports = new Owners();
  readonly #watchers = new Set<Watcher>();
  readonly #answer = new Word();
  /** A need that waits for `resume`. */
  #isWaiting = false;
  /** Counts steps, so that a callback which steps this very machine is noticed. */
  #generation = 0;

  constructor(options: MachineOptions = {}) {
    const { mode = options.real === true ? 16 : 64, real = false, cpl = 3, cpu = 'intel' } = options;
    if (real && mode !== 16) throw new RangeError(`Real mode is 16-bit: mode ${mode} cannot be real`);
    this.memory = options.memory ?? new Memory();
    this.#state = new MachineState(this.memory);
    if (real) setRealMode(this.#state);
    else setFlatMode(this.#state, mode, cpl);
    this.#evaluator = new RunningEvaluator(this.#state, {
      profile: cpu,
      delivers: options.faults === undefined ? undefined : options.faults === 'deliver',
      identify: options.identify ?? ((leaf) => identify(cpu, leaf)),
      timeStamp: options.timeStamp ?? (() => BigInt(this.#evaluator.ended)),
    });
    if (options.compile !== false && canCompile()) this.#evaluator.tier = new HotCode(this.#state);
  }

  /** A register, part or flag by its name: rax, ah, eflags, cf, cs, fsbase, xmm3, st0, cr2. Throws a RegisterError. */
  get(name: string): bigint {
    return readRegister(this.#state, name);
  }

  /** Throws a RegisterError, and changes nothing, for an unknown name or a value that does not fit. */
  set(name: string, value: bigint | number): void {
    writeRegister(this.#state, name, BigInt(value));
    this.#evaluator.settle(name);
  }

  /**
   * All general registers in the order of their encoding, then rIP and rFLAGS, into 36 words of 32 bits, low halves
   * first: the buffer of a BigUint64Array of 18. It allocates nothing. Throws a RegisterError for another length.
   */
  getAll(into: Uint32Array): void {
    requireAllWords(into);
    const { ip, flags } = this.#state;
    this.#state.storeGeneral(into);
    into[ipWord] = ip.lo;
    into[ipWord + 1] = ip.hi;
    into[flagsWord] = flags.value;
    into[flagsWord + 1] = 0;
  }

  /** The same, from such words. */
  setAll(from: Uint32Array): void {
    requireAllWords(from);
    const { ip, flags } = this.#state;
    this.#state.loadGeneral(from);
    ip.lo = from[ipWord] | 0;
    ip.hi = from[ipWord + 1] | 0;
    const wasVirtual = flags.is(Flag.V);
    flags.value = from[flagsWord] | 0;
    if (flags.is(Flag.V) !== wasVirtual) this.#evaluator.refresh();
  }

  /** Width of code at CS:rIP now. */
  get mode(): Mode {
    return this.#evaluator.mode;
  }

  /** Bits of RFLAGS that the last instruction has left undefined; their values are the profile's. */
  get undefinedFlags(): number {
    return this.#evaluator.undefinedFlags;
  }

  /** Maps pages whose accesses go to their owner, or become needs. Throws a MemoryError. */
  serve(address: bigint, lengthBytes: number, owner: Owner = {}): void {
    this.memory.serve(address, lengthBytes);
    this.#regions.add(address, lengthBytes, owner);
  }

  /** Ports from `first` on whose IN and OUT go to their owner. */
  servePorts(first: number, count: number, owner: Owner): void {
    this.#ports.add(BigInt(first), count, owner);
  }

  /** Tells of every load and store of instructions that ended, in order. Returns what ends it. */
  watch(watcher: Watcher): EndWatch {
    this.#watchers.add(watcher);
    this.#evaluator.watch(true);
    return () => {
      this.#watchers.delete(watcher);
      this.#evaluator.watch(this.#watchers.size > 0);
    };
  }

  /** Executes one instruction. A need that waits is abandoned: its instruction begins anew. */
  step(): StepResult {
    this.#isWaiting = false;
    this.#generation++;
    return this.#settle(this.#evaluator.step(mostIterations));
  }

  /** Answers a need: bytes that were read (exactly as many as needed), nothing for a write. Throws a NeedError. */
  resume(data?: Uint8Array): StepResult {
    const { stop } = this.#evaluator;
    if (!this.#isWaiting) throw new NeedError('Nothing is needed: resume answers a step that ended with a need');
    if (!stop.isWrite) this.#setAnswer(data, stop.bytes);
    this.#isWaiting = false;
    this.#generation++;
    return this.#settle(this.#evaluator.resume(this.#answer, false));
  }

  /** Answers a LOCKed write: another value than expected was found, and the instruction begins anew. */
  refuse(): StepResult {
    if (!this.#isWaiting || !this.#evaluator.stop.isLocked) throw new NeedError('No locked write waits for an answer');
    this.#isWaiting = false;
    this.#generation++;
    return this.#settle(this.#evaluator.resume(this.#answer, true));
  }

  #setAnswer(data: Uint8Array | undefined, bytes: number): void {
    if (data?.length !== bytes) {
      throw new NeedError(`${bytes} bytes are needed, not ${data === undefined ? 'nothing' : data.length}`);
    }
    let value = 0n;
    for (const [k, byte] of data.entries()) value |= BigInt(byte) << BigInt(8 * k);
    setBigInt(value, this.#answer);
  }

  /** Steps until rIP is `until`, `count` instructions have ended, or a step does not end with done. */
  run(limits: RunLimits = {}): RunResult {
    const { until, count = Number.POSITIVE_INFINITY } = limits;
    const evaluator = this.#evaluator;
    const { ip } = this.#state;
    const stopAt = new Word();
    setBigInt(until ?? nowhere, stopAt);
    for (let steps = 0; steps < count; ) {
      this.#isWaiting = false;
      this.#generation++;
      const before = evaluator.ended;
      const kind =
        this.#watchers.size > 0
          ? evaluator.step(mostIterations)
          : evaluator.steps(count - steps, stopAt, mostIterations);
      steps += evaluator.ended - before;
      if (kind !== StopKind.none || this.#watchers.size > 0) {
        const result = this.#settle(kind);
        if (result.kind !== 'done') return { steps: hasEnded(result) ? steps + 1 : steps, stop: result };
        steps++;
      }
      if (ip.lo === stopAt.lo && ip.hi === stopAt.hi) return { steps, stop: 'address' };
    }
    return { steps: count, stop: 'count' };
  }

  /** Lets owners answer what they own, then says how the step ended. */
  #settle(first: number): StepResult {
    let kind = first;
    while (kind === StopKind.need) {
      const generation = this.#generation;
      const isAnswered = this.#askOwner();
      // The owner has stepped this machine itself: the instruction that asked is over or begins anew.
      if (generation !== this.#generation) return done;
      if (!isAnswered) {
        this.#isWaiting = true;
        return needOf(this.#evaluator.stop);
      }
      kind = this.#evaluator.resume(this.#answer, false);
    }
    const result = resultOf(kind, this.#evaluator.stop);
    if (hasEnded(result)) {
      this.#evaluator.ended++;
      if (this.#watchers.size > 0) this.#tellWatchers();
    }
    return result;
  }

  #tellWatchers(): void {
    for (const access of this.#evaluator.accesses()) for (const watcher of this.#watchers) watcher(access);
  }

  /** Answers of owners that answer at once. */
  #askOwner(): boolean {
    const { stop } = this.#evaluator;
    const address = toBigInt(64, stop.address);
    const owner = (stop.isPort ? this.#ports : this.#regions).of(address);
    if (owner === undefined) return false;
    const { bytes } = stop;
    const to = owner.divert?.(address, bytes, stop.isWrite ? 'write' : 'read');
    if (stop.isWrite) {
      const data = bytesOf(stop.data, bytes);
      if (to === undefined) return owner.write?.(address, data) ?? false;
      this.memory.write(to, data);
      return true;
    }
    const data = to === undefined ? owner.read?.(address, bytes) : this.memory.read(to, bytes);
    if (data === undefined) return false;
    this.#setAnswer(data, bytes);
    return true;
  }

  /** The whole state as JSON; owners of served pages are not in it. */
  snapshot(): Snapshot {
    return takeSnapshot(this.#state);
  }

  /** A machine in the state of a snapshot; `options` as for a new one. Throws a SnapshotError. */
  static restore(snapshot: Snapshot, options: Omit<MachineOptions, 'mode' | 'real' | 'cpl' | 'memory'> = {}): Machine {
    const machine = new Machine(options);
    restoreSnapshot(machine.#state, snapshot);
    machine.#evaluator.refresh();
    return machine;
  }
}
