/**
 * XMM registers of one operation, as JavaScript: lanes are moved as halves, and doubles calculated where nothing is out of
 * the ordinary, which is to say where no exception but a known one can come of it.
 */
import type { FloatOperation } from '../bits/float.ts';
import type { FloatWidth } from '../bits/float-format.ts';
import { classOf, numberOf, RegisterClass } from '../isa/registers.ts';
import type { FloatConversion, FloatOrder, Unit } from '../semantics/vector-state.ts';
import { RecordedOperands } from './recorded-operands.ts';
import { type Lane, type Part, refuse, type Source, type Term, type Truth, termOf, text } from './term.ts';

const halvesOfRegister = 16;
const lanesOfRegister = 8;

const isLane = (term: Term): term is Lane => 'double' in term;

/** A double that was calculated: it has halves only where somebody asks for them. */
class Calculated implements Lane {
  readonly double: string;
  readonly #source: Source;
  #halves: { readonly lo: string; readonly hi: string } | null = null;

  constructor(source: Source, double: string) {
    this.#source = source;
    this.double = double;
  }

  get lo(): Part {
    return this.#split().lo;
  }

  get hi(): Part {
    return this.#split().hi;
  }

  #split(): { readonly lo: string; readonly hi: string } {
    if (this.#halves !== null) return this.#halves;
    this.#source.line(`V.scratch.setFloat64(0, ${this.double}, true);`);
    const lo = this.#source.name('V.scratch.getInt32(0, true)');
    this.#halves = { lo, hi: this.#source.name('V.scratch.getInt32(4, true)') };
    return this.#halves;
  }
}

interface StagedLane {
  readonly number: number;
  readonly lane: number;
  readonly value: Term;
}

export abstract class RecordedVectors extends RecordedOperands {
  readonly #staged: StagedLane[] = [];

  requireUnit(unit: Unit): void {
    if (unit !== 'sse' || !this.around.hasSse) refuse('a unit');
  }

  readLane(k: number, lane: number): Term {
    const id = this.registerOf(k);
    if (classOf(id) === RegisterClass.xmm) return this.#readRegister(numberOf(id), lane);
    if (!this.isMemory(k)) return this.read(k);
    const { bits, isWritten } = this.operand(k);
    const offset = this.#located(lane);
    return bits === 64
      ? this.loadDoubleAt(this.segment, offset, isWritten)
      : this.loadAt(this.segment, offset, bits, isWritten);
  }

  #readRegister(number: number, lane: number): Lane {
    const { source } = this;
    const half = halvesOfRegister * number + 2 * lane;
    const [lo, hi] = [source.name(`VI[${half}]`), source.name(`VI[${half + 1}]`)];
    return { lo, hi, double: source.name(`VF[${lanesOfRegister * number + lane}]`) };
  }

  #located(lane: number): Term {
    const { addressSize } = this.operation;
    return this.sized(this.add(addressSize, this.located(), termOf(8 * lane)), addressSize);
  }

  writeLane(k: number, lane: number, value: Term): void {
    const id = this.registerOf(k);
    if (classOf(id) === RegisterClass.xmm) this.#staged.push({ number: numberOf(id), lane, value });
    else if (!this.isMemory(k)) this.write(k, value);
    else this.storeAt(this.segment, this.#located(lane), this.operand(k).bits, value);
  }

  /** Lanes that were held back. */
  override commit(): void {
    super.commit();
    for (const { number, lane, value } of this.#staged) {
      if (value instanceof Calculated) {
        this.source.line(`VF[${lanesOfRegister * number + lane}] = ${value.double};`);
        continue;
      }
      const half = halvesOfRegister * number + 2 * lane;
      this.source.line(`VI[${half}] = ${value.lo}; VI[${half + 1}] = ${value.hi};`);
    }
  }

  calculate(operation: FloatOperation, width: FloatWidth, a: Term, b: Term): Term {
    if (width !== 64 || operation === 'min' || operation === 'max') return refuse('arithmetic of a rare kind');
    const y = this.#doubleOf(b);
    const x = operation === 'sqrt' ? y : this.#doubleOf(a);
    const { source } = this;
    const result = source.name(operation === 'sqrt' ? `Math.sqrt(${y})` : `${x} ${operators[operation]} ${y}`);
    const isUsual = [result, x, y].map(isNormal).join(' && ');
    source.line(`if (!(V.isQuiet && ${isUsual}) && !V.allows('${operation}', ${x}, ${y}, ${result})) ${this.leave}`);
    return new Calculated(source, result);
  }

  orderOf(width: FloatWidth, a: Term, b: Term): FloatOrder<Truth> {
    if (width !== 64) refuse('a comparison of a rare kind');
    const [x, y] = [this.#doubleOf(a), this.#doubleOf(b)];
    // Neither a NaN nor denormal.
    this.source.line(`if (!(${isNormal(x)} && ${isNormal(y)}) && !V.orders(${x}, ${y})) ${this.leave}`);
    return {
      isLess: this.source.name(`${x} < ${y}`),
      isEqual: this.source.name(`${x} === ${y}`),
      isUnordered: false,
    };
  }

  convert({ from, fromBits, to, toBits, truncates = false }: FloatConversion, a: Term): Term {
    const { source } = this;
    if (from === 'integer' && fromBits === 32 && toBits === 64)
      return new Calculated(source, source.name(`+${text(a.lo)}`));
    if (from !== 'float' || fromBits !== 64 || to !== 'integer' || toBits !== 32 || !truncates)
      return refuse('a conversion of a rare kind');
    const x = this.#doubleOf(a);
    const whole = source.name(`${x} | 0`);
    // What does not fit is another number modulo 2^32.
    source.line(`if (${whole} !== Math.trunc(${x}) || !(V.isQuiet || ${whole} === ${x})) ${this.leave}`);
    return termOf(whole);
  }

  #doubleOf(term: Term): string {
    return isLane(term) ? term.double : refuse('a double made of an integer');
  }
}

const operators = { add: '+', sub: '-', mul: '*', div: '/' } as const;

const isNormal = (name: string): string =>
  `Math.abs(${name}) >= 2.2250738585072014e-308 && Math.abs(${name}) <= 1.7976931348623157e308`;
