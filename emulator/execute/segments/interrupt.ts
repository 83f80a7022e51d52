/** INT n, INT3, INTO, INT1, and the way into a handler (SDM 2A INT, 3A 6.12, 20.1.4). */
import { Segment } from '../../machine/segments.ts';
import { Flag, type SoftwareInterrupt, Vector } from '../../semantics/cpu.ts';
import { enterHandler } from './enter-handler.ts';
import { type Event, gateError } from './gate.ts';
import { loadRealSegment } from './load-segment.ts';
import type { SegmentMachine } from './segment-machine.ts';

export const softwareInterrupt = (machine: SegmentMachine, vector: number, kind: SoftwareInterrupt): void => {
  // In virtual-8086 mode INT n is for IOPL 3, the others are not (SDM 3A 20.2.8.1).
  const isRealMode = machine.isReal && !machine.isVirtual8086;
  const isSoftware = kind !== 'int1';
  if (machine.isVirtual8086 && kind === 'int' && machine.ioPrivilegeLevel < 3) {
    machine.fault(Vector.GP, 0);
  } else if (machine.delivers) {
    const returnOffset = machine.nextInstruction();
    deliverEvent(machine, { vector, error: null, returnOffset, isSoftware, external: 0, resumes: false });
  } else if (!isRealMode && isSoftware && !machine.isGateOpen(vector)) {
    machine.fault(Vector.GP, gateError(vector, 0));
  } else {
    machine.trap(vector);
  }
};

/** Enters a handler. What faults on the way is the machine's matter. */
export const deliverEvent = (machine: SegmentMachine, event: Event): void => {
  if (machine.isReal && !machine.isVirtual8086) enterRealHandler(machine, event);
  else enterHandler(machine, event);
};

/** Pushes flags, CS and a return offset, and goes where the vector says. */
const enterRealHandler = (machine: SegmentMachine, { vector, returnOffset, external }: Event): void => {
  const { idtr, flags, segments } = machine.state;
  if (vector * 4 + 3 > idtr.limit) machine.fault(Vector.GP, gateError(vector, external));
  machine.push(16, machine.constant(flags.value));
  machine.push(16, machine.constant(segments[Segment.CS].selector));
  machine.push(16, returnOffset);
  machine.replaceFlags(Flag.I | Flag.T | Flag.K, 0);
  const entry = machine.readTable((idtr.base.lo + vector * 4) | 0, idtr.base.hi);
  loadRealSegment(machine, Segment.CS, entry >>> 16);
  machine.setInstructionPointer(entry & 0xffff, 0);
};
