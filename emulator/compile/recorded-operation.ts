/** One operation as JavaScript: flags and the flow of control; what needs the machine as a whole is refused. */
import type { Operation } from '../execute/operation.ts';
import type { Surroundings } from '../execute/tier.ts';
import { type Cpu, Flag, statusFlags, type Vector, type Width } from '../semantics/cpu.ts';
import { RecordedPrivileged } from './recorded-privileged.ts';
import { type Part, refuse, type Source, type Term, type Truth, termOf, text } from './term.ts';

/** Where an operation goes on that does not simply end. */
export interface Transfer {
  readonly condition: Truth;
  readonly target: Term;
}

/**
 * What the status flags follow from, as FlagSource has it: S is the sign of `fs`, Z that `fz` is 0, P the parity of
 * `fl`, C and O come of the two top bits of `fc`, A is bit 3 of `fa`. All six always follow from these variables.
 */
type FlagVariable = 'fs' | 'fz' | 'fl' | 'fc' | 'fa';

export class RecordedOperation extends RecordedPrivileged implements Cpu<Term, Truth> {
  transfer: Transfer | null = null;
  readonly #flags = new Map<FlagVariable, Part>();
  #carry: Truth | null = null;
  #overflow: Truth | null = null;
  #undefined = 0;
  readonly #undefinedIf: { readonly condition: string; readonly flags: number }[] = [];
  #flagsLive: Truth = true;

  constructor(source: Source, around: Surroundings, operation: Operation, leave: string) {
    super(source, around, operation, leave);
    operation.semantic(this);
  }

  flag(flag: number): Truth {
    const { source } = this;
    switch (flag) {
      case Flag.S:
        return source.name('fs < 0');
      case Flag.Z:
        return source.name('fz === 0');
      case Flag.P:
        return source.name('((38505 >>> ((fl ^ (fl >>> 4)) & 15)) & 1) !== 0');
      case Flag.A:
        return source.name('(fa & 8) !== 0');
      case Flag.C:
        return source.name('fc < 0');
      case Flag.O:
        return source.name('(fc ^ (fc << 1)) < 0');
      default:
        return source.name(`(fb & ${flag}) !== 0`);
    }
  }

  setFlag(flags: number, value: Truth): void {
    if ((flags & ~statusFlags) !== 0) refuse('a flag of control');
    if ((flags & Flag.S) !== 0) this.#flags.set('fs', this.chosenPart(value, -1, 0));
    if ((flags & Flag.Z) !== 0) this.#flags.set('fz', this.chosenPart(value, 0, 1));
    if ((flags & Flag.P) !== 0) this.#flags.set('fl', this.chosenPart(value, 0, 1));
    if ((flags & Flag.A) !== 0) this.#flags.set('fa', this.chosenPart(value, 8, 0));
    if ((flags & Flag.C) !== 0) this.#carry = value;
    if ((flags & Flag.O) !== 0) this.#overflow = value;
  }

  private chosenPart(condition: Truth, whenTrue: number, whenFalse: number): Part {
    if (typeof condition === 'boolean') return condition ? whenTrue : whenFalse;
    return this.source.name(`${condition} ? ${whenTrue} : ${whenFalse}`);
  }

  setStatus(width: Width, result: Term, carries: Term): void {
    this.setResultFlags(width, result);
    this.#flags.set('fa', carries.lo);
    this.#flags.set('fc', this.top(width, carries));
    this.#carry = null;
    this.#overflow = null;
  }

  setResultFlags(width: Width, result: Term): void {
    const top = this.top(width, result);
    this.#flags.set('fs', top);
    this.#flags.set('fz', width === 64 ? this.or(termOf(result.lo), termOf(result.hi)).lo : top);
    this.#flags.set('fl', result.lo);
  }

  /** The value's top bits as those of 32. */
  private top(width: Width, { lo, hi }: Term): Part {
    if (width === 64) return hi;
    return width === 32 ? lo : this.shiftLeft(32, termOf(lo), termOf(32 - width)).lo;
  }

  setUndefined(flags: number): void {
    this.#undefined |= flags;
  }

  setUndefinedIf(condition: Truth, flags: number): void {
    if (typeof condition === 'string') this.#undefinedIf.push({ condition, flags });
    else if (condition) this.#undefined |= flags;
  }

  flagsOnlyIf(condition: Truth): void {
    this.#flagsLive = condition;
  }

  flagsImage(): Term {
    return refuse('an image of the flags');
  }
  loadFlags(): void {
    refuse('an image of the flags');
  }

