/** The evaluator with segments: the System operations that load them, transfer control between them and inspect them. */
import type { Bit } from '../../bits/compare.ts';
import { unsignedOf, type Width, type Word } from '../../bits/word.ts';
import { Segment, type SegmentRegister } from '../../machine/segments.ts';
import type { MachineState } from '../../machine/state.ts';
import type { InspectedSegment, Inspection, SoftwareInterrupt, System } from '../../semantics/cpu.ts';
import { Evaluator } from '../evaluator.ts';
import { StopKind } from '../stop.ts';
import { farCall, farJump, farPointer, farReturn } from './far-transfer.ts';
import { inspectSegment } from './inspect-segment.ts';
import { softwareInterrupt } from './interrupt.ts';
import { interruptReturn } from './interrupt-return.ts';
import { loadSegment } from './load-segment.ts';
import { readSegmentBase, writeSegmentBase } from './segment-base.ts';
import type { SegmentMachine } from './segment-machine.ts';
import { StagedSegments } from './staged-segments.ts';

type Provided =
  | 'farCall'
  | 'farJump'
  | 'farReturn'
  | 'inspectSegment'
  | 'interruptReturn'
  | 'loadSegment'
  | 'segmentBase'
  | 'setSegmentBase'
  | 'softwareInterruptIf';

export abstract class SegmentedEvaluator
  extends Evaluator
  implements SegmentMachine, Pick<System<Word, Bit>, Provided>
{
  abstract readonly profile: 'intel' | 'amd-zen3';
  abstract readonly mode: 16 | 32 | 64;
  abstract readonly isReal: boolean;
  abstract readonly isVirtual8086: boolean;
  abstract readonly isLongMode: boolean;
  abstract readonly privilegeLevel: number;
  abstract readonly ioPrivilegeLevel: number;
  abstract readonly delivers: boolean;
  abstract isGateOpen(vector: number): boolean;
  abstract unsupported(): void;
  /** Follows segment registers that have changed. */
  abstract refresh(): void;

  readonly #staged: StagedSegments;
  /** MOV SS and POP SS hold interrupts until the next instruction has ended; for layers above. */
  protected blocksInterrupts = false;

  constructor(state: MachineState) {
    super(state);
    this.#staged = new StagedSegments(state.segments);
  }

  protected beginSystem(): void {
    this.#staged.begin();
    this.blocksInterrupts = false;
  }

  protected commitSystem(): void {
    if (!this.#staged.isLoaded) return;
    this.#staged.commit();
    this.refresh();
  }

  stageSegment(segment: number): SegmentRegister {
    this.stop.isNoted = 1;
    return this.#staged.stage(segment);
  }

  pushAs(is64: boolean, bits: Width, first: Word, second: Word): void {
    const before = this.stackPointer();
    const is64Now = this.is64;
    this.followSegments(is64);
    this.push(bits, first);
    this.push(bits, second);
    const width = this.stackWidth;
    const top = this.stackPointer();
    this.followSegments(is64Now);
    if (is64 === is64Now) return;
    this.setStackPointer(before);
    this.setGeneral(width, 4, top);
  }

  readTable(low: number, high: number): number {
    const { isUser } = this.linear;
    this.linear.isUser = false;
    const { lo } = this.linear.load(low, high, 4, false);
    this.linear.isUser = isUser;
    return lo;
  }

  writeTable(low: number, high: number, value: number): void {
    const { isUser } = this.linear;
    this.linear.isUser = false;
    this.linear.store(low, high, 4, this.number(value), false);
    this.linear.isUser = isUser;
  }

  storeAs(cpl: number, low: number, high: number, bytes: number, value: Word): void {
    const { isUser } = this.linear;
    this.linear.isUser = cpl === 3;
    this.linear.store(low, high, bytes, value, false);
    this.linear.isUser = isUser;
  }

  override replaceFlags(mask: number, image: number): void {
    super.replaceFlags(mask, image);
  }

  trap(vector: number): void {
    if (!this.stop.set(StopKind.trap)) return;
    this.stop.vector = vector;
    this.stop.error = 0;
  }

  loadSegment(segment: number, selector: Word, blocksInterrupts: boolean): void {
    this.stop.isNoted = 1;
    if (segment === Segment.SS) this.blocksInterrupts = blocksInterrupts;
    loadSegment(this, segment, unsignedOf(16, selector));
  }

  farJump(selector: Word, offset: Word): void {
    farJump(this, farPointer(this, selector, offset));
  }

  farCall(selector: Word, offset: Word): void {
    farCall(this, farPointer(this, selector, offset));
  }

  farReturn(release: number): void {
    farReturn(this, release);
  }

  interruptReturn(): void {
    interruptReturn(this);
  }

  softwareInterruptIf(condition: Bit, vector: number, kind: SoftwareInterrupt): void {
    if (condition === 1) softwareInterrupt(this, vector, kind);
  }

  inspectSegment(selector: Word, purpose: Inspection): InspectedSegment<Word, Bit> {
    const found = inspectSegment(this, unsignedOf(16, selector), purpose);
    const value = this.take();
    value.lo = (found ?? 0) | 0;
    value.hi = 0;
    return { isVisible: found === null ? 0 : 1, value };
  }

  segmentBase(segment: number): Word {
    const into = this.take();
    readSegmentBase(this, segment, into);
    return into;
  }

  setSegmentBase(segment: number, base: Word): void {
    writeSegmentBase(this, segment, base);
  }
}
