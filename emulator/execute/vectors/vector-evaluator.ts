/** The evaluator with x87, MMX and vector registers, as far as they are emulated. */
import type { Bit } from '../../bits/compare.ts';
import { calculate, exceptionsOfOrder, type FloatOperation, Order, orderOf } from '../../bits/float.ts';
import { doubleFromSingle, floatFromInteger, integerFromFloat, singleFromDouble } from '../../bits/float-conversion.ts';
import type { FloatWidth } from '../../bits/float-format.ts';
import type { Word } from '../../bits/word.ts';
import { classOf, numberOf, RegisterClass } from '../../isa/registers.ts';
import { Cr0, Cr4, type MachineState } from '../../machine/state.ts';
import { Vector } from '../../semantics/cpu.ts';
import type { FloatConversion, FloatOrder, Unit, VectorState } from '../../semantics/vector-state.ts';
import { PrivilegedEvaluator } from '../privileged/privileged-evaluator.ts';
import { controlMask, Lanes, write } from './lanes.ts';

/** Lanes that one instruction writes. */
const mostLanes = 8;

/** Of MXCSR: roundings, FTZ and DAZ; and exceptions, whose masks are above them (SDM 1 10.2.3). */
const unusualControl = 0xe040;
const exceptions = 0x3f;
const maskShift = 7;

/** Of XCR0: SSE and AVX; with mask registers and both parts of ZMM (SDM 1 13.1). */
const avxState = 6;
const avx512State = 0xe6;

/** A register's lane, held back. */
class StagedLane {
  number = 0;
  lane = 0;
  isMmx = false;
  low = 0;
  high = 0;
}

const holdsLanes = (registerClass: number): boolean =>
  registerClass === RegisterClass.mm ||
  registerClass === RegisterClass.xmm ||
  registerClass === RegisterClass.ymm ||
  registerClass === RegisterClass.zmm;

/** By Order. */
const orders: Readonly<Record<Order, FloatOrder<Bit>>> = {
  [Order.equal]: { isLess: 0, isEqual: 1, isUnordered: 0 },
  [Order.less]: { isLess: 1, isEqual: 0, isUnordered: 0 },
  [Order.greater]: { isLess: 0, isEqual: 0, isUnordered: 0 },
  [Order.unordered]: { isLess: 0, isEqual: 0, isUnordered: 1 },
};

/** FCW and tags as FNINIT leaves them. */
const initialControl = 0x37f;
const allEmpty = 0xffff;

export abstract class VectorEvaluator extends PrivilegedEvaluator implements VectorState<Word, Bit> {
  /** Are there such registers? Who keeps only the others has the instructions unsupported. */
  hasVectors = false;
  readonly #lanes: Lanes;
  readonly #staged: readonly StagedLane[] = Array.from({ length: mostLanes }, () => new StagedLane());
  #usesMmx = false;
  #exceptions = 0;
  #saving: DataView = new DataView(new ArrayBuffer(512));
  readonly #loading = new DataView(new ArrayBuffer(512));

  constructor(state: MachineState) {
    super(state);
    this.#lanes = new Lanes(state);
  }

  protected override beginSystem(): void {
    super.beginSystem();
    this.stagedLanes = 0;
    this.#usesMmx = false;
    this.#exceptions = 0;
  }

  protected override commitSystem(): void {
    super.commitSystem();
    if (this.#usesMmx) {
      this.#lanes.useMmx();
      this.#usesMmx = false;
    }
  }

  protected override commitLanes(): void {
    for (let k = 0; k < this.stagedLanes; k++) {
      const { number, lane, isMmx, low, high } = this.#staged[k];
      if (isMmx) this.#lanes.writeMmx(number, low, high);
      else this.#lanes.writeVector(number, lane, low, high);
    }
    this.stagedLanes = 0;
    this.state.mxcsr |= this.#exceptions;
    this.#exceptions = 0;
  }

  requireUnit(unit: Unit): void {
    if (!this.hasVectors) this.unsupported();
    const cr0 = this.state.control[0].lo;
    const isExtended = unit === 'avx' || unit === 'avx512';
    const isEmulated = (cr0 & Cr0.EM) !== 0 && !isExtended;
    if (this.#isUndefined(unit, isEmulated)) this.stop.fault(Vector.UD, 0);
    if ((cr0 & Cr0.TS) !== 0 || isEmulated) this.stop.fault(Vector.NM, 0);
    if (unit !== 'mmx') return;
    this.stop.isNoted = 1;
    this.#usesMmx = true;
  }

  /** Would `requireUnit('sse')` ask for nothing? */
  protected get hasSse(): boolean {
    const { control } = this.state;
    return this.hasVectors && (control[0].lo & (Cr0.EM | Cr0.TS)) === 0 && (control[4].lo & Cr4.OSFXSR) !== 0;
  }

  #isUndefined(unit: Unit, isEmulated: boolean): boolean {
    const cr4 = this.state.control[4].lo;
    switch (unit) {
      case 'mmx':
        return isEmulated;
      case 'sse':
        return isEmulated || (cr4 & Cr4.OSFXSR) === 0;
      case 'avx':
      case 'avx512': {
        const wanted = unit === 'avx' ? avxState : avx512State;
        return (cr4 & Cr4.OSXSAVE) === 0 || (this.state.extendedControl.lo & wanted) !== wanted;
      }
      default:
        return false;
    }
  }

