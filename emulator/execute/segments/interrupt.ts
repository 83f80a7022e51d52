/** INT n, INT3, INTO, INT1, and the way into a handler of real mode (SDM 2A INT, 3A 20.1.4). */
import type { Word } from '../../bits/word.ts';
import { Segment } from '../../machine/segments.ts';
import { Flag, type SoftwareInterrupt, Vector } from '../../semantics/cpu.ts';
import { loadRealSegment } from './load-segment.ts';
import type { SegmentMachine } from './segment-machine.ts';

export const softwareInterrupt = (machine: SegmentMachine, vector: number, kind: SoftwareInterrupt): void => {
  // In virtual-8086 mode INT n is for IOPL 3, the others are not (SDM 3A 20.2.8.1).
  const isRealMode = machine.isReal && !machine.isVirtual8086;
  if (machine.isVirtual8086 && kind === 'int' && machine.ioPrivilegeLevel < 3) machine.fault(Vector.GP, 0);
  else if (!isRealMode && kind !== 'int1' && !machine.isGateOpen(vector)) machine.fault(Vector.GP, gateError(vector));
  else if (!machine.delivers) machine.trap(vector);
  else if (isRealMode) enterRealHandler(machine, vector, machine.nextInstruction());
  else machine.unsupported();
};

/** The error code that names a gate: the IDT bit is set (SDM 3A 6.13). */
const gateError = (vector: number): number => vector * 8 + 2;

/** Pushes flags, CS and a return offset, and goes where the vector says. What faults on the way is the machine's matter. */
const enterRealHandler = (machine: SegmentMachine, vector: number, returnOffset: Word): void => {
  const { idtr, flags, segments } = machine.state;
  if (vector * 4 + 3 > idtr.limit) machine.fault(Vector.GP, gateError(vector));
  machine.push(16, machine.constant(flags.value));
  machine.push(16, machine.constant(segments[Segment.CS].selector));
  machine.push(16, returnOffset);
  machine.replaceFlags(Flag.I | Flag.T | Flag.K, 0);
  const entry = machine.readTable((idtr.base.lo + vector * 4) | 0, idtr.base.hi);
  loadRealSegment(machine, Segment.CS, entry >>> 16);
  machine.setInstructionPointer(entry & 0xffff, 0);
};
