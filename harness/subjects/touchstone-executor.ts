/** Our own emulator as an executor, in the sandbox. It works on the machine's state directly, for speed. */
import { MachineEvaluator } from '../../emulator/execute/machine-evaluator.ts';
import { StopKind } from '../../emulator/execute/stop.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { identify } from '../../emulator/machine/identification.ts';
import { pageBytes } from '../../emulator/machine/memory.ts';
import { setFlatMode, setRealMode } from '../../emulator/machine/presets.ts';
import {
  loadFromDescriptor,
  loadNull,
  readDescriptor,
  SegmentRegister,
  setRealSegment,
} from '../../emulator/machine/segments.ts';
import { MachineState } from '../../emulator/machine/state.ts';
import {
  type CpuState,
  CpuStates,
  type Execution,
  type ExecutionAnswer,
  type Executor,
  StateWord,
} from '../execution.ts';
import { type SandboxDescriptor, sandboxDescriptors } from '../sandbox.ts';
import { SandboxMemory } from './sandbox-memory.ts';

/** Where nobody at CPL 3 can look: GDT, then LDT. */
const tableAddress = 0xffff_b6b3_0000_0000n;
const tableBytes = 0x800;

/** REP goes on for as long as an execution may take. */
const mostIterations = 1 << 24;

const resumeFlag = 0x1_0000;

export type Profile = 'intel' | 'amd-zen3';

const wordAt = (words: Uint32Array, at: number): number => (words[at] ?? 0) | 0;

const stackPointer = 4;

class Sandbox {
  readonly state = new MachineState();
  readonly evaluator: MachineEvaluator;
  readonly #memory: SandboxMemory;
  /** By selector. */
  readonly #segments: (SegmentRegister | undefined)[] = [];
  readonly #states = new CpuStates();
  readonly #isReal: boolean;
  #upperStack = 0;

  constructor(profile: Profile, isReal: boolean) {
    this.#isReal = isReal;
    if (isReal) setRealMode(this.state);
    else {
      setFlatMode(this.state, 64, 3);
      this.#mapTables();
    }
    this.#memory = new SandboxMemory(this.state.memory, isReal);
    this.evaluator = new MachineEvaluator(this.state, {
      profile,
      delivers: false,
      identify: (leaf) => identify(profile, leaf),
      timeStamp: () => 0n,
      random: () => null,
    });
  }

