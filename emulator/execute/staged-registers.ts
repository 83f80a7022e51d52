/** General registers as the instruction that runs leaves them, held back until it ends. */
import type { Word } from '../bits/word.ts';
import { Part, partOfWidth } from './register-part.ts';
import { SegmentedMemory } from './segmented-memory.ts';

/** No instruction writes more general registers. */
const mostRegisters = 32;

const rSP = 4;

/** A write to a general register, held back. */
class StagedRegister {
  number = 0;
  part: number = Part.quad;
  low = 0;
  high = 0;
}

export class StagedRegisters extends SegmentedMemory {
  protected stagedCount = 0;
  /** The first register that is written, and its value: most instructions write no other. */
  private stagedNumber = 0;
  private stagedPart: number = Part.quad;
  private stagedLow = 0;
  private stagedHigh = 0;
  private readonly stagedMore: readonly StagedRegister[] = Array.from(
    { length: mostRegisters },
    () => new StagedRegister(),
  );

  protected stage(number: number, part: number, { lo, hi }: Word): void {
    if (this.stagedCount++ !== 0) {
      this.stageMore(number, part, lo, hi);
      return;
    }
    this.stagedNumber = number;
    this.stagedPart = part;
    this.stagedLow = lo;
    this.stagedHigh = hi;
  }

  private stageMore(number: number, part: number, low: number, high: number): void {
    const staged = this.stagedMore[this.stagedCount - 2];
    staged.number = number;
    staged.part = part;
    staged.low = low;
    staged.high = high;
  }

  /** Staged registers become the state; rSP as the stack has moved it before the others, because POP rSP writes it once more. */
  protected commitRegisters(): void {
    const count = this.stagedCount;
    if (this.hasMovedStack === 1) {
      this.hasMovedStack = 0;
      writePart(this.registers[rSP], partOfWidth(this.stackWidth), this.stackTop.lo, this.stackTop.hi);
    }
    if (count === 0) return;
    this.stagedCount = 0;
    writePart(this.registers[this.stagedNumber], this.stagedPart, this.stagedLow, this.stagedHigh);
    if (count > 1) this.commitMore(count - 1);
  }

  private commitMore(count: number): void {
    for (let k = 0; k < count; k++) {
      const { number, part, low, high } = this.stagedMore[k];
      writePart(this.registers[number], part, low, high);
    }
  }
}

const quad: number = Part.quad;
const double: number = Part.double;
const word: number = Part.word;
const byte: number = Part.byte;

const writePart = (into: Word, part: number, low: number, high: number): void => {
  if (part === quad) {
    into.hi = high;
    into.lo = low;
  } else if (part === double) {
    into.lo = low;
    into.hi = 0;
  } else if (part === word) {
    into.lo = (into.lo & ~0xffff) | (low & 0xffff);
  } else if (part === byte) {
    into.lo = (into.lo & ~0xff) | (low & 0xff);
  } else {
    into.lo = (into.lo & ~0xff00) | ((low & 0xff) << 8);
  }
};
