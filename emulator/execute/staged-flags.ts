/** RFLAGS as the instruction that runs leaves them, held back until it ends. */
import type { Bit } from '../bits/compare.ts';
import type { Width, Word } from '../bits/word.ts';
import { FlagSource, type FlagsRegister } from '../machine/flags.ts';
import type { MachineState } from '../machine/state.ts';
import { Flag, type Flags, statusFlags } from '../semantics/cpu.ts';
import { OperandAccess } from './operand-access.ts';

const resultFlags = Flag.S | Flag.Z | Flag.P;
const status = statusFlags;

export class StagedFlags extends OperandAccess implements Flags<Word, Bit> {
  protected readonly flags: FlagsRegister;
  /** Flags that follow from a result and its carries. */
  private derivedMask = 0;
  private readonly flagSource = new FlagSource();
  /** Flags set one by one, after those. */
  private setMask = 0;
  private setValues = 0;
  private undefinedMask = 0;
  private isLive: Bit = 1;
  /** Control flags that are set. */
  private changedControlMask = 0;

  constructor(state: MachineState) {
    super(state);
    this.flags = state.flags;
  }

  protected beginFlags(): void {
    this.derivedMask = 0;
    this.setMask = 0;
    this.undefinedMask = 0;
    this.isLive = 1;
    this.changedControlMask = 0;
  }

  /** Between instructions that end, a `commitFlags` leaves nothing else to begin with. */
  protected beginPlainFlags(): void {
    this.undefinedMask = 0;
  }

  /** Flags which the instruction has left undefined, as bits. */
  get undefinedFlags(): number {
    return this.undefinedMask;
  }

  /** Instructions that this evaluator has not run were the last. */
  protected noteUndefined(flags: number): void {
    this.undefinedMask = flags;
  }

  /** Flags of control which the instruction has set, as bits. */
  protected get changedControls(): number {
    return this.changedControlMask;
  }

  flag(flag: number): Bit {
    return this.flags.is(flag);
  }

  setFlag(flag: number, value: Bit): void {
    this.setMask |= flag;
    this.setValues = value === 1 ? this.setValues | flag : this.setValues & ~flag;
  }

  setStatus(width: Width, result: Word, carries: Word): void {
    this.derivedMask = status;
    this.setMask &= ~status;
    this.followResult(width, result, carries);
  }

  private followResult(width: Width, result: Word, carries: Word): void {
    const source = this.flagSource;
    source.low = result.lo;
    source.lowCarries = carries.lo;
    if (width === 64) {
      source.sign = result.hi;
      source.nonzero = result.lo | result.hi;
      source.carries = carries.hi;
    } else {
      const top = result.lo << (32 - width);
      source.sign = top;
      source.nonzero = top;
      source.carries = carries.lo << (32 - width);
    }
  }

  setResultFlags(width: Width, result: Word): void {
    if (this.derivedMask !== 0) throw new Error('setResultFlags after setStatus: set the flags one by one');
    this.derivedMask = resultFlags;
    this.setMask &= ~resultFlags;
    this.followResult(width, result, result);
  }

  setUndefined(flags: number): void {
    this.undefinedMask |= flags;
  }

  setUndefinedIf(condition: Bit, flags: number): void {
    if (condition === 1) this.undefinedMask |= flags;
  }

  flagsOnlyIf(condition: Bit): void {
    this.isLive = condition;
  }

  flagsImage(): Word {
    return this.number((this.flags.value & ~(Flag.V | Flag.R)) | 2);
  }

  /** POPF (SDM 2B): what may change follows from CPL, IOPL and the width; VM stays, RF becomes 0. */
  loadFlags(width: Width, image: Word): void {
    const old = this.flags.value;
    const iopl = (old >> 12) & 3;
    let mask = statusFlags | Flag.T | Flag.D | Flag.N;
    if (width !== 16) mask |= Flag.K | Flag.E;
    if (this.cpl <= iopl) mask |= Flag.I;
    if (this.cpl === 0) mask |= Flag.L;
    this.replaceFlags(mask, image.lo);
    if (width !== 16) this.replaceFlags(this.cpl === 0 ? Flag.R | Flag.F | Flag.G : Flag.R, 0);
  }

  /** All of RFLAGS, for returns from interrupts. */
  protected replaceFlags(mask: number, image: number): void {
    this.stop.isNoted = 1;
    this.changedControlMask |= mask;
    this.setMask |= mask;
    this.setValues = (this.setValues & ~mask) | (image & mask);
  }

  protected commitFlags(): void {
    const derived = this.derivedMask;
    const mask = this.setMask;
    if ((derived | mask) === 0) return;
    if (this.isLive === 0) {
      this.beginFlags();
      return;
    }
    if (derived === status) this.flags.deferAll(this.flagSource);
    else if (derived !== 0) this.flags.defer(derived, mask, this.flagSource);
    this.derivedMask = 0;
    if (mask === 0) return;
    this.flags.set(mask, this.setValues);
    this.setMask = 0;
  }
}
