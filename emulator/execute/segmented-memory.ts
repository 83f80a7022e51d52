/**
 * Memory and the stack as the instruction that runs sees them: through segments, at offsets of its address size. Knows
 * no operands but the one in memory.
 */
import type { Bit } from '../bits/compare.ts';
import { type Width, Word } from '../bits/word.ts';
import type { SegmentRegister } from '../machine/segments.ts';
import { Cr0, type MachineState } from '../machine/state.ts';
import { Flag, type Stack, Vector } from '../semantics/cpu.ts';
import { LinearMemory } from './linear-memory.ts';
import { Operation } from './operation.ts';
import { Stop } from './stop.ts';
import { WordValues } from './word-values.ts';

/** What an access needs of its segment. */
const Use = { load: 0, store: 1, touch: 2 } as const;

const CS = 1;
const SS = 2;
const FS = 4;
const rSP = 4;

/** Where an access that is not allowed would have loaded from. */
const nothing = new Word();

export class SegmentedMemory extends WordValues implements Stack<Word> {
  readonly state: MachineState;
  readonly stop = new Stop();
  protected readonly linear: LinearMemory;
  protected readonly registers: readonly Word[];
  protected readonly ip: Word;
  protected operation: Operation;
  protected is64 = true;
  protected cpl = 3;
  /** Bits of segments through which aligned accesses need no check but that of their page. */
  protected flat = 0;
  protected stackBits: 16 | 32 | 64 = 64;
  /** Outside 64-bit mode: does CS end before 4 GiB? */
  protected isCodeLimited = true;
  /** Watched accesses want to know each; see `observeLoad`. */
  protected isWatched = false;
  /** rSP as this instruction has moved it. */
  protected readonly stackTop = new Word();
  protected hasMovedStack: Bit = 0;
  /** The offset that has been worked out last, of its address size. */
  protected offsetLow = 0;
  protected offsetHigh = 0;
  /** Linear address of the last translation. */
  private linearLow = 0;
  private linearHigh = 0;

  constructor(state: MachineState) {
    super();
    this.state = state;
    this.registers = state.general;
    this.ip = state.ip;
    this.linear = new LinearMemory(state.memory, this.stop);
    this.operation = new Operation(state);
  }

  /** Segment registers, or whether they are those of 64-bit code, have changed. */
  protected followSegments(is64: boolean): void {
    const { segments } = this.state;
    this.is64 = this.linear.is64 = is64;
    this.stackBits = is64 ? 64 : segments[SS].isBig ? 32 : 16;
    this.isCodeLimited = !is64 && segments[CS].limit !== 0xffff_ffff;
    this.flat = 0;
    for (let k = 0; k < segments.length; k++) {
      if (is64 ? k < FS || isAtZero(segments[k]) : isFlat(segments[k])) this.flat |= 1 << k;
    }
  }

  /** The offset of the memory operand (SDM 1 3.7.5). */
  protected locate(): void {
    const { operation } = this;
    const { displacementLo, scaleShift, addressSize } = operation;
    const base = operation.popsFirst ? this.stackAfter() : operation.base;
    const index = operation.index.lo << scaleShift;
    const sum = (displacementLo + base.lo) | 0;
    const low = (sum + index) | 0;
    if (addressSize !== 64) {
      this.offsetLow = addressSize === 32 ? low : low & 0xffff;
      this.offsetHigh = 0;
      return;
    }
    const carry = (sum >>> 0 < base.lo >>> 0 ? 1 : 0) + (low >>> 0 < index >>> 0 ? 1 : 0);
    const indexHigh = highOfShifted(operation.index, scaleShift);
    this.offsetLow = low;
    this.offsetHigh = (operation.displacementHi + base.hi + indexHigh + carry) | 0;
  }

  /** All of rSP as the pops of this instruction leave it: of a 16-bit stack the low half alone moves. */
  private stackAfter(): Word {
    const top = this.stackPointer();
    if (this.stackBits !== 16) return top;
    const into = this.take();
    into.lo = (this.registers[rSP].lo & ~0xffff) | (top.lo & 0xffff);
    into.hi = 0;
    return into;
  }

