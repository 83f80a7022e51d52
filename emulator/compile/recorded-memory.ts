/**
 * Memory, stack and what is held back of one operation, as JavaScript. Loads happen where they stand; stores and
 * registers wait until the operation is known to end. Where an access is not plain RAM the code leaves before the
 * operation, which the evaluator then executes.
 */
import type { Operation } from '../execute/operation.ts';
import { Part, partOfWidth } from '../execute/register-part.ts';
import type { Surroundings } from '../execute/tier.ts';
import type { Stack, Width } from '../semantics/cpu.ts';
import { RecordedValues } from './recorded-values.ts';
import { type Lane, refuse, type Source, type Term, termOf, text } from './term.ts';

interface StagedRegister {
  readonly number: number;
  readonly part: number;
  readonly value: Term;
}

interface StagedStore {
  readonly page: string;
  readonly offset: string;
  readonly bits: Width;
  readonly value: Term;
}

const SS = 2;
const rSP = 4;

export abstract class RecordedMemory extends RecordedValues implements Stack<Term> {
  protected readonly around: Surroundings;
  protected readonly operation: Operation;
  /** Statements that leave before the operation. */
  protected readonly leave: string;
  /** Offset of the next instruction. */
  protected readonly next: Term;
  readonly registers: StagedRegister[] = [];
  readonly stores: StagedStore[] = [];
  #stackTop: Term | null = null;

  constructor(source: Source, around: Surroundings, operation: Operation, leave: string) {
    super(source);
    this.around = around;
    this.operation = operation;
    this.leave = leave;
    const end = (operation.low + operation.lengthBytes) | 0;
    this.next = termOf(end, around.mode === 64 ? operation.high : 0);
  }

  /** A copy: what is staged later changes the register, not the copy. */
  general(width: Width, number: number): Term {
    const lo = this.source.name(`r${number}l`);
    return termOf(lo, width === 64 ? this.source.name(`r${number}h`) : 0);
  }

  get stackWidth(): 16 | 32 | 64 {
    return this.around.stackBits;
  }

  stackPointer(): Term {
    return this.#stackTop ?? this.general(64, rSP);
  }

  setStackPointer(value: Term): void {
    this.#stackTop = value;
  }

  push(bits: Width, value: Term): void {
    const top = this.add(64, this.stackPointer(), this.constant(-(bits >> 3)));
    this.#stackTop = top;
    this.storeAt(SS, this.sized(top, this.stackWidth), bits, value);
  }

  pop(bits: Width): Term {
    const top = this.stackPointer();
    const value = this.loadAt(SS, this.sized(top, this.stackWidth), bits, false);
    this.#stackTop = this.add(64, top, this.constant(bits >> 3));
    return value;
  }

  loadStack(offset: Term, bits: Width): Term {
    return this.loadAt(SS, this.sized(offset, this.stackWidth), bits, false);
  }

  storeStack(offset: Term, bits: Width, value: Term): void {
    this.storeAt(SS, this.sized(offset, this.stackWidth), bits, value);
  }

  probeStack(): void {
    refuse('a probe of the stack');
  }

  protected sized(offset: Term, size: 16 | 32 | 64): Term {
    return size === 64 ? offset : this.zeroExtend(size, termOf(offset.lo));
  }

  /** The page that holds an access, and the offset in it; leaves where it is not plain RAM. */
  private placed(segment: number, offset: Term, bits: Width, mask: number): { page: string; offset: string } {
    if (((this.around.flatSegments >> segment) & 1) === 0) refuse('a segment that is not flat');
    const { source } = this;
    const page = source.name(`M.find(${offset.lo}, ${offset.hi})`);
    const at = source.name(`${text(offset.lo)} & 4095`);
    const misses = [`${page} === null`, `(${page}.direct & ${mask}) !== ${mask}`];
    if (bits > 8) misses.push(`${at} > ${4096 - (bits >> 3)}`);
    if (this.around.mode === 64 && offset.hi !== 0) misses.push(`((${text(offset.hi)} >> 15) + 1) >>> 0 > 1`);
    source.line(`if (${misses.join(' || ')}) ${this.leave}`);
    return { page, offset: at };
  }

  protected loadAt(segment: number, offset: Term, bits: Width, forWrite: boolean): Term {
    if (this.stores.length > 0) refuse('a load after a store');
    const { readMask, writeMask } = this.around;
    const { page, offset: at } = this.placed(segment, offset, bits, forWrite ? writeMask : readMask);
    const { source } = this;
    if (bits === 8) return termOf(source.name(`${page}.view.getUint8(${at})`));
    if (bits === 16) return termOf(source.name(`${page}.view.getUint16(${at}, true)`));
    const low = source.name(`${page}.view.getInt32(${at}, true)`);
    return termOf(low, bits === 64 ? source.name(`${page}.view.getInt32(${at} + 4, true)`) : 0);
  }

  protected loadDoubleAt(segment: number, offset: Term, forWrite: boolean): Lane {
    if (this.stores.length > 0) refuse('a load after a store');
    const { readMask, writeMask } = this.around;
    const { page, offset: at } = this.placed(segment, offset, 64, forWrite ? writeMask : readMask);
    const { source } = this;
    const [lo, hi] = [
      source.name(`${page}.view.getInt32(${at}, true)`),
      source.name(`${page}.view.getInt32(${at} + 4, true)`),
    ];
    return { lo, hi, double: source.name(`${page}.view.getFloat64(${at}, true)`) };
  }

  protected storeAt(segment: number, offset: Term, bits: Width, value: Term): void {
    const { page, offset: at } = this.placed(segment, offset, bits, this.around.writeMask);
    this.source.line(`if (${page}.code !== null) ${this.leave}`);
    this.stores.push({ page, offset: at, bits, value });
  }

  /** Everything that was held back happens. */
  commit(): void {
    for (const { page, offset, bits, value } of this.stores) {
      const { source } = this;
      if (bits === 8) source.line(`${page}.view.setUint8(${offset}, ${value.lo});`);
      else if (bits === 16) source.line(`${page}.view.setUint16(${offset}, ${value.lo}, true);`);
      else source.line(`${page}.view.setInt32(${offset}, ${value.lo}, true);`);
      if (bits === 64) source.line(`${page}.view.setInt32(${offset} + 4, ${value.hi}, true);`);
      source.line(`${page}.soil(${offset}, ${bits >> 3});`);
    }
    if (this.#stackTop !== null) this.commitRegister(rSP, partOfWidth(this.stackWidth), this.#stackTop);
    for (const { number, part, value } of this.registers) this.commitRegister(number, part, value);
  }

  private commitRegister(number: number, part: number, { lo, hi }: Term): void {
    const low = `r${number}l`;
    const { source } = this;
    if (part === Part.quad) source.line(`${low} = ${lo}; r${number}h = ${hi};`);
    else if (part === Part.double) source.line(`${low} = ${lo}; r${number}h = 0;`);
    else if (part === Part.word) source.line(`${low} = (${low} & -65536) | (${text(lo)} & 65535);`);
    else if (part === Part.byte) source.line(`${low} = (${low} & -256) | (${text(lo)} & 255);`);
    else source.line(`${low} = (${low} & -65281) | ((${text(lo)} & 255) << 8);`);
  }
}
