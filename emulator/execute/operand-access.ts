/**
 * Operands, registers, segmented memory and the stack of the instruction that runs. Reads see the state before it;
 * writes to registers are held back like those to memory.
 */
import { add } from '../bits/add.ts';
import type { Bit } from '../bits/compare.ts';
import { copy, setNumber, type Width, Word } from '../bits/word.ts';
import { numberOf, RegisterClass, type RegisterId } from '../isa/registers.ts';
import type { SegmentRegister } from '../machine/segments.ts';
import { Cr0, type MachineState } from '../machine/state.ts';
import { type Operands, type Stack, Vector } from '../semantics/cpu.ts';
import { LinearMemory } from './linear-memory.ts';
import { type OperandPlan, Operation, Part, Plan, partOfClass, partOfWidth } from './operation.ts';
import { Stop } from './stop.ts';
import { WordValues } from './word-values.ts';

/** No instruction writes more general registers. */
const mostRegisters = 32;

const SS = 2;
const alignmentCheck = 1 << 18;

/** What an access needs of its segment. */
const Use = { load: 0, store: 1, touch: 2 } as const;

/** A write to a general register, held back. */
class StagedRegister {
  number = 0;
  part = 0;
  lo = 0;
  hi = 0;
}

export class OperandAccess extends WordValues implements Operands<Word, Bit>, Stack<Word> {
  readonly state: MachineState;
  readonly stop = new Stop();
  protected readonly linear: LinearMemory;
  protected readonly registers: readonly Word[];
  protected operation = new Operation();
  protected is64 = true;
  protected cpl = 3;

  readonly #staged: readonly StagedRegister[] = Array.from({ length: mostRegisters }, () => new StagedRegister());
  protected stagedCount = 0;
  /** rSP as this instruction has moved it. */
  protected pendingStack: Word | null = null;
  readonly #offset = new Word();
  /** Watched accesses want to know each; see `observe` in evaluator.ts. */
  protected isWatched = false;

  constructor(state: MachineState) {
    super();
    this.state = state;
    this.registers = state.general;
    this.linear = new LinearMemory(state.memory, this.stop);
  }

  get width(): Width {
    return this.operation.width;
  }

  get operandSize(): 16 | 32 | 64 {
    return this.operation.operandSize;
  }

  get addressSize(): 16 | 32 | 64 {
    return this.operation.addressSize;
  }

  get operandCount(): number {
    return this.operation.count;
  }

  get segment(): number {
    return this.operation.segment;
  }

  isMemory(k: number): boolean {
    const { plan } = this.operation.operands[k];
    if (plan === Plan.farPointer) return !this.operation.hasFarPointer;
    return plan === Plan.memory || plan === Plan.stringSource || plan === Plan.stringDestination || plan === Plan.table;
  }

  isFarPointer(k: number): boolean {
    return this.operation.operands[k].plan === Plan.farPointer;
  }

  bits(k: number): Width {
    return this.operation.operands[k].bits;
  }

  registerOf(k: number): RegisterId {
    return this.operation.operands[k].id;
  }

  immediateOf(k: number): number {
    return this.operation.operands[k].value.lo;
  }

  /** Small, so that it is inlined: most operands are registers. */
  read(k: number): Word {
    const operand = this.operation.operands[k];
    return operand.plan === Plan.general ? this.registers[operand.number] : this.#readOther(operand);
  }

