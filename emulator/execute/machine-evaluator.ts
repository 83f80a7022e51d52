/** The evaluator with all that concerns the machine as a whole: privilege, segments, interrupts, identification. */
import type { Bit } from '../bits/compare.ts';
import { copy, setBigInt, toBigInt, type Word } from '../bits/word.ts';
import type { Identification } from '../machine/identification.ts';
import type { MachineState } from '../machine/state.ts';
import { Cr0, Cr4, ModelSpecific } from '../machine/state.ts';
import { type Cpu, Flag, type SoftwareInterrupt, type System, Vector } from '../semantics/cpu.ts';
import { Fetch } from './fetch.ts';
import { Operation } from './operation.ts';
import type { SystemOwner } from './owners.ts';
import { deliverEvent } from './segments/interrupt.ts';
import { StopKind } from './stop.ts';
import { VectorEvaluator } from './vectors/vector-evaluator.ts';

/** One access to memory of an instruction that has ended. */
export interface Access {
  readonly kind: 'read' | 'write';
  /** Linear. */
  readonly address: bigint;
  readonly sizeBytes: number;
  readonly value: bigint;
}

export type Profile = 'intel' | 'amd-zen3';

/** What a machine's owner decides. */
export interface Environment {
  readonly profile: Profile;
  /** Exceptions enter their handlers; undefined: in real mode only. */
  readonly delivers: boolean | undefined;
  identify(leaf: number, subleaf: number): Identification;
  timeStamp(): bigint;
  /** 64 bits for RDRAND or RDSEED, modulo 2^64; null where there are none now. */
  random(): bigint | null;
  /** Without one, what reads or changes the system is not supported. */
  readonly owner?: SystemOwner | undefined;
  /** Are x87, MMX and SSE registers part of the state? Default: no. */
  readonly hasVectors?: boolean;
}

const CS = 1;
/** DR6.BS (SDM 3B 18.2.3). */
const singleStep = 1 << 14;

const segmentNames: readonly string[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];

export class MachineEvaluator extends VectorEvaluator implements System<Word, Bit> {
  protected readonly cpu: Cpu<Word, Bit> = this;
  readonly fetch: Fetch;
  readonly #environment: Environment;
  mode: 16 | 32 | 64 = 64;
  isReal = false;
  isVirtual8086 = false;

  constructor(state: MachineState, environment: Environment) {
    super(state);
    this.#environment = environment;
    if (environment.owner !== undefined) this.follow(environment.owner);
    this.hasVectors = environment.hasVectors === true;
    this.fetch = new Fetch(state, this.stop, environment.profile === 'intel' ? 'intel' : 'amd');
    this.refresh();
  }

  /** Follows what has changed in CR0, EFER, RFLAGS.VM and CS: mode and privilege. */
  refresh(): void {
    const { state } = this;
    const cs = state.segments[CS];
    const isProtected = (state.control[0].lo & Cr0.PE) !== 0;
    this.isVirtual8086 = isProtected && !state.isLongMode && state.flags.is(Flag.V) === 1;
    this.isReal = !isProtected || this.isVirtual8086;
    this.mode = state.isLongMode && cs.isLong ? 64 : cs.isBig ? 32 : 16;
    this.followSegments(this.mode === 64);
    // Code that has just left real mode, whose CS can be written, stays at CPL 0 (SDM 3A 9.9.1).
    const isInner = !isProtected || cs.isWritable;
    this.cpl = this.isVirtual8086 ? 3 : isInner ? 0 : cs.selector & 3;
    this.linear.isUser = this.cpl === 3;
    this.linear.isPaged = (state.control[0].lo & Cr0.PG) !== 0;
    this.fetch.follow(this.mode, this.linear.isUser, this.linear.isPaged);
  }

  get profile(): Profile {
    return this.#environment.profile;
  }

  get delivers(): boolean {
    return this.#environment.delivers ?? (this.isReal && !this.isVirtual8086);
  }

