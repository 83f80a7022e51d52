/** Our own emulator as an executor, in the sandbox. It works on the machine's state directly, for speed. */
import { MachineEvaluator } from '../../emulator/execute/machine-evaluator.ts';
import { StopKind } from '../../emulator/execute/stop.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { identify } from '../../emulator/machine/identification.ts';
import { type Page, pageBytes } from '../../emulator/machine/memory.ts';
import { setFlatMode } from '../../emulator/machine/presets.ts';
import { loadFromDescriptor, loadNull, readDescriptor, SegmentRegister } from '../../emulator/machine/segments.ts';
import { MachineState } from '../../emulator/machine/state.ts';
import {
  type CpuState,
  type Execution,
  type ExecutionAnswer,
  type Executor,
  type MemoryRun,
  CpuState as State,
  StateWord,
} from '../execution.ts';
import { pageImage, type SandboxDescriptor, sandboxDescriptors, sandboxPages } from '../sandbox.ts';

/** Where nobody at CPL 3 can look: GDT, then LDT. */
const tableAddress = 0xffff_b6b3_0000_0000n;
const tableBytes = 0x800;

/** REP goes on for as long as an execution may take. */
const mostIterations = 1 << 24;

const resumeFlag = 0x1_0000;

interface SandboxMemory {
  readonly page: Page;
  readonly image: Uint8Array;
  readonly address: number;
}

export type Profile = 'intel' | 'amd-zen3';

const wordAt = (words: Uint32Array, at: number): number => (words[at] ?? 0) | 0;

const stackPointer = 4;

class Sandbox {
  readonly state = new MachineState();
  readonly evaluator: MachineEvaluator;
  readonly #pages: SandboxMemory[] = [];
  readonly #segments = new Map<number, SegmentRegister>();
  #upperStack = 0;
  /** What the execution puts over the pages' images. */
  #pokes: readonly MemoryRun[] = [];

  constructor(profile: Profile) {
    const { memory } = this.state;
    setFlatMode(this.state, 64, 3);
    this.#mapTables();
    for (const page of sandboxPages) {
      const { address, access } = page;
      memory.map(BigInt(address), pageBytes, {
        write: access !== 'read-only',
        execute: access === 'execute',
        bytes: pageImage(page),
      });
      const found = memory.find(address | 0, 0);
      if (found !== null) this.#pages.push({ page: found, image: pageImage(page), address });
    }
    this.evaluator = new MachineEvaluator(this.state, {
      profile,
      delivers: false,
      identify: (leaf) => identify(profile, leaf),
      timeStamp: () => 0n,
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
      this.#segments.set(descriptor.selector, segment);
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
    this.#restore();
    return answer;
  }

  #load({ state, memory, bytes }: Execution): void {
    const { words } = state;
    const { ip, flags, segments } = this.state;
    this.state.loadGeneral(words);
    this.#upperStack = wordAt(words, 2 * stackPointer + 1);
    ip.lo = wordAt(words, StateWord.rip);
    ip.hi = wordAt(words, StateWord.rip + 1);
    flags.value = wordAt(words, StateWord.rflags);
    let codeBase = 0;
    for (const [k, segment] of segments.entries()) {
      this.#setSegment(segment, wordAt(words, StateWord.selectors + k));
      if (k === 1) codeBase = segment.baseLo;
      if (k < 4 || segments[1]?.isLong !== true) continue;
      const base = k === 4 ? StateWord.fsBase : StateWord.gsBase;
      segment.baseLo = wordAt(words, base);
      segment.baseHi = wordAt(words, base + 1);
    }
    this.#pokes = [...memory, { address: (ip.lo + codeBase) >>> 0, bytes }];
    for (const run of this.#pokes) this.#poke(run);
    this.evaluator.refresh();
  }

  #setSegment(into: SegmentRegister, selector: number): void {
    const known = this.#segments.get(selector);
    if (known !== undefined) {
      into.copyFrom(known);
      return;
    }
    loadNull(into, selector);
    into.baseLo = 0;
    into.baseHi = 0;
  }

  /** Bytes of the sandbox's pages, whatever they allow; what is outside them is left out. */
  #poke({ address, bytes }: MemoryRun): void {
    for (let at = 0; at < bytes.length; ) {
      const low = (address + at) | 0;
      const page = this.state.memory.find(low, 0);
      const offset = low & (pageBytes - 1);
      const count = Math.min(pageBytes - offset, bytes.length - at);
      if (page !== null) {
        page.bytes.set(bytes.subarray(at, at + count), offset);
        page.code?.forget(offset, count);
      }
      at += count;
    }
  }

