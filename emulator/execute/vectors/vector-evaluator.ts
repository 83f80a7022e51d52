/** The evaluator with x87, MMX and SSE registers, as far as they are moved and saved. */
import type { Bit } from '../../bits/compare.ts';
import type { Word } from '../../bits/word.ts';
import { classOf, numberOf, RegisterClass } from '../../isa/registers.ts';
import { Cr0, Cr4, type MachineState } from '../../machine/state.ts';
import { Vector } from '../../semantics/cpu.ts';
import type { Unit, VectorState } from '../../semantics/vector-state.ts';
import { PrivilegedEvaluator } from '../privileged/privileged-evaluator.ts';
import { controlMask, Lanes, write } from './lanes.ts';

/** Lanes that one instruction writes. */
const mostLanes = 8;

/** A register's lane, held back. */
class StagedLane {
  number = 0;
  lane = 0;
  isMmx = false;
  low = 0;
  high = 0;
}

/** FCW and tags as FNINIT leaves them. */
const initialControl = 0x37f;
const allEmpty = 0xffff;

export abstract class VectorEvaluator extends PrivilegedEvaluator implements VectorState<Word, Bit> {
  /** Are there such registers? Who keeps only the others has the instructions unsupported. */
  hasVectors = false;
  readonly #lanes: Lanes;
  readonly #staged: readonly StagedLane[] = Array.from({ length: mostLanes }, () => new StagedLane());
  #stagedCount = 0;
  #usesMmx = false;
  #saving: DataView = new DataView(new ArrayBuffer(512));
  readonly #loading = new DataView(new ArrayBuffer(512));

  constructor(state: MachineState) {
    super(state);
    this.#lanes = new Lanes(state);
  }

  protected override beginSystem(): void {
    super.beginSystem();
    this.#stagedCount = 0;
    this.#usesMmx = false;
  }

  protected override commitSystem(): void {
    super.commitSystem();
    if (this.#usesMmx) {
      this.#lanes.useMmx();
      this.#usesMmx = false;
    }
    for (let k = 0; k < this.#stagedCount; k++) {
      const { number, lane, isMmx, low, high } = this.#staged[k];
      if (isMmx) this.#lanes.writeMmx(number, low, high);
      else this.#lanes.writeVector(number, lane, low, high);
    }
    this.#stagedCount = 0;
  }

  requireUnit(unit: Unit): void {
    if (!this.hasVectors) this.unsupported();
    const cr0 = this.state.control[0].lo;
    const isEmulated = (cr0 & Cr0.EM) !== 0;
    const hasSse = (this.state.control[4].lo & Cr4.OSFXSR) !== 0;
    const isUndefined = (unit === 'sse' && (isEmulated || !hasSse)) || (unit === 'mmx' && isEmulated);
    if (isUndefined) this.stop.fault(Vector.UD, 0);
    if ((cr0 & Cr0.TS) !== 0 || isEmulated) this.stop.fault(Vector.NM, 0);
    if (unit !== 'mmx') return;
    this.stop.isNoted = 1;
    this.#usesMmx = true;
  }

  readLane(k: number, lane: number): Word {
    const id = this.registerOf(k);
    const into = this.take();
    switch (classOf(id)) {
      case RegisterClass.mm:
        this.#lanes.readMmx(numberOf(id), into);
        return into;
      case RegisterClass.xmm:
        this.#lanes.readVector(numberOf(id), lane, into);
        return into;
      default:
        return lane === 0 ? this.read(k) : this.readAt(k, this.number(8 * lane));
    }
  }

  writeLane(k: number, lane: number, value: Word): void {
    const id = this.registerOf(k);
    const registerClass = classOf(id);
    if (registerClass !== RegisterClass.mm && registerClass !== RegisterClass.xmm) {
      if (lane === 0) this.write(k, value);
      else this.writeAt(k, this.number(8 * lane), value);
      return;
    }
    this.stop.isNoted = 1;
    const staged = this.#staged[this.#stagedCount++];
    staged.number = numberOf(id);
    staged.lane = lane;
    staged.isMmx = registerClass === RegisterClass.mm;
    staged.low = value.lo;
    staged.high = value.hi;
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
