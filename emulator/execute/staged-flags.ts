/** RFLAGS as the instruction that runs leaves them, held back until it ends. */
import type { Bit } from '../bits/compare.ts';
import { type Width, Word } from '../bits/word.ts';
import { Flag, type Flags, statusFlags } from '../semantics/cpu.ts';
import { OperandAccess } from './operand-access.ts';

const resultFlags = Flag.S | Flag.Z | Flag.P;
const noCarries = new Word();

export class StagedFlags extends OperandAccess implements Flags<Word, Bit> {
  /** Flags that follow from a result and its carries. */
  #derived = 0;
  #derivedWidth: Width = 32;
  #result: Word = noCarries;
  #carries: Word = noCarries;
  /** Flags set one by one, after those. */
  #mask = 0;
  #values = 0;
  #undefined = 0;
  #isLive: Bit = 1;

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
    return this.state.flags.is(flag);
  }

  setFlag(flag: number, value: Bit): void {
    this.#mask |= flag;
    this.#values = value === 1 ? this.#values | flag : this.#values & ~flag;
  }

  setStatus(width: Width, result: Word, carries: Word): void {
    this.#derived = statusFlags;
    this.#derivedWidth = width;
    this.#result = result;
    this.#carries = carries;
    this.#mask &= ~statusFlags;
  }

  setResultFlags(width: Width, result: Word): void {
    if (this.#derived !== 0) throw new Error('setResultFlags after setStatus: set the flags one by one');
    this.#derived = resultFlags;
    this.#derivedWidth = width;
    this.#result = result;
    this.#carries = noCarries;
    this.#mask &= ~resultFlags;
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
    return this.number((this.state.flags.value & ~(Flag.V | Flag.R)) | 2);
  }

  /** POPF (SDM 2B): what may change follows from CPL, IOPL and the width; VM stays, RF becomes 0. */
  loadFlags(width: Width, image: Word): void {
    const old = this.state.flags.value;
    const iopl = (old >> 12) & 3;
    let mask = statusFlags | Flag.T | Flag.D | Flag.N;
    if (width !== 16) mask |= Flag.K | Flag.E;
    if (this.cpl <= iopl) mask |= Flag.I;
    if (this.cpl === 0) mask |= Flag.L;
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
    this.#mask |= mask;
    this.#values = (this.#values & ~mask) | (image & mask);
  }

  protected commitFlags(): void {
    if (this.#isLive === 0) return;
    const { flags } = this.state;
    const mask = this.#mask;
    if (this.#derived === statusFlags) {
      flags.deferAll(this.#derivedWidth, this.#result, this.#carries);
    } else if (this.#derived !== 0) {
      flags.defer(this.#derived, mask, this.#derivedWidth, this.#result, this.#carries);
    }
    if (mask !== 0) flags.set(mask, this.#values);
  }
}
