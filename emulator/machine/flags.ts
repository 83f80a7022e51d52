/**
 * RFLAGS. The six status flags of the last arithmetic instruction are kept as parts of its result and carries, and worked
 * out when they are asked for: most are overwritten before anybody reads them.
 */
import type { Bit } from '../bits/compare.ts';
import { Flag, statusFlags } from '../isa/rflags.ts';

/** Bits of RFLAGS that exist; bit 1 is always 1, others always 0 (SDM 1 3.4.3). */
const existing = 0x3f_7fd5;

const { C, P, A, Z, S, O } = Flag;
const status = statusFlags;

/** What the six flags follow from, in numbers of 32 bits. */
export class FlagSource {
  /** Bit 31 is the result's sign. */
  sign = 0;
  /** 0 where the result is 0. */
  nonzero = 0;
  /** Bits 7:0 are the result's. */
  low = 0;
  /** Bits 31 and 30 are the carries out of the top bit and the one below it. */
  carries = 0;
  /** Bit 3 is the carry out of bit 3. */
  lowCarries = 0;
}

export class FlagsRegister {
  /** Flags as bits, but for the deferred ones. */
  private bits = 2;
  /** Flags that follow from what is below. */
  private deferred = 0;
  private sign = 0;
  private nonzero = 0;
  private low = 0;
  private carries = 0;
  private lowCarries = 0;

  /** All flags as their Flag. */
  get value(): number {
    if (this.deferred !== 0) this.settle(this.deferred);
    return this.bits;
  }

  set value(value: number) {
    this.bits = (value & existing) | 2;
    this.deferred = 0;
  }

  /** One flag, by its bit. */
  is(flag: number): Bit {
    return (this.deferred & flag) === 0 ? ((this.bits & flag) === 0 ? 0 : 1) : this.derive(flag);
  }

  /** Are all flags of `mask`, none of the six, 0? */
  areClear(mask: number): boolean {
    return (this.bits & mask) === 0;
  }

  /** Flags of `mask` as in `values`. */
  set(mask: number, values: number): void {
    this.deferred &= ~mask;
    this.bits = (this.bits & ~mask) | (values & mask);
  }

  /** All six follow from `source` as it is now. */
  deferAll(source: FlagSource): void {
    this.deferred = status;
    this.sign = source.sign;
    this.nonzero = source.nonzero;
    this.low = source.low;
    this.carries = source.carries;
    this.lowCarries = source.lowCarries;
  }

  /** The flags of `mask`, of the six, follow from `source`. `also` are those that a `set` right after this replaces. */
  defer(mask: number, also: number, source: FlagSource): void {
    const left = this.deferred & ~(mask | also);
    if (left !== 0) this.settle(left);
    this.deferAll(source);
    this.deferred = mask;
  }

  /** Works deferred flags out. */
  private settle(mask: number): void {
    const values = mask === C ? this.carries >>> 31 : this.deriveAll();
    this.bits = (this.bits & ~mask) | (values & mask);
    this.deferred &= ~mask;
  }

  private deriveAll(): number {
    return (
      (this.carries >>> 31) |
      (isEven(this.low) === 1 ? P : 0) |
      ((this.lowCarries & 8) === 0 ? 0 : A) |
      (this.nonzero === 0 ? Z : 0) |
      (this.sign < 0 ? S : 0) |
      ((this.carries ^ (this.carries << 1)) < 0 ? O : 0)
    );
  }

  private derive(flag: number): Bit {
    switch (flag) {
      case Z:
        return this.nonzero === 0 ? 1 : 0;
      case C:
        return this.carries < 0 ? 1 : 0;
      case S:
        return this.sign < 0 ? 1 : 0;
      case P:
        return isEven(this.low);
      case A:
        return (this.lowCarries & 8) === 0 ? 0 : 1;
      default:
        return (this.carries ^ (this.carries << 1)) < 0 ? 1 : 0;
    }
  }
}

/** An even number of ones in bits 7:0 (SDM 1 3.4.3.1). */
const isEven = (low: number): Bit => {
  const folded = (low ^ (low >>> 4)) & 15;
  return ((0x9669 >>> folded) & 1) === 1 ? 1 : 0;
};