  #mapTables(): void {
    const tables = new Uint8Array(pageBytes);
    for (const descriptor of sandboxDescriptors) {
      const isLocal = (descriptor.selector & 4) !== 0;
      const at = (isLocal ? tableBytes : 0) + (descriptor.selector & ~7);
      tables.set(bytesOfDescriptor(descriptor), at);
      const segment = new SegmentRegister();
      loadFromDescriptor(segment, descriptor.selector, readDescriptor(tables, at));
      this.#segments[descriptor.selector] = segment;
    }
    this.state.memory.map(tableAddress, pageBytes, { bytes: tables, user: false });
    const { gdtr, ldtr } = this.state;
    gdtr.base.lo = 0;
    gdtr.base.hi = 0xffff_b6b3 | 0;
    gdtr.limit = 0x7f;
    ldtr.baseLo = tableBytes;
    ldtr.baseHi = 0xffff_b6b3 | 0;
    ldtr.limit = Math.max(...sandboxDescriptors.map(({ selector }) => selector | 7)) & 0xfff;
    ldtr.isPresent = true;
  }

  execute(execution: Execution): ExecutionAnswer {
    this.#load(execution);
    const kind = this.evaluator.step(mostIterations);
    const answer = this.#answer(kind);
    this.#memory.restore();
    return answer;
  }

  #load({ state, memory, bytes }: Execution): void {
    const { words } = state;
    const { ip, flags } = this.state;
    this.state.loadGeneral(words);
    this.#upperStack = wordAt(words, 2 * stackPointer + 1);
    ip.lo = wordAt(words, StateWord.rip);
    ip.hi = wordAt(words, StateWord.rip + 1);
    flags.value = wordAt(words, StateWord.rflags);
    const codeBase = this.#isReal ? this.#loadRealSegments(words) : this.#loadSegments(words);
    for (let k = 0; k < memory.length; k++) {
      const run = memory[k];
      if (run !== undefined) this.#memory.put(run.address, run.bytes);
    }
    this.#memory.put((ip.lo + codeBase) >>> 0, bytes);
    this.evaluator.refresh();
  }

  /** The base of CS. */
  #loadSegments(words: Uint32Array): number {
    const { segments } = this.state;
    const known = this.#segments;
    let codeBase = 0;
    let isLong = false;
    for (let k = 0; k < 6; k++) {
      const segment = segments[k];
      if (segment === undefined) continue;
      const selector = wordAt(words, StateWord.selectors + k);
      const like = selector < known.length ? known[selector] : undefined;
      if (like !== undefined) segment.copyFrom(like);
      else {
        loadNull(segment, selector);
        segment.baseLo = 0;
        segment.baseHi = 0;
      }
      if (k === 1) {
        codeBase = segment.baseLo;
        isLong = segment.isLong;
      }
      if (k < 4 || !isLong) continue;
      const base = k === 4 ? StateWord.fsBase : StateWord.gsBase;
      segment.baseLo = wordAt(words, base);
      segment.baseHi = wordAt(words, base + 1);
    }
    return codeBase;
  }

  #loadRealSegments(words: Uint32Array): number {
    for (const [k, segment] of this.state.segments.entries())
      setRealSegment(segment, k, wordAt(words, StateWord.selectors + k));
    return this.state.segments[1]?.baseLo ?? 0;
  }

  #answer(kind: number): ExecutionAnswer {
    if (kind === StopKind.unsupported || kind === StopKind.need || kind === StopKind.halt)
      return { status: 'unsupported' };
    if (kind === StopKind.systemCall) return { status: 'system call' };
    const state = this.#stateAfter();
    const memory = this.#memory.changes();
    if (kind === StopKind.none) return { status: 'executed', state, memory };
    const { vector, error, address } = this.evaluator.stop;
    // What a program asks for by INT n has neither, whatever the vector.
    if (kind === StopKind.trap) return { status: 'fault', vector, error: 0, state, memory };
    if (vector !== 14) return { status: 'fault', vector, error, state, memory };
    return { status: 'fault', vector, error, address: unsigned(address), state, memory };
  }

  #stateAfter(): CpuState {
    const after = this.#states.take();
    const { words } = after;
    const { ip, flags, segments } = this.state;
    this.state.storeGeneral(words);
    // Outside 64-bit code nobody sees RSP[63:32].
    if (segments[1]?.isLong !== true) words[2 * stackPointer + 1] = this.#upperStack;
    words[StateWord.rip] = ip.lo;
    words[StateWord.rip + 1] = ip.hi;
    // RF is over before anybody can look.
    words[StateWord.rflags] = flags.value & ~resumeFlag;
    for (let k = 0; k < 6; k++) {
      const segment = segments[k];
      if (segment === undefined) continue;
      const { selector } = segment;
      // The next interrupt to return would clear a null selector's RPL (SDM 2A IRET): nobody can tell it for sure.
      words[StateWord.selectors + k] = selector < 4 && k !== 1 && k !== 2 && !this.#isReal ? 0 : selector;
      if (k < 4) continue;
      const base = k === 4 ? StateWord.fsBase : StateWord.gsBase;
      words[base] = segment.baseLo;
      words[base + 1] = segment.baseHi;
    }
    words[StateWord.real] = this.#isReal ? 1 : 0;
    return after;
  }
}

const pair = new DataView(new ArrayBuffer(8));

/** Without an intermediate bigint. */
const unsigned = ({ lo, hi }: { readonly lo: number; readonly hi: number }): bigint => {
  pair.setInt32(0, lo, true);
  pair.setInt32(4, hi, true);
  return pair.getBigUint64(0, true);
};

/** The eight bytes of a descriptor of DPL 3 (SDM 3A 3.4.5). */
const bytesOfDescriptor = (descriptor: SandboxDescriptor): Uint8Array => {
  const { kind, base, limit, big, long, readable, writable, expandDown, absent } = descriptor;
  const isCoarse = limit > 0xf_ffff;
  const units = isCoarse ? limit >>> 12 : limit;
  const type =
    kind === 'code' ? 8 | (readable === true ? 2 : 0) : (expandDown === true ? 4 : 0) | (writable === true ? 2 : 0);
  const access = (absent === true ? 0x70 : 0xf0) | type | 1;
  const attributes = (isCoarse ? 8 : 0) | (big ? 4 : 0) | (long === true ? 2 : 0);
  return Uint8Array.of(
    units,
    units >>> 8,
    base,
    base >>> 8,
    base >>> 16,
    access,
    ((units >>> 16) & 15) | (attributes << 4),
    base >>> 24,
  );
};

/** `createTouchstoneExecutor('intel')`: our emulator with the undefined results of a profile. */
export const createTouchstoneExecutor = (profile: Profile = 'intel'): Executor => {
  const sandbox = new Sandbox(profile, false);
  let real: Sandbox | null = null;
  const execute = (execution: Execution): ExecutionAnswer => {
    if (!execution.state.isReal) return sandbox.execute(execution);
    if (execution.mode !== 16) return { status: 'refused', reason: 'real mode is of 16-bit code' };
    real ??= new Sandbox(profile, true);
    return real.execute(execution);
  };
  const modes: readonly Mode[] = [16, 32, 64];
  return {
    name: 'touchstone',
    version: profile,
    modes,
    batch: 256,
    execute: (executions) => Promise.resolve(executions.map(execute)),
    close: () => Promise.resolve(),
  };
};