  #answer(kind: number): ExecutionAnswer {
    if (kind === StopKind.unsupported || kind === StopKind.need || kind === StopKind.halt)
      return { status: 'unsupported' };
    if (kind === StopKind.systemCall) return { status: 'system call' };
    const state = this.#stateAfter();
    const memory = this.#changes();
    if (kind === StopKind.none) return { status: 'executed', state, memory };
    const { vector, error, address } = this.evaluator.stop;
    const fault = { status: 'fault', vector, error, state, memory } as const;
    if (vector !== 14) return fault;
    return { ...fault, address: (BigInt(address.hi >>> 0) << 32n) | BigInt(address.lo >>> 0) };
  }

  #stateAfter(): CpuState {
    const after = new State();
    const { words } = after;
    const { ip, flags, segments } = this.state;
    this.state.storeGeneral(words);
    // Outside 64-bit code nobody sees RSP[63:32].
    if (segments[1]?.isLong !== true) words[2 * stackPointer + 1] = this.#upperStack;
    words[StateWord.rip] = ip.lo;
    words[StateWord.rip + 1] = ip.hi;
    // RF is over before anybody can look.
    words[StateWord.rflags] = flags.value & ~resumeFlag;
    for (const [k, { selector, baseLo, baseHi }] of segments.entries()) {
      // The next interrupt to return would clear a null selector's RPL (SDM 2A IRET): nobody can tell it for sure.
      words[StateWord.selectors + k] = selector < 4 && k !== 1 && k !== 2 ? 0 : selector;
      if (k < 4) continue;
      const base = k === 4 ? StateWord.fsBase : StateWord.gsBase;
      words[base] = baseLo;
      words[base + 1] = baseHi;
    }
    return after;
  }

  #changes(): readonly MemoryRun[] {
    const runs: MemoryRun[] = [];
    for (const { page, image, address } of this.#pages) {
      if (!page.isDirty) continue;
      const before = image.slice();
      for (const run of this.#pokes) overlay(before, address, run, run.bytes);
      addChanges(runs, page.bytes, before, address);
    }
    return runs;
  }

  #restore(): void {
    for (const { page, image, address } of this.#pages) {
      if (page.isDirty) {
        page.bytes.set(image);
        page.forgetCode();
        page.isDirty = false;
        continue;
      }
      for (const run of this.#pokes) {
        if (!overlay(page.bytes, address, run, image)) continue;
        page.code?.forget(0, pageBytes);
      }
    }
  }
}

/** Puts the part of a run that is in a page there: the run's bytes, or those of the page's own image. */
const overlay = (into: Uint8Array, start: number, { address, bytes }: MemoryRun, from: Uint8Array): boolean => {
  const first = Math.max(0, address - start);
  const end = Math.min(pageBytes, address + bytes.length - start);
  if (first >= end) return false;
  const origin = from === bytes ? start - address : 0;
  into.set(from.subarray(first + origin, end + origin), first);
  return true;
};

const addChanges = (runs: MemoryRun[], after: Uint8Array, before: Uint8Array, address: number): void => {
  for (let at = 0; at < pageBytes; at++) {
    if (after[at] === before[at]) continue;
    const from = at;
    while (at < pageBytes && after[at] !== before[at]) at++;
    runs.push({ address: address + from, bytes: after.slice(from, at) });
  }
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
  const sandbox = new Sandbox(profile);
  const modes: readonly Mode[] = [16, 32, 64];
  return {
    name: 'touchstone',
    version: profile,
    modes,
    batch: 256,
    execute: (executions) => Promise.resolve(executions.map((execution) => sandbox.execute(execution))),
    close: () => Promise.resolve(),
  };
};