  /** The gates that systems open to programs: those of INT3 and INTO. */
  isGateOpen(vector: number): boolean {
    return this.cpl === 0 || vector === Vector.BP || vector === Vector.OF;
  }

  get isLongMode(): boolean {
    return this.state.isLongMode;
  }

  get privilegeLevel(): number {
    return this.cpl;
  }

  get ioPrivilegeLevel(): number {
    return (this.state.flags.value >> 12) & 3;
  }

  get userModeInstructionPrevention(): boolean {
    return (this.state.control[4].lo & Cr4.UMIP) !== 0;
  }

  override requirePrivilege(): void {
    if (this.cpl !== 0) this.stop.fault(Vector.GP, 0);
  }

  requireIoPrivilege(): void {
    if (this.cpl > this.ioPrivilegeLevel) this.stop.fault(Vector.GP, 0);
  }

  selector(segment: number): Word {
    return this.number(this.state.segments[segment].selector);
  }

  halt(): void {
    this.stop.set(StopKind.halt);
  }

  unsupported(): void {
    this.stop.set(StopKind.unsupported);
  }

  identify(): void {
    const answers = this.#environment.identify(this.registers[0].lo >>> 0, this.registers[1].lo >>> 0);
    const [eax, ebx, ecx, edx] = answers;
    this.setGeneral(32, 0, this.number(eax));
    this.setGeneral(32, 3, this.number(ebx));
    this.setGeneral(32, 1, this.number(ecx));
    this.setGeneral(32, 2, this.number(edx));
  }

