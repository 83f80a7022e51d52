/** LLDT and LTR (SDM 2A LLDT, LTR; 3A 3.5). */
import {
  baseOf,
  type Descriptor,
  DescriptorBit,
  limitOf,
  type SegmentRegister,
  typeOf,
} from '../../machine/segments.ts';
import { Vector } from '../../semantics/cpu.ts';
import type { SystemSegment } from '../../semantics/privileged.ts';
import { isCanonical } from '../segmented-memory.ts';
import { descriptorOf, errorOf, has, isNullSelector, isPresent } from '../segments/descriptor-table.ts';
import type { PrivilegedMachine } from './privileged-machine.ts';

const local = 4;
const localTableType = 2;
/** Available TSS of 16 and 32 (or 64) bits; loading makes it busy. */
const tss16 = 1;
const tss = 9;
const busy = 1 << 9;

export const loadSystemSegment = (machine: PrivilegedMachine, segment: SystemSegment, selector: number): void => {
  if (isNullSelector(selector)) {
    if (segment === 'task') machine.fault(Vector.GP, 0);
    else machine.atEnd(() => empty(machine.state.ldtr, selector));
    return;
  }
  const descriptor = (selector & local) !== 0 ? null : descriptorOf(machine, selector);
  if (descriptor === null || !isOfKind(machine, segment, descriptor)) {
    machine.fault(Vector.GP, errorOf(selector));
    return;
  }
  if (!isPresent(descriptor)) machine.fault(Vector.NP, errorOf(selector));
  const baseHi = machine.isLongMode ? upperBase(machine, selector) : 0;
  if (!isCanonical(baseHi)) machine.fault(Vector.GP, errorOf(selector));
  if (segment === 'task') markBusy(machine, selector, descriptor);
  const into = segment === 'task' ? machine.state.tr : machine.state.ldtr;
  machine.atEnd(() => fill(into, selector, descriptor, baseHi));
};

const isOfKind = ({ isLongMode }: PrivilegedMachine, segment: SystemSegment, descriptor: Descriptor): boolean => {
  if (has(descriptor, DescriptorBit.codeOrData)) return false;
  const type = typeOf(descriptor);
  return segment === 'ldt' ? type === localTableType : type === tss || (type === tss16 && !isLongMode);
};

const addressIn = (
  { state, isLongMode }: PrivilegedMachine,
  selector: number,
  displacement: number,
): readonly [number, number] => {
  const { base } = state.gdtr;
  const lo = (base.lo + (selector & 0xfff8) + displacement) | 0;
  return [lo, isLongMode ? base.hi + (lo >>> 0 < base.lo >>> 0 ? 1 : 0) : 0];
};

/** Descriptors of systems have 16 bytes in IA-32e mode (SDM 3A 7.2.3). */
const upperBase = (machine: PrivilegedMachine, selector: number): number => {
  if ((selector & 0xfff8) + 15 > machine.state.gdtr.limit) machine.fault(Vector.GP, errorOf(selector));
  const [low, high] = addressIn(machine, selector, 8);
  return machine.readTable(low, high) | 0;
};

const markBusy = (machine: PrivilegedMachine, selector: number, { high: attributes }: Descriptor): void => {
  const [low, high] = addressIn(machine, selector, 4);
  machine.writeTable(low, high, attributes | busy);
};

const empty = (into: SegmentRegister, selector: number): void => {
  into.selector = selector;
  into.isNull = true;
  into.isPresent = false;
  into.limit = 0;
};

const fill = (into: SegmentRegister, selector: number, descriptor: Descriptor, baseHi: number): void => {
  into.selector = selector;
  into.baseLo = baseOf(descriptor);
  into.baseHi = baseHi;
  into.limit = limitOf(descriptor);
  into.isNull = false;
  into.isPresent = true;
  into.isBig = typeOf(descriptor) === tss;
};
