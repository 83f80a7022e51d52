/** Loading of ES, SS, DS, FS and GS: MOV, POP, LDS and kin (SDM 2A MOV, 3A 3.4.3, 5.6, 5.7). */
import {
  type Descriptor,
  DescriptorBit,
  dplOf,
  loadFromDescriptor,
  loadNull,
  Segment,
  type SegmentRegister,
  setVirtual8086Segment,
} from '../../machine/segments.ts';
import { Vector } from '../../semantics/cpu.ts';
import {
  descriptorOf,
  errorOf,
  has,
  isCode,
  isConforming,
  isData,
  isNullSelector,
  isPresent,
  markAccessed,
  rplOf,
} from './descriptor-table.ts';
import type { SegmentMachine } from './segment-machine.ts';

export const loadSegment = (machine: SegmentMachine, segment: number, selector: number): void => {
  if (machine.isReal) loadRealSegment(machine, segment, selector);
  else if (segment === Segment.SS) loadStackSegment(machine, selector);
  else if (isNullSelector(selector)) loadNullSegment(machine, machine.stageSegment(segment), selector);
  else loadDataSegment(machine, segment, selector);
};

/** Real mode moves the base only: limit and attributes are those of the last protected mode, or of reset. */
export const loadRealSegment = (machine: SegmentMachine, segment: number, selector: number): void => {
  const into = machine.stageSegment(segment);
  if (machine.isVirtual8086) {
    setVirtual8086Segment(into, segment, selector);
  } else {
    into.selector = selector;
    into.baseLo = selector << 4;
    into.baseHi = 0;
    into.isNull = false;
  }
};

const loadDataSegment = (machine: SegmentMachine, segment: number, selector: number): void => {
  const descriptor = descriptorOf(machine, selector);
  if (descriptor === null || !isReadable(descriptor) || !isPrivileged(machine, selector, descriptor)) {
    machine.fault(Vector.GP, errorOf(selector));
  } else if (isPresent(descriptor)) {
    loadDescribed(machine, segment, selector, descriptor);
  } else {
    machine.fault(Vector.NP, errorOf(selector));
  }
};

const isReadable = (descriptor: Descriptor): boolean =>
  isData(descriptor) || (isCode(descriptor) && has(descriptor, DescriptorBit.readWrite));

const isPrivileged = (machine: SegmentMachine, selector: number, descriptor: Descriptor): boolean =>
  isConforming(descriptor) || Math.max(machine.privilegeLevel, rplOf(selector)) <= dplOf(descriptor);

/** Intel's CPUs clear the base of what is loaded with a null selector, AMD's leave it (APM 2 4.5.3 leaves it open). */
const loadNullSegment = (machine: SegmentMachine, into: SegmentRegister, selector: number): void => {
  loadNull(into, selector);
  if (machine.profile !== 'intel') return;
  into.baseLo = 0;
  into.baseHi = 0;
};

const loadStackSegment = (machine: SegmentMachine, selector: number): void => {
  const cpl = machine.privilegeLevel;
  const descriptor = stackDescriptorOf(machine, selector, { cpl, is64: machine.mode === 64 });
  if (descriptor !== null) loadStackDescribed(machine, selector, cpl, descriptor);
};

/** The descriptor of a null selector, which 64-bit code of inner privilege levels may have in SS. */
const nullStack = { low: 0, high: 0 } as const satisfies Descriptor;

/** What SS may hold for code of `cpl`; `null` after a fault. */
export const stackDescriptorOf = (
  machine: SegmentMachine,
  selector: number,
  { cpl, is64 }: { readonly cpl: number; readonly is64: boolean },
): Descriptor | null => {
  if (isNullSelector(selector)) {
    if (is64 && cpl < 3 && rplOf(selector) === cpl) return nullStack;
    machine.fault(Vector.GP, 0);
    return null;
  }
  const descriptor = descriptorOf(machine, selector);
  const isWritable = descriptor !== null && isData(descriptor) && has(descriptor, DescriptorBit.readWrite);
  if (!isWritable || rplOf(selector) !== cpl || dplOf(descriptor) !== cpl) {
    machine.fault(Vector.GP, errorOf(selector));
    return null;
  }
  if (isPresent(descriptor)) return descriptor;
  machine.fault(Vector.SS, errorOf(selector));
  return null;
};

/** SS of code of `cpl` becomes what `stackDescriptorOf` found. */
export const loadStackDescribed = (
  machine: SegmentMachine,
  selector: number,
  cpl: number,
  descriptor: Descriptor,
): void => {
  if (descriptor === nullStack) {
    const into = machine.stageSegment(Segment.SS);
    loadNullSegment(machine, into, selector);
    into.dpl = cpl;
  } else {
    loadDescribed(machine, Segment.SS, selector, descriptor);
  }
};

const loadDescribed = (machine: SegmentMachine, segment: number, selector: number, descriptor: Descriptor): void => {
  markAccessed(machine, selector, descriptor);
  const into = machine.stageSegment(segment);
  loadFromDescriptor(into, selector, descriptor);
  into.isAccessed = true;
};