  #readOther(operand: OperandPlan): Word {
    switch (operand.plan) {
      case Plan.value:
        return operand.value;
      case Plan.memory:
        this.#locate();
        return this.#loadAt(this.operation.segment, this.#offset, operand.bits, operand.isWritten);
      case Plan.highByte: {
        const into = this.take();
        into.lo = this.registers[operand.number].lo >>> 8;
        return into;
      }
      default:
        return this.#readRare(operand);
    }
  }

  #readRare(operand: OperandPlan): Word {
    switch (operand.plan) {
      case Plan.segment:
        return this.number(this.state.segments[operand.number].selector);
      case Plan.stringSource:
        return this.#loadAt(this.operation.segment, this.#pointer(6), operand.bits, operand.isWritten);
      case Plan.stringDestination:
        return this.#loadAt(0, this.#pointer(7), operand.bits, operand.isWritten);
      case Plan.table:
        return this.#loadAt(this.operation.segment, this.#tableEntry(), 8, false);
      default:
        throw new Error(`an operand of form ${this.operation.form} has no value to be read`);
    }
  }

  write(k: number, value: Word): void {
    const operand = this.operation.operands[k];
    if (operand.plan === Plan.general) this.stageRegister(operand.number, operand.part, value);
    else this.#writeOther(operand, value);
  }

  #writeOther(operand: OperandPlan, value: Word): void {
    switch (operand.plan) {
      case Plan.memory:
        this.#locate();
        this.#storeAt(this.operation.segment, this.#offset, operand.bits, value);
        return;
      case Plan.highByte:
        this.stageRegister(operand.number, Part.highByte, value);
        return;
      case Plan.stringDestination:
        this.#storeAt(0, this.#pointer(7), operand.bits, value);
        return;
      default:
        throw new Error(`an operand of form ${this.operation.form} cannot be written`);
    }
  }

  writeIf(condition: Bit, k: number, value: Word): void {
    if (condition === 1) this.write(k, value);
  }

  probeWrite(k: number): void {
    const { plan, bits } = this.operation.operands[k];
    if (plan === Plan.stringDestination) {
      this.#probeAt(0, this.#pointer(7), bits);
      return;
    }
    if (plan !== Plan.memory) return;
    this.#locate();
    this.#probeAt(this.operation.segment, this.#offset, bits);
  }

  touch(_k: number): void {
    this.#locate();
    if (this.#translate(this.operation.segment, this.#offset, 1, Use.touch)) {
      this.linear.load(this.#low, this.#high, 1, false, this.take());
    }
  }

  requireAlignment(k: number, bytes: number): void {
    const { segment } = this.operation;
    const { baseLo } = this.state.segments[segment];
    const base = this.is64 && segment < 4 ? 0 : baseLo;
    if (((this.addressOf(k).lo + base) & (bytes - 1)) !== 0) this.stop.fault(Vector.GP, 0);
  }

  addressOf(k: number): Word {
    const { plan } = this.operation.operands[k];
    const into = this.take();
    if (plan === Plan.stringSource) return this.#pointer(6);
    if (plan === Plan.stringDestination) return this.#pointer(7);
    this.#locate();
    copy(this.#offset, into);
    return into;
  }

  readAt(k: number, displacement: Word): Word {
    const { bits, isWritten } = this.operation.operands[k];
    this.#locateAt(displacement);
    return this.#loadAt(this.operation.segment, this.#offset, bits, isWritten);
  }

  writeAt(k: number, displacement: Word, value: Word): void {
    this.#locateAt(displacement);
    this.#storeAt(this.operation.segment, this.#offset, this.operation.operands[k].bits, value);
  }

  farOffset(k: number): Word {
    const { plan } = this.operation.operands[k];
    if (plan !== Plan.farPointer) throw new Error(`operand ${k} of form ${this.operation.form} is no far pointer`);
    if (this.operation.hasFarPointer) return this.number(this.operation.distance);
    this.#locate();
    return this.#loadAt(this.operation.segment, this.#offset, this.operation.operandSize, false);
  }

  farSelector(_k: number): Word {
    if (this.operation.hasFarPointer) return this.number(this.operation.immediate2);
    this.#locateAt(this.number(this.operation.operandSize >> 3));
    return this.#loadAt(this.operation.segment, this.#offset, 16, false);
  }

  register(id: RegisterId): Word {
    const word = this.registers[numberOf(id)];
    if (id >> 5 !== RegisterClass.gpr8High) return word;
    const into = this.take();
    into.lo = word.lo >>> 8;
    return into;
  }

  setRegister(id: RegisterId, value: Word): void {
    this.stageRegister(numberOf(id), partOfClass(id >> 5), value);
  }

  general(_width: Width, number: number): Word {
    return this.registers[number];
  }

  setGeneral(width: Width, number: number, value: Word): void {
    this.stageRegister(number, partOfWidth(width), value);
  }

  protected stageRegister(number: number, part: number, value: Word): void {
    const staged = this.#staged[this.stagedCount++];
    staged.number = number;
    staged.part = part;
    staged.lo = value.lo;
    staged.hi = value.hi;
  }

  /** Staged registers become the state. */
  protected commitRegisters(): void {
    if (this.pendingStack !== null) writePart(this.registers[4], partOfWidth(this.stackWidth), this.pendingStack);
    for (let k = 0; k < this.stagedCount; k++) {
      const staged = this.#staged[k];
      writePart(this.registers[staged.number], staged.part, staged);
    }
  }

  load(segment: number, offset: Word, bits: Width): Word {
    return this.#loadAt(segment, this.#truncated(offset, this.operation.addressSize), bits, false);
  }

  store(segment: number, offset: Word, bits: Width, value: Word): void {
    this.#storeAt(segment, this.#truncated(offset, this.operation.addressSize), bits, value);
  }

  get stackWidth(): 16 | 32 | 64 {
    if (this.is64) return 64;
    return this.state.segments[SS].isBig ? 32 : 16;
  }

  stackPointer(): Word {
    return this.pendingStack ?? this.registers[4];
  }

  setStackPointer(value: Word): void {
    this.pendingStack = value;
  }

  push(bits: Width, value: Word): void {
    const width = this.stackWidth;
    const top = this.sub(width, this.stackPointer(), this.number(bits >> 3));
    this.#storeAt(SS, this.#truncated(top, width), bits, value);
    this.pendingStack = top;
  }

  pop(bits: Width): Word {
    const width = this.stackWidth;
    const top = this.stackPointer();
    const value = this.#loadAt(SS, this.#truncated(top, width), bits, false);
    this.pendingStack = this.add(width, top, this.number(bits >> 3));
    return value;
  }

  loadStack(offset: Word, bits: Width): Word {
    return this.#loadAt(SS, this.#truncated(offset, this.stackWidth), bits, false);
  }

  storeStack(offset: Word, bits: Width, value: Word): void {
    this.#storeAt(SS, this.#truncated(offset, this.stackWidth), bits, value);
  }

  probeStack(offset: Word, bits: Width): void {
    this.#probeAt(SS, this.#truncated(offset, this.stackWidth), bits);
  }

  /** An offset zero-extended from an address size. */
  #truncated(offset: Word, size: 16 | 32 | 64): Word {
    return size === 64 ? offset : this.zeroExtend(size, offset);
  }

  #pointer(number: number): Word {
    return this.#truncated(this.registers[number], this.operation.addressSize);
  }

  /** DS:[rBX + AL] (SDM 2D XLAT). */
  #tableEntry(): Word {
    const { addressSize } = this.operation;
    const entry = this.add(addressSize, this.registers[3], this.zeroExtend(8, this.registers[0]));
    return this.#truncated(entry, addressSize);
  }

  #locateAt(displacement: Word): void {
    this.#locate();
    const offset = this.#offset;
    add(64, offset, displacement, offset);
    truncate(offset, this.operation.addressSize);
  }

  /** The offset of the memory operand (SDM 1 3.7.5). */
  #locate(): void {
    const { base, index, addressSize, displacementLo, displacementHi } = this.operation;
    const offset = this.#offset;
    offset.lo = displacementLo;
    offset.hi = displacementHi;
    if (this.operation.isRelative) {
      add(64, offset, this.nextInstruction(), offset);
    } else if (base >= 0) {
      const from = base === 4 && this.operation.popsFirst ? this.#stackAfter() : this.registers[base];
      add(64, offset, from, offset);
    }
    if (index >= 0) this.#addIndex(this.registers[index], this.operation.scaleShift, offset);
    if (addressSize !== 64) truncate(offset, addressSize);
  }

  /** All of rSP as the pops of this instruction leave it: of a 16-bit stack the low half alone moves. */
  #stackAfter(): Word {
    const top = this.stackPointer();
    if (this.stackWidth !== 16) return top;
    const into = this.take();
    into.lo = (this.registers[4].lo & ~0xffff) | (top.lo & 0xffff);
    into.hi = 0;
    return into;
  }

  #addIndex(index: Word, shift: number, offset: Word): void {
    const lo = index.lo << shift;
    const sum = (offset.lo + lo) | 0;
    const hi = shift === 0 ? index.hi : (index.hi << shift) | (index.lo >>> (32 - shift));
    offset.hi = (offset.hi + hi + (sum >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
    offset.lo = sum;
  }

  nextInstruction(): Word {
    const into = this.take();
    setNumber(this.operation.lengthBytes, into);
    add(64, into, this.state.ip, into);
    if (!this.is64) into.hi = 0;
    return into;
  }

  #loadAt(segment: number, offset: Word, bits: Width, forWrite: boolean): Word {
    const into = this.take();
    const bytes = bits >> 3;
    if (!this.#translate(segment, offset, bytes, forWrite ? Use.store : Use.load)) {
      into.lo = 0;
      into.hi = 0;
      return into;
    }
    this.linear.load(this.#low, this.#high, bytes, forWrite, into);
    if (this.isWatched) this.observeLoad(this.#low, this.#high, bytes, into);
    return into;
  }

  #storeAt(segment: number, offset: Word, bits: Width, value: Word): void {
    const bytes = bits >> 3;
    if (!this.#translate(segment, offset, bytes, Use.store)) return;
    this.linear.store(this.#low, this.#high, bytes, value, this.operation.isLocked);
  }

  #probeAt(segment: number, offset: Word, bits: Width): void {
    const bytes = bits >> 3;
    if (!this.#translate(segment, offset, bytes, Use.store)) return;
    this.linear.probe(this.#low, this.#high, bytes);
  }

  /** For layers above: a load that has been done. */
  protected observeLoad(_low: number, _high: number, _bytes: number, _value: Word): void {}

  /** Linear address of the last translation. */
  #low = 0;
  #high = 0;

  /** Checks an access through a segment and makes its address linear; a fault where it is not allowed. */
  #translate(segment: number, offset: Word, bytes: number, use: number): boolean {
    const register = this.state.segments[segment];
    if (!this.is64) return this.#translateChecked(segment, register, offset.lo >>> 0, bytes, use);
    let { lo, hi } = offset;
    if (segment >= 4) {
      const sum = (lo + register.baseLo) | 0;
      hi = (hi + register.baseHi + (sum >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
      lo = sum;
    }
    this.#low = lo;
    this.#high = hi;
    const lastHigh = (lo >>> 0) + bytes > 0x1_0000_0000 ? (hi + 1) | 0 : hi;
    // Alignment is checked between the first byte and the last.
    const begins = isCanonical(hi);
    if (begins) this.#checkAlignment(bytes);
    if (begins && isCanonical(lastHigh)) return true;
    this.stop.fault(segment === SS ? Vector.SS : Vector.GP, 0);
    return false;
  }

  /** Outside 64-bit mode: presence, type and limit (SDM 3A 5.3, 5.5). */
  #translateChecked(segment: number, register: SegmentRegister, offset: number, bytes: number, use: number): boolean {
    this.#low = (register.baseLo + offset) | 0;
    this.#high = 0;
    const last = offset + bytes - 1;
    const isInside = register.isExpandDown
      ? offset > register.limit && last <= (register.isBig ? 0xffff_ffff : 0xffff)
      : last <= register.limit || register.limit === 0xffff_ffff;
    const isAllowed = use === Use.store ? register.isWritable : use === Use.touch || register.isReadable;
    if (isInside && isAllowed && !register.isNull) {
      this.#checkAlignment(bytes);
      return true;
    }
    this.stop.fault(segment === SS ? Vector.SS : Vector.GP, 0);
    return false;
  }

  /** #AC(0) at CPL 3 with CR0.AM and RFLAGS.AC (SDM 3A 6.15, interrupt 17). */
  #checkAlignment(bytes: number): void {
    if ((this.#low & (bytes - 1)) === 0 || this.cpl !== 3) return;
    if ((this.state.control[0].lo & Cr0.AM) === 0 || this.state.flags.is(alignmentCheck) === 0) return;
    this.stop.fault(Vector.AC, 0);
  }
}

/** 48-bit linear addresses: bits 63:47 are equal (SDM 1 3.3.7.1). */
export const isCanonical = (high: number): boolean => {
  const top = high >> 15;
  return top === 0 || top === -1;
};

const truncate = (offset: Word, size: 16 | 32 | 64): void => {
  if (size === 64) return;
  offset.hi = 0;
  if (size === 16) offset.lo &= 0xffff;
};

const writePart = (into: Word, part: number, { lo, hi }: { readonly lo: number; readonly hi: number }): void => {
  switch (part) {
    case Part.quad:
      into.lo = lo;
      into.hi = hi;
      return;
    case Part.double:
      into.lo = lo;
      into.hi = 0;
      return;
    case Part.word:
      into.lo = (into.lo & ~0xffff) | (lo & 0xffff);
      return;
    case Part.byte:
      into.lo = (into.lo & ~0xff) | (lo & 0xff);
      return;
    default:
      into.lo = (into.lo & ~0xff00) | ((lo & 0xff) << 8);
  }
};