  /** That many bytes on from the memory operand. */
  protected locateAt({ lo, hi }: Word): void {
    this.locate();
    const low = (this.offsetLow + lo) | 0;
    const carry = low >>> 0 < lo >>> 0 ? 1 : 0;
    this.setOffset(low, (this.offsetHigh + hi + carry) | 0, this.operation.addressSize);
  }

  /** An offset zero-extended from an address size. */
  protected setOffset(low: number, high: number, size: 16 | 32 | 64): void {
    this.offsetLow = size === 16 ? low & 0xffff : low;
    this.offsetHigh = size === 64 ? high : 0;
  }

  protected pointTo(number: number): void {
    const { lo, hi } = this.registers[number];
    this.setOffset(lo, hi, this.operation.addressSize);
  }

  /** The memory at the offset. */
  protected loadHere(segment: number, bits: Width, forWrite: boolean): Word {
    const bytes = bits >> 3;
    if (this.isDirect(segment, bytes) && this.isWatched === false) {
      return this.linear.load(this.offsetLow, this.offsetHigh, bytes, forWrite);
    }
    return this.loadChecked(segment, bytes, forWrite);
  }

  /** Is an access at the offset certainly allowed by its segment, aligned, and at a linear address that is the offset? */
  private isDirect(segment: number, bytes: number): boolean {
    return ((this.flat >> segment) & 1) === 1 && (this.offsetLow & (bytes - 1)) === 0 && isCanonical(this.offsetHigh);
  }

  private loadChecked(segment: number, bytes: number, forWrite: boolean): Word {
    if (!this.translate(segment, bytes, forWrite ? Use.store : Use.load)) return nothing;
    const value = this.linear.load(this.linearLow, this.linearHigh, bytes, forWrite);
    if (this.isWatched) this.observeLoad(this.linearLow, this.linearHigh, bytes, value);
    return value;
  }

  protected storeHere(segment: number, bits: Width, value: Word): void {
    const bytes = bits >> 3;
    const { isLocked } = this.operation;
    if (this.isDirect(segment, bytes)) {
      this.linear.store(this.offsetLow, this.offsetHigh, bytes, value, isLocked);
    } else if (this.translate(segment, bytes, Use.store)) {
      this.linear.store(this.linearLow, this.linearHigh, bytes, value, isLocked);
    }
  }

  protected probeHere(segment: number, bits: Width): void {
    const bytes = bits >> 3;
    if (!this.translate(segment, bytes, Use.store)) return;
    this.linear.probe(this.linearLow, this.linearHigh, bytes);
  }

  /** A load of a byte that needs no right to read. */
  protected touchHere(segment: number): void {
    if (this.translate(segment, 1, Use.touch)) this.linear.load(this.linearLow, this.linearHigh, 1, false);
  }

  /** For layers above: a load that has been done. */
  protected observeLoad(_low: number, _high: number, _bytes: number, _value: Word): void {}

  load(segment: number, offset: Word, bits: Width): Word {
    this.setOffset(offset.lo, offset.hi, this.operation.addressSize);
    return this.loadHere(segment, bits, false);
  }

  store(segment: number, offset: Word, bits: Width, value: Word): void {
    this.setOffset(offset.lo, offset.hi, this.operation.addressSize);
    this.storeHere(segment, bits, value);
  }

  get stackWidth(): 16 | 32 | 64 {
    return this.stackBits;
  }

  stackPointer(): Word {
    return this.hasMovedStack === 1 ? this.duplicate(this.stackTop) : this.registers[rSP];
  }

  setStackPointer({ lo, hi }: Word): void {
    this.stackTop.lo = lo;
    this.stackTop.hi = hi;
    this.hasMovedStack = 1;
  }

  private moveStack(bytes: number): void {
    const top = this.stackTop;
    const { lo, hi } = this.hasMovedStack === 1 ? top : this.registers[rSP];
    const low = (lo + bytes) | 0;
    const carry = low >>> 0 < lo >>> 0 ? 1 : 0;
    top.lo = low;
    top.hi = (hi + carry + (bytes >> 31)) | 0;
    this.hasMovedStack = 1;
  }

  push(bits: Width, value: Word): void {
    const top = this.stackTop;
    this.moveStack(-(bits >> 3));
    this.setOffset(top.lo, top.hi, this.stackBits);
    this.storeHere(SS, bits, value);
  }

