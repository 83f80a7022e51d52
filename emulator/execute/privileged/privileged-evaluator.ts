/** The evaluator with what instructions of systems read and write: control registers, tables, model-specific registers. */
import type { Bit } from '../../bits/compare.ts';
import { setBigInt, toBigInt, unsignedOf, type Width, type Word } from '../../bits/word.ts';
import { classOf, numberOf, RegisterClass, type RegisterId } from '../../isa/registers.ts';
import { Segment } from '../../machine/segments.ts';
import { Cr4, ModelSpecific } from '../../machine/state.ts';
import { Vector } from '../../semantics/cpu.ts';
import type { Privileged, Reached, SystemSegment, SystemTable } from '../../semantics/privileged.ts';
import { factsOf } from '../form-facts.ts';
import type { Operation } from '../operation.ts';
import { type InterceptStage, interceptStages, type SystemOwner } from '../owners.ts';
import { SegmentedEvaluator } from '../segments/segmented-evaluator.ts';
import { StopKind } from '../stop.ts';
import { debugNumber, hasControl, writeControl, writeDebug } from './control-register.ts';
import { readModelSpecific, writeModelSpecific } from './model-specific.ts';
import { isPortPermitted } from './port-permission.ts';
import type { PrivilegedMachine } from './privileged-machine.ts';
import { systemCall, systemEnter, systemExit, systemReturn } from './system-call.ts';
import { loadSystemSegment } from './system-segment.ts';

/** An evaluator that nobody owns leaves the system as it is: what would read or change it is not supported. */
const nobody: SystemOwner = {};
const placeOf: Readonly<Record<Reached, number>> = { checked: 1, read: 2 };

