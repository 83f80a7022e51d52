/**
 * A machine that executes x86 code: the library's door to execution. Any number of machines run side by side. An
 * instruction happens wholly or not at all, and what it needs of others it asks for.
 */
import { setBigInt, Word } from './bits/word.ts';
import { canCompile, HotCode } from './compile/hot-code.ts';
import { Asker } from './execute/asker.ts';
import type { Delivery, EndWatch, MachineOptions, RunLimits, RunResult, Watcher } from './execute/machine-options.ts';
import type { Owner } from './execute/owners.ts';
import { RunningEvaluator } from './execute/running-evaluator.ts';
import { done, hasEnded, needOf, resultOf, type StepResult } from './execute/step-result.ts';
import { StopKind } from './execute/stop.ts';
import type { Mode } from './isa/modes.ts';
import { Flag } from './isa/rflags.ts';
import { identify } from './machine/identification.ts';
import { Memory } from './machine/memory.ts';
import { setFlatMode, setRealMode, setVirtual8086Mode } from './machine/presets.ts';
import { RegisterError, readRegister, writeRegister } from './machine/register-names.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './machine/snapshot.ts';
import { MachineState } from './machine/state.ts';

export type { Delivery, EndWatch, MachineOptions, RunLimits, RunResult, Watcher } from './execute/machine-options.ts';

/** An answer that does not fit what was needed, or none was needed. */
export class NeedError extends Error {
  override readonly name = 'NeedError';
}

const usualIterations = 1 << 20;

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
  readonly #asker: Asker;
  readonly #watchers = new Set<Watcher>();
  readonly #answer = new Word();
  readonly #iterations: number;
  /** A need that waits for `resume`. */
  #isWaiting = false;
  /** Counts steps, so that a callback which steps this very machine is noticed. */
  #generation = 0;

  constructor(options: MachineOptions = {}) {
    const { real = false, virtual8086 = false, cpl = 3, cpu = 'intel' } = options;
    const { mode = real || virtual8086 ? 16 : 64, iterationsPerStep = usualIterations } = options;
    if (real && mode !== 16) throw new RangeError(`Real mode is 16-bit: mode ${mode} cannot be real`);
    if (virtual8086 && (real || mode !== 16)) throw new RangeError('Virtual-8086 mode is 16-bit, and is not real mode');
    this.#iterations = iterationsPerStep;
    this.memory = options.memory ?? new Memory();
    this.#state = new MachineState(this.memory);
    this.#asker = new Asker(this.memory, options.system);
    if (real) setRealMode(this.#state);
    else if (virtual8086) setVirtual8086Mode(this.#state);
    else setFlatMode(this.#state, mode, cpl);
    this.#evaluator = new RunningEvaluator(this.#state, {
      profile: cpu,
      delivers: options.faults === undefined ? undefined : options.faults === 'deliver',
      identify: options.identify ?? ((leaf) => identify(cpu, leaf)),
      timeStamp: options.timeStamp ?? (() => BigInt(this.#evaluator.ended)),
      random: options.random ?? (() => null),
      owner: options.system ?? {},
      hasVectors: true,
    });
    // Compiled code asks nobody about its locked stores.
    const asksLocked = options.system?.compareExchange !== undefined;
    if (options.compile !== false && !asksLocked && canCompile()) this.#evaluator.tier = new HotCode(this.#state);
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

  /** Has the last step left iterations of a repeated string instruction for the next? */
  get isRepeating(): boolean {
    return this.#evaluator.isUnfinished;
  }

  /** What holds interrupts until the next instruction has ended: STI, or MOV SS and POP SS, which hold traps too. */
  get interruptShadows(): { readonly sti: boolean; readonly movSs: boolean } {
    return { sti: this.#state.isEnablingInterrupts, movSs: this.#state.interruptShadow };
  }

  /** Maps pages whose accesses go to their owner, or become needs. Throws a MemoryError. */
  serve(address: bigint, lengthBytes: number, owner: Owner = {}): void {
    this.memory.serve(address, lengthBytes);
    this.#asker.regions.add(address, lengthBytes, owner);
  }

  /** Ports from `first` on whose IN and OUT go to their owner. */
  servePorts(first: number, count: number, owner: Owner): void {
    this.#asker.ports.add(BigInt(first), count, owner);
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
    return this.#settle(this.#evaluator.step(this.#iterations));
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

  /**
   * Enters the handler of an exception or interrupt, through the vectors of real mode or the IDT; `resumes` where it comes
   * before the instruction at rIP and not after the last one. What faults on the way is the result, and nothing happened.
   */
  deliver({ vector, error, address, resumes = false }: Delivery): StepResult {
    this.#isWaiting = false;
    this.#generation++;
    if (address !== undefined) this.set('cr2', address);
    return this.#settle(this.#evaluator.deliver(vector, error ?? null, resumes));
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
          ? evaluator.step(this.#iterations)
          : evaluator.steps(count - steps, stopAt, this.#iterations);
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
      const answer = this.#asker.ask(this.#evaluator.stop);
      // The owner has stepped this machine itself: the instruction that asked is over or begins anew.
      if (generation !== this.#generation) return done;
      if (answer.kind === 'none') {
        this.#isWaiting = true;
        return needOf(this.#evaluator.stop);
      }
      if (answer.kind === 'read') this.#setAnswer(answer.data, this.#evaluator.stop.bytes);
      kind = this.#evaluator.resume(this.#answer, answer.kind === 'refused');
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
