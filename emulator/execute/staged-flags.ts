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
  #derived = 0;
  readonly #source = new FlagSource();
  /** Flags set one by one, after those. */
  #mask = 0;
  #values = 0;
  #undefined = 0;
  #isLive: Bit = 1;

  constructor(state: MachineState) {
    super(state);
    this.flags = state.flags;
  }

  /** Has the instruction changed more than what plain ones change? Then what holds for all of them is to be looked at anew. */
  protected isEventful: Bit = 0;

  protected beginFlags(): void {
    this.#derived = 0;
    this.#mask = 0;
    this.#undefined = 0;
    this.#isLive = 1;
  }

  /** Flags which the instruction has left undefined, as bits. */
  get undefinedFlags(): number {
    return this.#isLive === 1 ? this.#undefined : 0;
  }

  /** Flags which the instruction has set, as bits. */
  get changedFlags(): number {
    return this.#isLive === 1 ? this.#derived | this.#mask : 0;
  }

  flag(flag: number): Bit {
    return this.flags.is(flag);
  }

  setFlag(flag: number, value: Bit): void {
    this.#mask |= flag;
    this.#values = value === 1 ? this.#values | flag : this.#values & ~flag;
  }

  setStatus(width: Width, result: Word, carries: Word): void {
    this.#derived = status;
    this.#mask &= ~status;
    this.#follow(width, result, carries);
  }

  #follow(width: Width, result: Word, carries: Word): void {
    const source = this.#source;
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
    if (this.#derived !== 0) throw new Error('setResultFlags after setStatus: set the flags one by one');
    this.#derived = resultFlags;
    this.#mask &= ~resultFlags;
    this.#follow(width, result, result);
  }

  setUndefined(flags: number): void {
    this.#undefined |= flags;
  }

  setUndefinedIf(condition: Bit, flags: number): void {
    if (condition === 1) this.#undefined |= flags;
  }

  flagsOnlyIf(condition: Bit): void {
    this.#isLive = condition;
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
    this.isEventful = 1;
    this.#mask |= mask;
    this.#values = (this.#values & ~mask) | (image.lo & mask);
    if (width === 16) return;
    this.#mask |= Flag.R;
    this.#values &= ~Flag.R;
    if (this.cpl !== 0) return;
    this.#mask |= Flag.F | Flag.G;
    this.#values &= ~(Flag.F | Flag.G);
  }

  /** All of RFLAGS, for returns from interrupts. */
  protected replaceFlags(mask: number, image: number): void {
    this.isEventful = 1;
    this.#mask |= mask;
    this.#values = (this.#values & ~mask) | (image & mask);
  }

  protected commitFlags(): void {
    if (this.#isLive === 0) return;
    const mask = this.#mask;
    if (this.#derived === status) this.flags.deferAll(this.#source);
    else if (this.#derived !== 0) this.flags.defer(this.#derived, mask, this.#source);
    if (mask !== 0) this.flags.set(mask, this.#values);
  }
}