export abstract class PrivilegedEvaluator
  extends SegmentedEvaluator
  implements PrivilegedMachine, Privileged<Word, Bit>
{
  /** Whoever answers for what is beyond the machine. */
  owner: SystemOwner = nobody;
  /** Does the owner want to be asked about instructions? */
  protected isIntercepting = false;
  /** STI holds interrupts until the next instruction has ended; for layers above. */
  protected enablesInterrupts = false;
  /** What happens when the instruction ends. Seldom anything. */
  readonly #changes: (() => void)[] = [];
  /** Stages at which the owner has been asked whether it takes the instruction over. */
  #asked = 0;

  protected override beginSystem(): void {
    super.beginSystem();
    this.enablesInterrupts = false;
    if (this.#changes.length !== 0) this.#changes.length = 0;
  }

  protected override commitSystem(): void {
    super.commitSystem();
    if (this.#changes.length === 0) return;
    for (const change of this.#changes) change();
    this.#changes.length = 0;
    this.refresh();
  }

  get isGoingOn(): boolean {
    return this.stop.kind === StopKind.none;
  }

  atEnd(change: () => void): void {
    this.stop.isNoted = 1;
    this.#changes.push(change);
  }

  readSystem(low: number, high: number, bytes: number): number {
    const { isUser } = this.linear;
    this.linear.isUser = false;
    const { lo } = this.linear.load(low, high, bytes, false);
    this.linear.isUser = isUser;
    return bytes === 4 ? lo : lo & (2 ** (8 * bytes) - 1);
  }

  protected follow(owner: SystemOwner): void {
    this.owner = owner;
    this.isIntercepting = owner.intercept !== undefined;
    this.linear.asksLocked = owner.compareExchange !== undefined;
  }

  /** A new instruction, where the owner is intercepting: may it be executed at all? */
  protected mayBegin(operation: Operation): boolean {
    this.#asked = 0;
    return !this.#isTaken(0, operation);
  }

  reach(place: Reached): void {
    if (!this.isIntercepting || !this.isGoingOn) return;
    // An instruction that was answered runs again: what has been asked is not asked twice.
    const stage = placeOf[place];
    if (stage >= this.#asked && this.#isTaken(stage, this.operation)) this.stop.set(StopKind.intercepted);
  }

  #isTaken(stage: number, operation: Operation): boolean {
    const { intercept } = factsOf(operation.form);
    if (intercept === null) return false;
    this.#asked = stage + 1;
    const { lengthBytes, operandSize, addressSize, repeat, operands, count } = operation;
    const register = operands.slice(0, count).find(({ id }) => isSystemRegister(id))?.number ?? null;
    const sizes = { lengthBytes, operandSize, addressSize, isRepeated: repeat !== 0 };
    const name: InterceptStage = interceptStages[stage];
    return this.owner.intercept?.(name, { intercept, ...sizes, register }) === true;
  }

  #requireOwner(): void {
    if (this.owner === nobody) this.unsupported();
  }

  requireRight(right: 'time stamp' | 'counters'): void {
    const has = (bit: number): boolean => (this.state.control[4].lo & bit) !== 0;
    const isGiven = right === 'time stamp' ? !has(Cr4.TSD) : has(Cr4.PCE);
    if (!isGiven) this.requirePrivilege();
  }

  abstract requirePrivilege(): void;

  requirePortAccess(port: Word, bits: Width): void {
    if (this.isReal && !this.isVirtual8086) return;
    if (!this.isVirtual8086 && this.privilegeLevel <= this.ioPrivilegeLevel) return;
    if (!isPortPermitted(this, unsignedOf(16, port), bits >> 3)) this.stop.fault(Vector.GP, 0);
  }

  systemRegister(id: RegisterId): Word {
    this.#requireOwner();
    const number = numberOf(id);
    if (classOf(id) === RegisterClass.control) {
      if (!hasControl(number)) this.stop.fault(Vector.UD, 0);
      return this.duplicate(this.state.control[number]);
    }
    const found = debugNumber(this, number);
    return found === -1 ? this.constant(0) : this.duplicate(this.state.debug[found]);
  }

  setSystemRegister(id: RegisterId, value: Word): void {
    this.#requireOwner();
    const whole = this.is64 ? value : this.zeroExtend(32, value);
    if (classOf(id) === RegisterClass.control) {
      writeControl(this, numberOf(id), whole);
      return;
    }
    const found = debugNumber(this, numberOf(id));
    if (found !== -1) writeDebug(this, found, whole);
  }

  tableLimit(table: SystemTable): Word {
    this.#requireOwner();
    return this.number(this.#table(table).limit);
  }

  tableBase(table: SystemTable): Word {
    return this.duplicate(this.#table(table).base);
  }

  #table(table: SystemTable) {
    return table === 'gdt' ? this.state.gdtr : this.state.idtr;
  }

  setTable(table: SystemTable, limit: Word, { lo, hi }: Word): void {
    this.#requireOwner();
    const into = this.#table(table);
    const last = unsignedOf(16, limit);
    this.atEnd(() => {
      into.limit = last;
      into.base.lo = lo;
      into.base.hi = hi;
    });
  }

  systemSelector(segment: SystemSegment): Word {
    this.#requireOwner();
    return this.number((segment === 'ldt' ? this.state.ldtr : this.state.tr).selector);
  }

  loadSystemSegment(segment: SystemSegment, selector: Word): void {
    this.#requireOwner();
    loadSystemSegment(this, segment, unsignedOf(16, selector));
  }

  modelSpecific(number: Word): Word {
    this.#requireOwner();
    const into = this.pair(0, 0);
    readModelSpecific(this, unsignedOf(32, number), into);
    return into;
  }

  setModelSpecific(number: Word, value: Word): void {
    this.#requireOwner();
    writeModelSpecific(this, unsignedOf(32, number), value);
  }

  counter(number: Word): Word {
    this.#requireOwner();
    const value = this.isGoingOn ? this.owner.readCounter?.(unsignedOf(32, number)) : undefined;
    const into = this.take();
    if (value === undefined) this.stop.fault(Vector.GP, 0);
    setBigInt(value ?? 0n, into);
    return into;
  }

  /** XCR0 has x87 state always, AVX state with SSE state only, and AVX-512 state whole and with AVX state only (SDM 1 13.3). */
  setExtendedControl(number: Word, { lo, hi }: Word): void {
    this.#requireOwner();
    if ((this.state.control[4].lo & Cr4.OSXSAVE) === 0) this.stop.fault(Vector.UD, 0);
    const hasAvx512 = (lo & 0xe0) !== 0;
    const isWhole = !hasAvx512 || (lo & 0xe6) === 0xe6;
    const isAllowed = (lo & 1) === 1 && (lo & 4) <= (lo & 2) * 2 && isWhole && (lo & ~0xe7) === 0 && hi === 0;
    if (unsignedOf(32, number) !== 0 || !isAllowed) this.stop.fault(Vector.GP, 0);
    this.atEnd(() => {
      this.state.extendedControl.lo = lo;
      this.state.extendedControl.hi = hi;
    });
  }

  swapBase(): void {
    this.#requireOwner();
    const kernel = this.state.modelSpecificOf(ModelSpecific.kernelGsBase);
    const { lo, hi } = kernel;
    const segment = this.stageSegment(Segment.GS);
    const { baseLo, baseHi } = segment;
    segment.baseLo = lo;
    segment.baseHi = hi;
    this.atEnd(() => {
      kernel.lo = baseLo;
      kernel.hi = baseHi;
    });
  }

  invalidatePage(segment: number, { lo, hi }: Word): void {
    this.#requireOwner();
    const { baseLo, baseHi } = this.state.segments[segment];
    const base = this.is64 && segment < Segment.FS ? this.constant(0) : this.pair(baseLo, baseHi);
    const address = toBigInt(this.is64 ? 64 : 32, this.add(64, base, this.pair(lo, hi)));
    this.atEnd(() => this.owner.invalidatePage?.(address));
  }

  invalidateCaches(kind: 'invd' | 'wbinvd'): void {
    if (this.owner.invalidateCaches !== undefined) this.atEnd(() => this.owner.invalidateCaches?.(kind));
  }

  hypercall(): void {
    if (this.owner.hypercall === undefined) this.unsupported();
    else this.atEnd(() => this.owner.hypercall?.());
  }

  holdInterruptsIf(condition: Bit): void {
    if (condition === 0) return;
    this.stop.isNoted = 1;
    this.enablesInterrupts = true;
  }

  systemCall(kind: 'syscall' | 'sysenter'): void {
    if (this.owner.executesSystemCalls !== true) this.stop.set(StopKind.systemCall);
    else if (kind === 'syscall') systemCall(this);
    else systemEnter(this);
  }

  systemReturn(kind: 'sysret' | 'sysexit'): void {
    if (this.owner.executesSystemCalls !== true) this.unsupported();
    else if (kind === 'sysret') systemReturn(this);
    else systemExit(this);
  }
}

const isSystemRegister = (id: RegisterId): boolean => {
  const registerClass = classOf(id);
  return registerClass === RegisterClass.control || registerClass === RegisterClass.debug;
};
