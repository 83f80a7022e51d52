/** Which code segments may be entered, and what entering them changes (SDM 3A 5.8). */
import type { Word } from '../../bits/word.ts';
import {
  type Descriptor,
  DescriptorBit,
  dplOf,
  limitOf,
  loadFromDescriptor,
  Segment,
  typeOf,
} from '../../machine/segments.ts';
import { Vector } from '../../semantics/cpu.ts';
import { isCanonical } from '../segmented-memory.ts';
import {
  descriptorOf,
  errorOf,
  has,
  isCode,
  isConforming,
  isNullSelector,
  isPresent,
  markAccessed,
  rplOf,
} from './descriptor-table.ts';
import type { SegmentMachine } from './segment-machine.ts';

/** The code that JMP and CALL may enter by a selector; null after a fault, or where it is a gate or a task. */
export const codeToTransferTo = (machine: SegmentMachine, selector: number): Descriptor | null => {
  const descriptor = namedDescriptorOf(machine, selector);
  if (descriptor === null) return null;
  if (!has(descriptor, DescriptorBit.codeOrData)) return meetSystemDescriptor(machine, selector, descriptor);
  const cpl = machine.privilegeLevel;
  const isAllowed = isConforming(descriptor)
    ? dplOf(descriptor) <= cpl
    : rplOf(selector) <= cpl && dplOf(descriptor) === cpl;
  return checked(machine, selector, descriptor, isAllowed);
};

/** The code that RET and IRET may go back to: of this privilege level, or of an outer one. */
export const codeToReturnTo = (machine: SegmentMachine, selector: number): Descriptor | null => {
  const descriptor = namedDescriptorOf(machine, selector);
  if (descriptor === null) return null;
  const rpl = rplOf(selector);
  const isLevel = isConforming(descriptor) ? dplOf(descriptor) <= rpl : dplOf(descriptor) === rpl;
  return checked(machine, selector, descriptor, rpl >= machine.privilegeLevel && isLevel);
};

const namedDescriptorOf = (machine: SegmentMachine, selector: number): Descriptor | null => {
  const descriptor = isNullSelector(selector) ? null : descriptorOf(machine, selector);
  if (descriptor === null) machine.fault(Vector.GP, errorOf(selector));
  return descriptor;
};

const checked = (
  machine: SegmentMachine,
  selector: number,
  descriptor: Descriptor,
  isAllowed: boolean,
): Descriptor | null => {
  // L with D is reserved in IA-32e mode (SDM 3A 5.2.1).
  const isReserved = is64BitCode(machine, descriptor) && has(descriptor, DescriptorBit.big);
  if (!isCode(descriptor) || isReserved || !isAllowed) {
    machine.fault(Vector.GP, errorOf(selector));
    return null;
  }
  if (isPresent(descriptor)) return descriptor;
  machine.fault(Vector.NP, errorOf(selector));
  return null;
};

const callGate = 12;
/** 16-bit TSS, 16-bit call gate, task gate, 32-bit TSS, call gate (SDM 3A table 3-2). */
const transferTypes: readonly number[] = [1, 4, 5, 9, callGate];

/** Gates and tasks are checked as far as their descriptor goes, and then not supported yet. */
const meetSystemDescriptor = (machine: SegmentMachine, selector: number, descriptor: Descriptor): null => {
  const types = machine.isLongMode ? [callGate] : transferTypes;
  const level = Math.max(machine.privilegeLevel, rplOf(selector));
  if (!types.includes(typeOf(descriptor)) || dplOf(descriptor) < level) machine.fault(Vector.GP, errorOf(selector));
  else if (!isPresent(descriptor)) machine.fault(Vector.NP, errorOf(selector));
  else machine.unsupported();
  return null;
};

export const is64BitCode = (machine: SegmentMachine, descriptor: Descriptor): boolean =>
  machine.isLongMode && has(descriptor, DescriptorBit.long);

/** #GP(0) where an offset is past the end of the code, or not canonical in 64-bit code. Is it inside? */
export const isInside = (machine: SegmentMachine, code: Descriptor, { lo, hi }: Word): boolean => {
  const inside = is64BitCode(machine, code) ? isCanonical(hi) : lo >>> 0 <= limitOf(code);
  if (!inside) machine.fault(Vector.GP, 0);
  return inside;
};

/** Execution goes on at an offset of a code segment, at a privilege level. */
export const enterCode = (
  machine: SegmentMachine,
  code: Descriptor,
  { selector, cpl, offset }: { readonly selector: number; readonly cpl: number; readonly offset: Word },
): void => {
  markAccessed(machine, selector, code);
  const into = machine.stageSegment(Segment.CS);
  loadFromDescriptor(into, errorOf(selector) | cpl, code);
  into.isAccessed = true;
  machine.setInstructionPointer(offset.lo, is64BitCode(machine, code) ? offset.hi : 0);
};
