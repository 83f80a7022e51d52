/** The way into a handler of protected and IA-32e mode, through the IDT (SDM 3A 6.10 to 6.14). */
import { type Width, Word } from '../../bits/word.ts';
import {
  type Descriptor,
  DescriptorBit,
  dplOf,
  loadFromDescriptor,
  loadNull,
  Segment,
} from '../../machine/segments.ts';
import { Flag, Vector } from '../../semantics/cpu.ts';
import { is64BitCode } from './code-segment.ts';
import {
  descriptorOf,
  errorOf,
  has,
  isCode,
  isConforming,
  isNullSelector,
  isPresent,
  markAccessed,
} from './descriptor-table.ts';
import { type Event, type Gate, gateOf } from './gate.ts';
import { innerStackOf, type NewStack, pushOn } from './new-stack.ts';
import type { SegmentMachine } from './segment-machine.ts';

export const enterHandler = (machine: SegmentMachine, event: Event): void => {
  const gate = gateOf(machine, event);
  if (gate === null) return;
  const code = handlerCodeOf(machine, gate, event);
  if (code === null) return;
  const cpl = isConforming(code) ? machine.privilegeLevel : dplOf(code);
  const isInward = cpl < machine.privilegeLevel;
  if (machine.isVirtual8086 && cpl !== 0) {
    machine.fault(Vector.GP, errorOf(gate.selector) | event.external);
    return;
  }
  const stack =
    isInward || gate.stackTable !== 0 ? innerStackOf(machine, cpl, gate.stackTable) : currentStack(machine, cpl);
  if (stack === null) return;
  pushFrame(machine, event, { gate, stack, isInward });
  enter(machine, { gate, code, cpl });
};

/** The gate's code: conforming, or of this privilege level or an inner one. */
const handlerCodeOf = (machine: SegmentMachine, { selector }: Gate, { external }: Event): Descriptor | null => {
  const descriptor = isNullSelector(selector) ? null : descriptorOf(machine, selector);
  const error = errorOf(selector) | external;
  const isAllowed =
    descriptor !== null &&
    isCode(descriptor) &&
    dplOf(descriptor) <= machine.privilegeLevel &&
    (!machine.isLongMode || (is64BitCode(machine, descriptor) && !has(descriptor, DescriptorBit.big)));
  if (!isAllowed) {
    machine.fault(Vector.GP, error);
    return null;
  }
  if (isPresent(descriptor)) return descriptor;
  machine.fault(Vector.NP, error);
  return null;
};

/** IA-32e mode aligns the stack to 16 bytes, whichever it is. */
const currentStack = (machine: SegmentMachine, cpl: number): NewStack => {
  const { general, segments } = machine.state;
  const top = new Word();
  top.lo = machine.isLongMode ? general[4].lo & ~15 : general[4].lo;
  top.hi = general[4].hi;
  return { segment: segments[Segment.SS], isNew: false, bits: machine.isLongMode ? 64 : machine.stackWidth, top, cpl };
};

const pushFrame = (
  machine: SegmentMachine,
  { error, returnOffset, resumes }: Event,
  { gate, stack, isInward }: { readonly gate: Gate; readonly stack: NewStack; readonly isInward: boolean },
): void => {
  const { segments, general, flags } = machine.state;
  const bits: Width = gate.bits;
  const push = (value: Word): void => pushOn(machine, stack, bits, value);
  const selector = (segment: number): Word => machine.constant(segments[segment].selector);
  if (machine.isVirtual8086) {
    for (const segment of [Segment.GS, Segment.FS, Segment.DS, Segment.ES]) {
      push(selector(segment));
      loadNull(machine.stageSegment(segment), 0);
    }
  }
  if (isInward || machine.isLongMode) {
    push(selector(Segment.SS));
    push(general[4]);
  }
  push(machine.constant(flags.value | (resumes ? Flag.R : 0)));
  push(selector(Segment.CS));
  push(returnOffset);
  if (error !== null) push(machine.constant(error));
  if (stack.isNew) machine.stageSegment(Segment.SS).copyFrom(stack.segment);
  machine.setGeneral(stack.bits, 4, stack.top);
};

const enter = (
  machine: SegmentMachine,
  { gate, code, cpl }: { readonly gate: Gate; readonly code: Descriptor; readonly cpl: number },
): void => {
  markAccessed(machine, gate.selector, code);
  const into = machine.stageSegment(Segment.CS);
  loadFromDescriptor(into, errorOf(gate.selector) | cpl, code);
  into.isAccessed = true;
  machine.setInstructionPointer(gate.offset.lo, gate.offset.hi);
  machine.replaceFlags(Flag.T | Flag.N | Flag.R | Flag.V | (gate.masksInterrupts ? Flag.I : 0), 0);
};
