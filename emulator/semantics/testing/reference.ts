/**
 * Runs one instruction over bigint: the second back end of the semantic functions, written to be obviously right and
 * held against the fast one by tests. Segments are flat; what needs descriptor tables, ports or gates is not here.
 */
import type { Instruction } from '../../isa/instruction.ts';
import { type Cpu, Flag, type InspectedSegment, type Semantic, statusFlags, Vector, type Width } from '../cpu.ts';
import { outside, ReferencePrivileged } from './reference-privileged.ts';
import type { ReferenceOutcome, ReferenceState } from './reference-state.ts';
import { unsigned } from './reference-values.ts';

export const runReference = (before: ReferenceState, instruction: Instruction, semantic: Semantic): ReferenceOutcome =>
  new Reference(before, instruction).run(semantic);

class Reference extends ReferencePrivileged implements Cpu<bigint, boolean> {
  #flags = Number(this.before.flags);
  #undefined = 0;
  #flagsChange = true;
  #target: bigint | null = null;
  #isHalted = false;
  #blocksInterrupts = false;
  readonly #selectors = [...this.before.selectors];

  run(semantic: Semantic): ReferenceOutcome {
    semantic(this);
    if (this.stop !== null) return this.stop;
    return {
      kind: 'done',
      registers: this.registers,
      flags: this.#flagsChange ? BigInt(this.#flags) : this.before.flags,
      ip: this.#target ?? this.nextInstruction(),
      selectors: this.#selectors,
      written: this.written,
      undefinedFlags: this.#flagsChange ? this.#undefined : 0,
      isHalted: this.#isHalted,
      blocksInterrupts: this.#blocksInterrupts,
    };
  }

  flag(flag: number): boolean {
    return (Number(this.before.flags) & flag) !== 0;
  }

  setFlag(flag: number, value: boolean): void {
    this.#flags = value ? this.#flags | flag : this.#flags & ~flag;
  }

  setStatus(width: Width, result: bigint, carries: bigint): void {
    this.setResultFlags(width, result);
    this.setFlag(Flag.C, this.bit(carries, width - 1));
    this.setFlag(Flag.A, this.bit(carries, 3));
    this.setFlag(Flag.O, this.bit(carries, width - 1) !== this.bit(carries, width - 2));
  }

  setResultFlags(width: Width, result: bigint): void {
    this.setFlag(Flag.S, this.sign(width, result));
    this.setFlag(Flag.Z, this.isZero(width, result));
    this.setFlag(Flag.P, this.evenParity(result));
  }

  setUndefined(flags: number): void {
    this.#undefined |= flags;
  }

  setUndefinedIf(condition: boolean, flags: number): void {
    if (condition) this.#undefined |= flags;
  }

  flagsOnlyIf(condition: boolean): void {
    this.#flagsChange = condition;
  }

  flagsImage(): bigint {
    return BigInt((Number(this.before.flags) & ~(Flag.V | Flag.R)) | 2);
  }

  loadFlags(width: Width, image: bigint): void {
    let mask = statusFlags | Flag.T | Flag.D | Flag.N;
    if (width > 16) mask |= Flag.K | Flag.E;
    if (this.privilegeLevel <= this.ioPrivilegeLevel) mask |= Flag.I;
    if (this.privilegeLevel === 0) mask |= Flag.L;
    this.setFlag(mask, false);
    this.setFlag(mask & Number(unsigned(32, image)), true);
    if (width === 16) return;
    this.setFlag(this.privilegeLevel === 0 ? Flag.R | Flag.F | Flag.G : Flag.R, false);
  }

  fault(vector: Vector, error = 0): void {
    this.end(vector, error);
  }

  faultIf(condition: boolean, vector: Vector, error = 0): void {
    if (condition) this.end(vector, error);
  }

  branchTarget(_k: number): bigint {
    return unsigned(this.operandSize, this.nextInstruction() + BigInt(this.instruction.immediate));
  }

  jump(target: bigint): void {
    this.#target = unsigned(this.operandSize, target);
    const isCanonical = unsigned(64, BigInt.asIntN(48, this.#target)) === this.#target;
    if (!isCanonical) this.end(Vector.GP, 0);
  }

  jumpIf(condition: boolean, target: bigint): void {
    if (condition) this.jump(target);
  }

  get mode(): 16 | 32 | 64 {
    return this.before.mode;
  }

  readonly isReal = false;
  readonly isVirtual8086 = false;
  readonly isLongMode = this.before.mode === 64;

  get privilegeLevel(): number {
    return this.before.privilegeLevel;
  }

  get ioPrivilegeLevel(): number {
    return (Number(this.before.flags) >> 12) & 3;
  }

  get profile(): 'intel' | 'amd-zen3' {
    return this.before.profile;
  }

  readonly userModeInstructionPrevention = true;

  requirePrivilege(): void {
    if (this.privilegeLevel !== 0) this.end(Vector.GP, 0);
  }

  requireIoPrivilege(): void {
    if (this.privilegeLevel > this.ioPrivilegeLevel) this.end(Vector.GP, 0);
  }

  requirePortAccess(_port: bigint, _bits: Width): void {
    this.requireIoPrivilege();
  }

  selector(segment: number): bigint {
    return BigInt(this.before.selectors[segment]);
  }

  /** Every selector is good. */
  loadSegment(segment: number, selector: bigint, blocksInterrupts: boolean): void {
    this.#selectors[segment] = Number(unsigned(16, selector));
    this.#blocksInterrupts = blocksInterrupts;
  }

  halt(): void {
    this.#isHalted = true;
  }

  unsupported(): void {
    this.stop ??= { kind: 'unsupported' };
  }

  farJump(_selector: bigint, _offset: bigint): void {
    outside('far transfers');
  }

  farCall(_selector: bigint, _offset: bigint): void {
    outside('far transfers');
  }

  farReturn(_release: number): void {
    outside('far transfers');
  }

  interruptReturn(): void {
    outside('far transfers');
  }

  softwareInterruptIf(_condition: boolean, _vector: number): void {
    outside('interrupts');
  }

  systemCall(_kind: 'syscall' | 'sysenter'): void {
    outside('system calls');
  }

  inspectSegment(_selector: bigint): InspectedSegment<bigint, boolean> {
    return outside('descriptor tables');
  }

  segmentBase(segment: number): bigint {
    return this.before.bases[segment];
  }

  setSegmentBase(_segment: number, _base: bigint): void {
    outside('changes of segment bases');
  }

  readPort(_port: bigint, _bits: Width): bigint {
    return outside('ports');
  }

  writePort(_port: bigint, _bits: Width, _value: bigint): void {
    outside('ports');
  }

  identify(): void {
    outside('CPUID');
  }

  timeStamp(): bigint {
    return outside('clock');
  }

  random(): never {
    return outside('random numbers');
  }

  processorId(): bigint {
    return outside('processor id');
  }
}