  timeStamp(): Word {
    const into = this.take();
    setBigInt(this.#environment.timeStamp(), into);
    return into;
  }

  random(): { readonly value: Word; readonly isThere: Bit } {
    const number = this.#environment.random();
    const value = this.take();
    setBigInt(number ?? 0n, value);
    return { value, isThere: this.always(number !== null) };
  }

  processorId(): Word {
    return this.duplicate(this.state.modelSpecificOf(ModelSpecific.tscAux));
  }

  /** SYSCALL is traced by TF as it leaves it (SDM 2B SYSCALL; APM 2 13.1.4). */
  override systemCall(kind: 'syscall' | 'sysenter'): void {
    super.systemCall(kind);
    this.#tracesAfter = kind === 'syscall';
  }

  /** A handler that is entered runs untraced: INT n clears TF (SDM 2A INT). */
  override softwareInterruptIf(condition: Bit, vector: number, kind: SoftwareInterrupt): void {
    super.softwareInterruptIf(condition, vector, kind);
    if (condition === 1) this.isTraced = false;
  }

  /** Follows a register that the owner has set by its name: in real mode a selector is its base. */
  settle(name: string): void {
    const segment = segmentNames.indexOf(name);
    if (segment !== -1 && this.isReal) {
      const register = this.state.segments[segment];
      register.baseLo = register.selector << 4;
      register.baseHi = 0;
    }
    this.refresh();
  }

  readonly #reads: Access[] = [];

  /** Records accesses from now on, or no more. */
  watch(isWatched: boolean): void {
    this.isWatched = isWatched;
  }

  protected override observeLoad(low: number, high: number, bytes: number, value: Word): void {
    this.#reads.push(accessOf('read', low, high, bytes, toBigInt(64, value)));
  }

  /** The accesses of the last instruction, loads first. */
  accesses(): readonly Access[] {
    const writes: Access[] = [];
    for (let k = 0; k < this.linear.storeCount; k++) {
      const { low, high, bytes, valueLow, valueHigh } = this.linear.stores[k];
      const value = toBigInt(64, this.pair(valueLow, valueHigh));
      writes.push(accessOf('write', low, high, bytes, BigInt.asUintN(8 * bytes, value)));
    }
    return [...this.#reads, ...writes];
  }

  /** TF was set when the instruction began: #DB comes after it (SDM 3B 18.3.1.4). */
  protected isTraced = false;
  #tracesAfter = false;

  /** Executes the instruction at CS:rIP: a StopKind. */
  step(iterations: number): number {
    this.stop.clear();
    this.isTraced = this.state.flags.is(Flag.T) === 1;
    this.#tracesAfter = false;
    const operation = this.fetch.next();
    if (operation === null) return this.conclude(this.stop.kind);
    if (this.isIntercepting && !this.mayBegin(operation)) {
      this.stop.set(StopKind.intercepted);
      return StopKind.intercepted;
    }
    if (operation.needsProtected && this.isReal) {
      this.stop.fault(Vector.UD, 0);
      return this.conclude(StopKind.fault);
    }
    const kind = this.run(operation, iterations);
    return kind === StopKind.none && !this.#isUnusual() ? kind : this.conclude(kind);
  }

  override resume(answer: Word, isRefused: boolean): number {
    return this.conclude(super.resume(answer, isRefused));
  }

  /** Is there more to an instruction that has ended than that it has? What it holds or traces afterwards is noted. */
  #isUnusual(): boolean {
    const { state } = this;
    return (
      this.isTraced ||
      this.stop.isNoted === 1 ||
      this.isUnfinished ||
      state.interruptShadow ||
      state.isEnablingInterrupts ||
      state.flags.is(Flag.R) === 1
    );
  }

  protected override conclude(kind: number): number {
    if (kind < StopKind.fault) {
      this.state.interruptShadow = this.blocksInterrupts;
      this.state.isEnablingInterrupts = this.enablesInterrupts;
      if (this.#tracesAfter) this.isTraced = this.state.flags.is(Flag.T) === 1;
      this.#tracesAfter = false;
      // RF lasts for one instruction (SDM 3B 18.3.1.1), but for IRET, which sets it for the next.
      if ((this.changedControls & Flag.R) === 0) this.state.flags.set(Flag.R, this.isUnfinished ? Flag.R : 0);
      if (kind === StopKind.none && this.isTraced && !this.blocksInterrupts) this.#trace();
    }
    if (kind === StopKind.need && this.isUnfinished) this.state.flags.set(Flag.R, Flag.R);
    const { kind: final } = this.stop;
    const isException = final === StopKind.fault || final === StopKind.trap;
    return isException && this.delivers ? this.#deliverStop(final) : final;
  }

  #trace(): void {
    this.isTraced = false;
    this.state.debug[6].lo |= singleStep;
    this.trap(Vector.DB);
  }

  readonly #delivery = new Operation(this.state);

  /** Enters the handler of the exception that the stop tells. */
  #deliverStop(kind: number): number {
    const { vector, error } = this.stop;
    if (vector === Vector.PF) copy(this.stop.address, this.state.control[2]);
    return this.deliver(vector, hasErrorCode(vector) ? error : null, kind === StopKind.fault);
  }

  /** Enters the handler of an exception or interrupt. What faults on the way is the result: a StopKind. */
  deliver(vector: number, error: number | null, resumes: boolean): number {
    const delivery = this.#delivery;
    delivery.operandSize = 16;
    delivery.semantic = () => {
      const returnOffset = this.nextInstruction();
      deliverEvent(this, { vector, error, returnOffset, isSoftware: false, external: 1, resumes });
    };
    return this.run(delivery, 1);
  }

  protected override beginSystem(): void {
    super.beginSystem();
    if (this.isWatched) this.#reads.length = 0;
  }
}

/** Vectors that push an error code (SDM 3A table 6-1). */
export const hasErrorCode = (vector: number): boolean =>
  vector === Vector.DF || (vector >= Vector.TS && vector <= Vector.PF) || vector === Vector.AC;

const accessOf = (kind: 'read' | 'write', low: number, high: number, sizeBytes: number, value: bigint): Access => ({
  kind,
  address: (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0),
  sizeBytes,
  value,
});
