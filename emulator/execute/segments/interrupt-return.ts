/** IRET (SDM 2A IRET): from handlers in real mode, and from those of protected mode that no task switch is needed for. */
import { unsignedOf } from '../../bits/word.ts';
import { Flag, Vector } from '../../semantics/cpu.ts';
import { codeToReturnTo, enterCode, isInside } from './code-segment.ts';
import { rplOf } from './descriptor-table.ts';
import { enterRealCode, type FarPointer, releaseStack, stackAt } from './far-transfer.ts';
import { returnOutward } from './outward-return.ts';
import type { SegmentMachine } from './segment-machine.ts';

export const interruptReturn = (machine: SegmentMachine): void => {
  if (machine.isVirtual8086 && machine.ioPrivilegeLevel < 3) machine.fault(Vector.GP, 0);
  else if (machine.isReal) returnInRealMode(machine);
  else if ((machine.state.flags.value & Flag.N) !== 0) returnToTask(machine);
  else returnInProtectedMode(machine);
};

const returnInRealMode = (machine: SegmentMachine): void => {
  const { flags, selector, offset } = frameOf(machine);
  enterRealCode(machine, { selector, offset });
  const privileged = machine.isVirtual8086 ? 0 : Flag.L;
  machine.replaceFlags(ordinaryFlags(machine) | Flag.I | privileged, flags);
  machine.setStackPointer(stackAt(machine, 3 * (machine.operandSize >> 3)));
};

const returnInProtectedMode = (machine: SegmentMachine): void => {
  const { flags, selector, offset } = frameOf(machine);
  const cpl = machine.privilegeLevel;
  if (isReturnToVirtual8086(machine, flags)) machine.unsupported();
  const code = codeToReturnTo(machine, selector);
  if (code === null) return;
  const stackOffset = 3 * (machine.operandSize >> 3);
  if (machine.mode === 64 || rplOf(selector) > cpl) {
    if (!returnOutward(machine, code, { selector, offset, stackOffset, release: 0 })) return;
  } else {
    if (!isInside(machine, code, offset)) return;
    enterCode(machine, code, { selector, cpl, offset });
    releaseStack(machine, code, stackOffset);
  }
  machine.replaceFlags(returnedFlags(machine), flags);
};

const isReturnToVirtual8086 = ({ mode, operandSize, privilegeLevel }: SegmentMachine, flags: number): boolean =>
  mode !== 64 && operandSize === 32 && privilegeLevel === 0 && (flags & Flag.V) !== 0;

interface Frame extends FarPointer {
  readonly flags: number;
}

/** The flags are read first, then CS, of whose slot only the selector is read, then rIP. */
const frameOf = (machine: SegmentMachine): Frame => {
  const size = machine.operandSize;
  const bytes = size >> 3;
  const flags = machine.loadStack(stackAt(machine, 2 * bytes), size).lo;
  const selector = unsignedOf(16, machine.loadStack(stackAt(machine, bytes), 16));
  const offset = machine.zeroExtend(size, machine.loadStack(stackAt(machine, 0), size));
  return { flags, selector, offset };
};

/** Flags that any IRET of the operand size loads. */
const ordinaryFlags = ({ operandSize }: SegmentMachine): number => {
  const low = Flag.C | Flag.P | Flag.A | Flag.Z | Flag.S | Flag.T | Flag.D | Flag.O | Flag.N;
  return operandSize === 16 ? low : low | Flag.R | Flag.K | Flag.E;
};

const returnedFlags = (machine: SegmentMachine): number => {
  const cpl = machine.privilegeLevel;
  const interrupt = cpl <= machine.ioPrivilegeLevel ? Flag.I : 0;
  const system = cpl > 0 ? 0 : machine.operandSize === 16 ? Flag.L : Flag.L | Flag.F | Flag.G;
  return ordinaryFlags(machine) | interrupt | system;
};

/** IA-32e mode has no tasks (SDM 3A 7.7). */
const returnToTask = (machine: SegmentMachine): void => {
  if (machine.isLongMode) machine.fault(Vector.GP, 0);
  else machine.unsupported();
};
