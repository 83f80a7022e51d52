/** Operands and registers of one operation, as JavaScript. */
import { type OperandPlan, Plan } from '../execute/operand-plan.ts';
import { Part, partOfClass, partOfWidth } from '../execute/register-part.ts';
import { numberOf, type RegisterId } from '../isa/registers.ts';
import type { Operands, Width } from '../semantics/cpu.ts';
import { RecordedMemory } from './recorded-memory.ts';
import { refuse, type Term, type Truth, termOf, text } from './term.ts';

const ES = 0;
const rSI = 6;
const rDI = 7;

export abstract class RecordedOperands extends RecordedMemory implements Operands<Term, Truth> {
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

  protected operand(k: number): OperandPlan {
    return this.operation.operands[k] ?? refuse('an operand too many');
  }

  isMemory(k: number): boolean {
    const { plan } = this.operand(k);
    return plan === Plan.memory || plan === Plan.stringSource || plan === Plan.stringDestination || plan === Plan.table;
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

  read(k: number): Term {
    const { plan, bits, number, value, isWritten } = this.operand(k);
    switch (plan) {
      case Plan.general:
        return this.general(bits, number);
      case Plan.highByte:
        return termOf(this.source.name(`(r${number}l >>> 8) & 255`));
      case Plan.value:
        return termOf(value.lo, value.hi);
      case Plan.memory:
        return this.loadAt(this.segment, this.located(), bits, isWritten);
      case Plan.stringSource:
        return this.loadAt(this.segment, this.general(this.addressSize, rSI), bits, isWritten);
      case Plan.stringDestination:
        return this.loadAt(ES, this.general(this.addressSize, rDI), bits, isWritten);
      default:
        return refuse('an operand of a rare kind');
    }
  }

  write(k: number, value: Term): void {
    const { plan, bits, number, part } = this.operand(k);
    if (plan === Plan.general) this.registers.push({ number, part, value });
    else if (plan === Plan.highByte) this.registers.push({ number, part: Part.highByte, value });
    else if (plan === Plan.memory) this.storeAt(this.segment, this.located(), bits, value);
    else if (plan === Plan.stringDestination) this.storeAt(ES, this.general(this.addressSize, rDI), bits, value);
    else refuse('an operand of a rare kind');
  }

  writeIf(condition: Truth, k: number, value: Term): void {
    if (condition === false) return;
    if (condition === true) {
      this.write(k, value);
      return;
    }
    const { plan, number, part } = this.operand(k);
    if (plan !== Plan.general || part === Part.byte) refuse('a condition on another destination');
    // 32 bits that are not written leave the upper half alone, so the whole register is chosen.
    const before = this.general(64, number);
    const after = part === Part.double ? termOf(value.lo) : value;
    if (part === Part.word) this.registers.push({ number, part, value: this.select(condition, value, before) });
    else this.registers.push({ number, part: Part.quad, value: this.select(condition, after, before) });
  }

  probeWrite(): void {
    refuse('a probe');
  }
  touch(): void {
    refuse('a touch');
  }
  requireAlignment(k: number, bytes: number): void {
    if (((this.around.flatSegments >> this.segment) & 1) === 0) refuse('a segment that is not flat');
    this.source.line(`if ((${text(this.addressOf(k).lo)} & ${bytes - 1}) !== 0) ${this.leave}`);
  }
  isFarPointer(k: number): boolean {
    return this.operand(k).plan === Plan.farPointer;
  }
  farOffset(): Term {
    return refuse('a far pointer');
  }
  farSelector(): Term {
    return refuse('a far pointer');
  }

  addressOf(k: number): Term {
    const { plan } = this.operand(k);
    if (plan === Plan.stringSource) return this.general(this.addressSize, rSI);
    if (plan === Plan.stringDestination) return this.general(this.addressSize, rDI);
    return this.located();
  }

  readAt(): Term {
    return refuse('a bit string');
  }
  writeAt(): void {
    refuse('a bit string');
  }

  register(id: RegisterId): Term {
    const part = partOfClass(id >> 5);
    if (part === Part.highByte) return termOf(this.source.name(`(r${numberOf(id)}l >>> 8) & 255`));
    return this.general(64, numberOf(id));
  }

  setRegister(id: RegisterId, value: Term): void {
    this.registers.push({ number: numberOf(id), part: partOfClass(id >> 5), value });
  }

  setGeneral(width: Width, number: number, value: Term): void {
    this.registers.push({ number, part: partOfWidth(width), value });
  }

  load(segment: number, offset: Term, bits: Width): Term {
    return this.loadAt(segment, this.sized(offset, this.addressSize), bits, false);
  }

  store(segment: number, offset: Term, bits: Width, value: Term): void {
    this.storeAt(segment, this.sized(offset, this.addressSize), bits, value);
  }

  /** Offset of the memory operand (SDM 1 3.7.5). */
  protected located(): Term {
    const { operation, around } = this;
    if (operation.popsFirst) refuse('POP to memory at rSP');
    const { addressSize } = operation;
    let sum = termOf(operation.displacementLo, operation.displacementHi);
    const base = around.general.indexOf(operation.base);
    // Displacements from rIP count from the operation itself.
    if (operation.base === around.ip) sum = this.add(64, sum, termOf(operation.low, operation.high));
    else if (base !== -1) sum = this.add(addressSize, this.general(addressSize, base), sum);
    const index = around.general.indexOf(operation.index);
    if (index !== -1) {
      const scaled = this.shiftLeft(addressSize, this.general(addressSize, index), termOf(operation.scaleShift));
      sum = this.add(addressSize, sum, scaled);
    }
    return this.sized(sum, addressSize);
  }
}