  readLane(k: number, lane: number): Word {
    const id = this.registerOf(k);
    const into = this.take();
    switch (classOf(id)) {
      case RegisterClass.mm:
        this.#lanes.readMmx(numberOf(id), into);
        return into;
      case RegisterClass.xmm:
      case RegisterClass.ymm:
      case RegisterClass.zmm:
        this.#lanes.readVector(numberOf(id), lane, into);
        return into;
      default:
        return lane === 0 ? this.read(k) : this.readAt(k, this.number(8 * lane));
    }
  }

  writeLane(k: number, lane: number, value: Word): void {
    const id = this.registerOf(k);
    const registerClass = classOf(id);
    if (!holdsLanes(registerClass)) {
      if (lane === 0) this.write(k, value);
      else this.writeAt(k, this.number(8 * lane), value);
      return;
    }
    const staged = this.#staged[this.stagedLanes++];
    staged.number = numberOf(id);
    staged.lane = lane;
    staged.isMmx = registerClass === RegisterClass.mm;
    staged.low = value.lo;
    staged.high = value.hi;
  }

  calculate(operation: FloatOperation, width: FloatWidth, a: Word, b: Word): Word {
    const into = this.take();
    this.#note(calculate(operation, width, a, b, into));
    return into;
  }

  orderOf(width: FloatWidth, a: Word, b: Word, signalsQuiet: boolean): FloatOrder<Bit> {
    this.#note(exceptionsOfOrder(width, a, b, signalsQuiet));
    return orders[orderOf(width, a, b)];
  }

  convert({ from, fromBits, to, toBits, truncates = false }: FloatConversion, a: Word): Word {
    const into = this.take();
    if (from === 'integer') this.#note(floatFromInteger(fromBits, toBits, a, into));
    else if (to === 'integer') this.#note(integerFromFloat(fromBits, toBits, truncates, a, into));
    else this.#note(toBits === 64 ? doubleFromSingle(a, into) : singleFromDouble(a, into));
    return into;
  }

  /** Exceptions of arithmetic. What is not emulated of them is unsupported. */
  #note(raised: number): void {
    const { mxcsr } = this.state;
    const unmasked = raised & ~(mxcsr >>> maskShift) & exceptions;
    if ((mxcsr & unusualControl) !== 0 || unmasked !== 0) this.unsupported();
    const added = raised & ~mxcsr;
    if (added === 0) return;
    this.#exceptions |= added;
    // Comparisons write no lane.
    this.stop.isNoted = 1;
  }

  unitControl(register: 'fcw' | 'fsw' | 'mxcsr'): Word {
    const { x87Control, x87Status, mxcsr } = this.state;
    return this.number(register === 'fcw' ? x87Control : register === 'fsw' ? x87Status : mxcsr);
  }

  setControl(_register: 'mxcsr', { lo }: Word): void {
    this.atEnd(() => {
      this.state.mxcsr = lo;
    });
  }

  isReservedControl({ lo }: Word): Bit {
    return (lo & ~controlMask) === 0 ? 0 : 1;
  }

  initializeX87(): void {
    this.atEnd(() => {
      this.state.x87Control = initialControl;
      this.state.x87Status = 0;
      this.state.x87Tag = allEmpty;
    });
  }

  /** XMM8 to XMM15 are 64-bit mode's. */
  get #registerCount(): number {
    return this.mode === 64 ? 16 : 8;
  }

  stateImage(offset: number): Word {
    // The first part comes first, and what follows is of the same state.
    if (offset === 0) this.#saving = this.#lanes.image(this.#registerCount);
    const image = this.#saving;
    return this.pair(image.getInt32(offset, true), image.getInt32(offset + 4, true));
  }

  loadStateImage(offset: number, { lo, hi }: Word): void {
    write(this.#loading, offset, lo, hi);
    if (offset !== 0) return;
    this.atEnd(() => this.#lanes.restore(this.#loading, this.#registerCount));
  }
}
