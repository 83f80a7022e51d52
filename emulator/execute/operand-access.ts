/**
 * Operands and registers of the instruction that runs. Reads see the state before it; writes to registers are held back
 * like those to memory.
 */
import type { Bit } from '../bits/compare.ts';
import type { Width, Word } from '../bits/word.ts';
import { numberOf, RegisterClass, type RegisterId } from '../isa/registers.ts';
import { type Operands, Vector } from '../semantics/cpu.ts';
import { type OperandPlan, Plan } from './operand-plan.ts';
import { Part, partOfClass, partOfWidth } from './register-part.ts';
import { StagedRegisters } from './staged-registers.ts';

/** Bindings of a module's own are constants to compilers of JavaScript; those it imports are looked up each time. */
const general: number = Plan.general;
const value: number = Plan.value;
const memory: number = Plan.memory;

const ES = 0;
const rAX = 0;
const rBX = 3;
const rSI = 6;
const rDI = 7;

export class OperandAccess extends StagedRegisters implements Operands<Word, Bit> {
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
    const { plan } = this.operand(k);
    if (plan === Plan.farPointer) return !this.operation.hasFarPointer;
    return plan === Plan.memory || plan === Plan.stringSource || plan === Plan.stringDestination || plan === Plan.table;
  }

  isFarPointer(k: number): boolean {
    return this.operand(k).plan === Plan.farPointer;
  }

  bits(k: number): Width {
    return this.operand(k).bits;
  }

  registerOf(k: number): RegisterId {
    return this.operand(k).id;
  }

  immediateOf(k: number): number {
    return this.operand(k).value.lo;
  }

  private operand(k: number): OperandPlan {
    return this.operation.operands[k];
  }

  /** Small, so that it is inlined: most operands are registers and immediates. */
  read(k: number): Word {
    const operand = this.operand(k);
    return operand.plan <= value ? operand.word : this.readOther(operand);
  }

  private readOther(operand: OperandPlan): Word {
    if (operand.plan !== memory) return this.readRare(operand);
    this.locate();
    return this.loadHere(this.operation.segment, operand.bits, operand.isWritten);
  }

  private readRare(operand: OperandPlan): Word {
    const { segment } = this.operation;
    switch (operand.plan) {
      case Plan.highByte:
        return this.number((operand.word.lo >>> 8) & 0xff);
      case Plan.segment:
        return this.number(this.state.segments[operand.number].selector);
      case Plan.stringSource:
        this.pointTo(rSI);
        return this.loadHere(segment, operand.bits, operand.isWritten);
      case Plan.stringDestination:
        this.pointTo(rDI);
        return this.loadHere(ES, operand.bits, operand.isWritten);
      case Plan.table:
        this.pointToEntry();
        return this.loadHere(segment, 8, false);
      default:
        throw new Error(`an operand of form ${this.operation.form} has no value to be read`);
    }
  }

  write(k: number, result: Word): void {
    const operand = this.operand(k);
    if (operand.plan === general) this.stage(operand.number, operand.part, result);
    else this.writeOther(operand, result);
  }

  private writeOther(operand: OperandPlan, result: Word): void {
    if (operand.plan !== memory) {
      this.writeRare(operand, result);
      return;
    }
    this.locate();
    this.storeHere(this.operation.segment, operand.bits, result);
  }

  private writeRare(operand: OperandPlan, result: Word): void {
    switch (operand.plan) {
      case Plan.highByte:
        this.stage(operand.number, Part.highByte, result);
        return;
      case Plan.stringDestination:
        this.pointTo(rDI);
        this.storeHere(ES, operand.bits, result);
        return;
      default:
        throw new Error(`an operand of form ${this.operation.form} cannot be written`);
    }
  }

  writeIf(condition: Bit, k: number, value: Word): void {
    if (condition === 1) this.write(k, value);
  }

  probeWrite(k: number): void {
    const { plan, bits } = this.operand(k);
    if (plan === Plan.stringDestination) {
      this.pointTo(rDI);
      this.probeHere(ES, bits);
    } else if (plan === Plan.memory) {
      this.locate();
      this.probeHere(this.operation.segment, bits);
    }
  }

  touch(_k: number): void {
    this.locate();
    this.touchHere(this.operation.segment);
  }

  requireAlignment(k: number, bytes: number): void {
    const { segment } = this.operation;
    const { baseLo } = this.state.segments[segment];
    const base = this.is64 && segment < 4 ? 0 : baseLo;
    if (((this.addressOf(k).lo + base) & (bytes - 1)) !== 0) this.stop.fault(Vector.GP, 0);
  }

  addressOf(k: number): Word {
    const { plan } = this.operand(k);
    if (plan === Plan.stringSource) this.pointTo(rSI);
    else if (plan === Plan.stringDestination) this.pointTo(rDI);
    else this.locate();
    const into = this.take();
    into.lo = this.offsetLow;
    into.hi = this.offsetHigh;
    return into;
  }

  readAt(k: number, displacement: Word): Word {
    const { bits, isWritten } = this.operand(k);
    this.locateAt(displacement);
    return this.loadHere(this.operation.segment, bits, isWritten);
  }

  writeAt(k: number, displacement: Word, value: Word): void {
    this.locateAt(displacement);
    this.storeHere(this.operation.segment, this.operand(k).bits, value);
  }

  farOffset(k: number): Word {
    if (!this.isFarPointer(k)) throw new Error(`operand ${k} of form ${this.operation.form} is no far pointer`);
    if (this.operation.hasFarPointer) return this.number(this.operation.distance);
    this.locate();
    return this.loadHere(this.operation.segment, this.operation.operandSize, false);
  }

  farSelector(_k: number): Word {
    if (this.operation.hasFarPointer) return this.number(this.operation.immediate2);
    this.locateAt(this.number(this.operation.operandSize >> 3));
    return this.loadHere(this.operation.segment, 16, false);
  }

  /** DS:[rBX + AL] (SDM 2D XLAT). */
  private pointToEntry(): void {
    const { addressSize } = this.operation;
    const entry = this.add(addressSize, this.registers[rBX], this.zeroExtend(8, this.registers[rAX]));
    this.setOffset(entry.lo, entry.hi, addressSize);
  }

  register(id: RegisterId): Word {
    const word = this.registers[numberOf(id)];
    return id >> 5 === RegisterClass.gpr8High ? this.number((word.lo >>> 8) & 0xff) : word;
  }

  setRegister(id: RegisterId, value: Word): void {
    this.stage(numberOf(id), partOfClass(id >> 5), value);
  }

  general(_width: Width, number: number): Word {
    return this.registers[number];
  }

  setGeneral(width: Width, number: number, value: Word): void {
    this.stage(number, partOfWidth(width), value);
  }
}
