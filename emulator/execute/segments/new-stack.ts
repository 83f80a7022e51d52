/** The stack on which a handler's frame is: that of the code, or one which the TSS says (SDM 3A 6.12.1, 6.14.2, 7.2). */
import { type Width, Word } from '../../bits/word.ts';
import { DescriptorBit, dplOf, loadFromDescriptor, loadNull, SegmentRegister } from '../../machine/segments.ts';
import { Vector } from '../../semantics/cpu.ts';
import { descriptorOf, errorOf, has, isData, isNullSelector, isPresent, rplOf } from './descriptor-table.ts';
import type { SegmentMachine } from './segment-machine.ts';

export interface NewStack {
  readonly segment: SegmentRegister;
  /** SS is loaded with it. */
  readonly isNew: boolean;
  readonly bits: 16 | 32 | 64;
  /** rSP, which moves with what is pushed. */
  readonly top: Word;
  /** Whose right to write it is. */
  readonly cpl: number;
}

/** Null after a fault. */
export const innerStackOf = (machine: SegmentMachine, cpl: number, stackTable: number): NewStack | null =>
  machine.isLongMode ? longStackOf(machine, cpl, stackTable) : legacyStackOf(machine, cpl);

/** So much of the TSS, as far as it goes; null after #TS. */
const readTask = (
  machine: SegmentMachine,
  offset: number,
  bytes: number,
): readonly [low: number, high: number] | null => {
  const { tr } = machine.state;
  if (offset + bytes - 1 > tr.limit) {
    machine.fault(Vector.TS, errorOf(tr.selector));
    return null;
  }
  const at = (distance: number): number => {
    const low = (tr.baseLo + offset + distance) | 0;
    return machine.readTable(low, machine.isLongMode ? tr.baseHi + (low >>> 0 < tr.baseLo >>> 0 ? 1 : 0) : 0);
  };
  return [at(0), bytes > 4 ? at(4) : 0];
};

const longStackOf = (machine: SegmentMachine, cpl: number, stackTable: number): NewStack | null => {
  const pointer = readTask(machine, stackTable === 0 ? 4 + 8 * cpl : 28 + 8 * stackTable, 8);
  if (pointer === null) return null;
  const segment = new SegmentRegister();
  if (cpl === machine.privilegeLevel) segment.copyFrom(machine.state.segments[2]);
  else loadNull(segment, cpl);
  segment.dpl = cpl;
  const top = new Word();
  top.lo = pointer[0] & ~15;
  top.hi = pointer[1];
  return { segment, isNew: true, bits: 64, top, cpl };
};

/** A TSS of 16 bits has SP and SS in two words, one of 32 bits in two double words. */
const legacyStackOf = (machine: SegmentMachine, cpl: number): NewStack | null => {
  const { isBig, selector: task } = machine.state.tr;
  const pair = readTask(machine, isBig ? 4 + 8 * cpl : 2 + 4 * cpl, isBig ? 8 : 4);
  if (pair === null) return null;
  const selector = (isBig ? pair[1] : pair[0] >>> 16) & 0xffff;
  const descriptor = isNullSelector(selector) ? null : descriptorOf(machine, selector);
  const isStack =
    descriptor !== null &&
    isData(descriptor) &&
    has(descriptor, DescriptorBit.readWrite) &&
    rplOf(selector) === cpl &&
    dplOf(descriptor) === cpl;
  if (!isStack) {
    machine.fault(Vector.TS, isNullSelector(selector) ? errorOf(task) : errorOf(selector));
    return null;
  }
  if (!isPresent(descriptor)) {
    machine.fault(Vector.SS, errorOf(selector));
    return null;
  }
  const segment = new SegmentRegister();
  loadFromDescriptor(segment, selector, descriptor);
  const top = new Word();
  top.lo = isBig ? pair[0] : pair[0] & 0xffff;
  return { segment, isNew: true, bits: segment.isBig ? 32 : 16, top, cpl };
};

/** One item; #SS where the stack has no room. */
export const pushOn = (machine: SegmentMachine, stack: NewStack, bits: Width, value: Word): void => {
  const { top, segment, cpl } = stack;
  const bytes = bits >> 3;
  const low = (top.lo - bytes) | 0;
  top.hi = stack.bits === 64 ? top.hi - (low >>> 0 > top.lo >>> 0 ? 1 : 0) : 0;
  top.lo = stack.bits === 16 ? low & 0xffff : low;
  const first = top.lo >>> 0;
  if (stack.bits !== 64 && !hasRoom(segment, first, bytes)) machine.fault(Vector.SS, 0);
  const base = stack.bits === 64 ? 0 : segment.baseLo;
  machine.storeAs(cpl, (top.lo + base) | 0, top.hi, bytes, value);
};

const hasRoom = ({ isExpandDown, limit, isBig }: SegmentRegister, first: number, bytes: number): boolean => {
  const last = first + bytes - 1;
  return isExpandDown ? first > limit && last <= (isBig ? 0xffff_ffff : 0xffff) : last <= limit;
};