  /** Flags which it leaves undefined, as an expression. Where no flag changes, none is undefined. */
  get undefinedFlags(): string {
    if (this.#flagsLive === false) return '0';
    const parts = [
      String(this.#undefined),
      ...this.#undefinedIf.map(({ condition, flags }) => `(${condition} ? ${flags} : 0)`),
    ];
    const all = parts.join(' | ');
    return this.#flagsLive === true ? all : `${this.#flagsLive} ? ${all} : 0`;
  }

  /** Everything that was held back happens. */
  override commit(): void {
    this.commitFlags();
    super.commit();
  }

  private commitFlags(): void {
    if (this.#flagsLive === false) return;
    this.joinCarries();
    for (const [name, part] of this.#flags) {
      const value = this.#flagsLive === true ? part : `${this.#flagsLive} ? ${part} : ${name}`;
      this.source.line(`${name} = ${value};`);
    }
  }

  /** C and O that were set one by one become the top bits of `fc`. */
  private joinCarries(): void {
    if (this.#carry === null && this.#overflow === null) return;
    if (this.#flags.has('fc')) refuse('C and O from two sources');
    const carry = this.#carry ?? this.flag(Flag.C);
    const overflow = this.#overflow ?? this.flag(Flag.O);
    const below = this.differ(carry, overflow);
    const bits = this.or(termOf(this.chosenPart(carry, -(2 ** 31), 0)), termOf(this.chosenPart(below, 2 ** 30, 0)));
    this.#flags.set('fc', bits.lo);
  }

  fault(_vector: Vector): void {
    refuse('a fault');
  }

  faultIf(condition: Truth): void {
    if (condition === true) refuse('a fault');
    if (condition !== false) this.source.line(`if (${condition}) ${this.leave}`);
  }

  nextInstruction(): Term {
    return this.next;
  }

  branchTarget(): Term {
    const { low, high, reachLo, reachHi, operandSize } = this.operation;
    const target = this.add(64, termOf(low, high), termOf(reachLo, reachHi));
    return operandSize === 64 ? target : this.zeroExtend(operandSize, termOf(target.lo));
  }

  jump(target: Term): void {
    this.jumpIf(true, target);
  }

  jumpIf(condition: Truth, { lo, hi }: Term): void {
    if (condition === false) return;
    const { operandSize } = this;
    const target = operandSize === 64 ? termOf(lo, hi) : this.zeroExtend(operandSize, termOf(lo));
    const isOutside = `((${text(target.hi)} >> 15) + 1) >>> 0 > 1`;
    if (typeof target.hi === 'number') {
      if (((target.hi >> 15) + 1) >>> 0 > 1) refuse('a jump to nowhere');
    } else {
      this.source.line(`if (${isOutside}) ${this.leave}`);
    }
    this.transfer = { condition, target };
  }

  get mode(): 16 | 32 | 64 {
    return this.around.mode;
  }
  get profile(): 'intel' | 'amd-zen3' {
    return this.around.profile;
  }
  get isLongMode(): boolean {
    return this.around.isLongMode;
  }
  get privilegeLevel(): number {
    return this.around.privilegeLevel;
  }
  readonly isReal = false;
  readonly isVirtual8086 = false;
  get ioPrivilegeLevel(): number {
    return refuse('IOPL');
  }
  get userModeInstructionPrevention(): boolean {
    return refuse('UMIP');
  }
  requirePrivilege(): void {
    refuse('privilege');
  }
  requireIoPrivilege(): void {
    refuse('privilege');
  }
  requirePortAccess(): void {
    refuse('a port');
  }
  selector(): Term {
    return refuse('a segment');
  }
  loadSegment(): void {
    refuse('a segment');
  }
  farJump(): void {
    refuse('a far transfer');
  }
  farCall(): void {
    refuse('a far transfer');
  }
  farReturn(): void {
    refuse('a far transfer');
  }
  interruptReturn(): void {
    refuse('a far transfer');
  }
  softwareInterruptIf(): void {
    refuse('an interrupt');
  }
  systemCall(): void {
    refuse('a system call');
  }
  inspectSegment(): never {
    return refuse('a segment');
  }
  segmentBase(): Term {
    return refuse('a segment');
  }
  setSegmentBase(): void {
    refuse('a segment');
  }
  readPort(): Term {
    return refuse('a port');
  }
  writePort(): void {
    refuse('a port');
  }
  halt(): void {
    refuse('HLT');
  }
  identify(): void {
    refuse('CPUID');
  }
  timeStamp(): Term {
    return refuse('a clock');
  }
  random(): never {
    return refuse('random numbers');
  }
  processorId(): Term {
    return refuse('a processor');
  }
  unsupported(): void {
    refuse('what is not emulated');
  }
}
