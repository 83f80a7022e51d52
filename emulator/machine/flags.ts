/**
 * RFLAGS. The six status flags of the last arithmetic instruction are kept as its result and carries, and worked out
 * when they are asked for: most are overwritten before anybody reads them.
 */
import { type Bit, bitAt, evenParity, isZero } from '../bits/compare.ts';
import { type Width, Word } from '../bits/word.ts';
import { Flag, statusFlags } from '../isa/rflags.ts';

/** Bits of RFLAGS that exist; bit 1 is always 1, others always 0 (SDM 1 3.4.3). */
const existing = 0x3f_7fd5;

export class FlagsRegister {
  /** Flags as bits, but for the deferred ones. */
  #value = 2;
  /** Flags that follow from the result and the carries below. */
  #deferred = 0;
  #width: Width = 32;
  readonly #result = new Word();
  readonly #carries = new Word();

  /** All flags as their Flag. */
  get value(): number {
    if (this.#deferred !== 0) this.#settle(this.#deferred);
    return this.#value;
  }

  set value(value: number) {
    this.#value = (value & existing) | 2;
    this.#deferred = 0;
  }

  /** One flag, by its bit. */
  is(flag: number): Bit {
    return (this.#deferred & flag) === 0 ? ((this.#value & flag) === 0 ? 0 : 1) : this.#derive(flag);
  }

  /** Are all flags of `mask`, none of the six, 0? */
  areClear(mask: number): boolean {
    return (this.#value & mask) === 0;
  }

  /** Flags of `mask` as in `values`. */
  set(mask: number, values: number): void {
    this.#deferred &= ~mask;
    this.#value = (this.#value & ~mask) | (values & mask);
  }

  /** All six follow from a result and its carries from now on. */
  deferAll(width: Width, result: Word, carries: Word): void {
    this.#deferred = statusFlags;
    this.#width = width;
    this.#result.lo = result.lo;
    this.#result.hi = result.hi;
    this.#carries.lo = carries.lo;
    this.#carries.hi = carries.hi;
  }

  /** The flags of `mask`, of the six, follow from a result and its carries. `also` a `set` right after this replaces. */
  defer(mask: number, also: number, width: Width, result: Word, carries: Word): void {
    const left = this.#deferred & ~(mask | also);
    if (left !== 0) this.#settle(left);
    this.deferAll(width, result, carries);
    this.#deferred = mask;
  }

  /** Works deferred flags out. */
  #settle(mask: number): void {
    let value = this.#value & ~mask;
    const rest = this.#deferred & mask;
    if ((rest & Flag.C) !== 0 && this.#derive(Flag.C) === 1) value |= Flag.C;
    if ((rest & ~Flag.C) !== 0) value |= this.#deriveAll() & rest;
    this.#value = value;
    this.#deferred &= ~mask;
  }

  #deriveAll(): number {
    return (
      (this.#derive(Flag.P) === 1 ? Flag.P : 0) |
      (this.#derive(Flag.A) === 1 ? Flag.A : 0) |
      (this.#derive(Flag.Z) === 1 ? Flag.Z : 0) |
      (this.#derive(Flag.S) === 1 ? Flag.S : 0) |
      (this.#derive(Flag.O) === 1 ? Flag.O : 0)
    );
  }

  #derive(flag: number): Bit {
    const width = this.#width;
    switch (flag) {
      case Flag.C:
        return bitAt(this.#carries, width - 1);
      case Flag.P:
        return evenParity(this.#result);
      case Flag.A:
        return bitAt(this.#carries, 3);
      case Flag.Z:
        return isZero(width, this.#result);
      case Flag.S:
        return bitAt(this.#result, width - 1);
      default:
        return bitAt(this.#carries, width - 1) === bitAt(this.#carries, width - 2) ? 0 : 1;
    }
  }
}