  pop(bits: Width): Word {
    const { lo, hi } = this.hasMovedStack === 1 ? this.stackTop : this.registers[rSP];
    this.setOffset(lo, hi, this.stackBits);
    const value = this.loadHere(SS, bits, false);
    this.moveStack(bits >> 3);
    return value;
  }

  loadStack({ lo, hi }: Word, bits: Width): Word {
    this.setOffset(lo, hi, this.stackBits);
    return this.loadHere(SS, bits, false);
  }

  storeStack({ lo, hi }: Word, bits: Width, value: Word): void {
    this.setOffset(lo, hi, this.stackBits);
    this.storeHere(SS, bits, value);
  }

  probeStack({ lo, hi }: Word, bits: Width): void {
    this.setOffset(lo, hi, this.stackBits);
    this.probeHere(SS, bits);
  }

  /** Checks an access at the offset through a segment and makes its address linear; a fault where it is not allowed. */
  private translate(segment: number, bytes: number, use: number): boolean {
    if (!this.is64) return this.translateChecked(segment, bytes, use);
    let low = this.offsetLow;
    let high = this.offsetHigh;
    if (segment >= FS) {
      const { baseLo, baseHi } = this.state.segments[segment];
      low = (low + baseLo) | 0;
      high = (high + baseHi + (low >>> 0 < baseLo >>> 0 ? 1 : 0)) | 0;
    }
    this.linearLow = low;
    this.linearHigh = high;
    const lastHigh = low < 0 && ((low + bytes - 1) | 0) >= 0 ? (high + 1) | 0 : high;
    // Alignment is checked between the first byte and the last.
    const begins = isCanonical(high);
    if (begins && (low & (bytes - 1)) !== 0) this.checkAlignment();
    if (begins && isCanonical(lastHigh)) return true;
    this.stop.fault(segment === SS ? Vector.SS : Vector.GP, 0);
    return false;
  }

  /** Outside 64-bit mode: presence, type and limit (SDM 3A 5.3, 5.5). */
  private translateChecked(segment: number, bytes: number, use: number): boolean {
    const register = this.state.segments[segment];
    const low = (register.baseLo + this.offsetLow) | 0;
    this.linearLow = low;
    this.linearHigh = 0;
    const isAllowed = use === Use.store ? register.isWritable : use === Use.touch || register.isReadable;
    if (isAllowed && !register.isNull && isInside(register, this.offsetLow >>> 0, bytes)) {
      if ((low & (bytes - 1)) !== 0) this.checkAlignment();
      return true;
    }
    this.stop.fault(segment === SS ? Vector.SS : Vector.GP, 0);
    return false;
  }

  /** An access that is not aligned: #AC(0) at CPL 3 with CR0.AM and RFLAGS.AC (SDM 3A 6.15, interrupt 17). */
  private checkAlignment(): void {
    if (this.cpl !== 3 || (this.state.control[0].lo & Cr0.AM) === 0 || this.state.flags.areClear(Flag.K)) return;
    this.stop.fault(Vector.AC, 0);
  }
}

/** 48-bit linear addresses: bits 63:47 are equal (SDM 1 3.3.7.1). */
export const isCanonical = (high: number): boolean => {
  const top = high >> 15;
  return top === 0 || top === -1;
};

/** The upper half of an index times 1, 2, 4 or 8. */
const highOfShifted = ({ lo, hi }: Word, shift: number): number =>
  shift === 0 ? hi : (hi << shift) | (lo >>> (32 - shift));

const isAtZero = ({ baseLo, baseHi }: SegmentRegister): boolean => (baseLo | baseHi) === 0;

/** Outside 64-bit mode: data of 4 GiB at 0. */
const isFlat = (segment: SegmentRegister): boolean =>
  isAtZero(segment) &&
  segment.limit === 0xffff_ffff &&
  !segment.isNull &&
  !segment.isExpandDown &&
  segment.isReadable &&
  segment.isWritable;

const isInside = ({ isExpandDown, limit, isBig }: SegmentRegister, offset: number, bytes: number): boolean => {
  const last = offset + bytes - 1;
  if (isExpandDown) return offset > limit && last <= (isBig ? 0xffff_ffff : 0xffff);
  return last <= limit || limit === 0xffff_ffff;
};
