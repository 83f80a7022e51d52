/** Far JMP, CALL and RET (SDM 2A CALL, JMP; 2B RET; 3A 5.8): in real mode, to the same level, and back to an outer one. */
import { unsignedOf, type Word } from '../../bits/word.ts';
import { type Descriptor, Segment } from '../../machine/segments.ts';
import { Vector } from '../../semantics/cpu.ts';
import { codeToReturnTo, codeToTransferTo, enterCode, is64BitCode, isInside } from './code-segment.ts';
import { rplOf } from './descriptor-table.ts';
import { loadRealSegment } from './load-segment.ts';
import { returnOutward } from './outward-return.ts';
import type { SegmentMachine } from './segment-machine.ts';

/** A far pointer as the instruction has it: its offset is of the operand size. */
export interface FarPointer {
  readonly selector: number;
  readonly offset: Word;
}

export const farPointer = (machine: SegmentMachine, selector: Word, offset: Word): FarPointer => ({
  selector: unsignedOf(16, selector),
  offset: machine.zeroExtend(machine.operandSize, offset),
});

export const farJump = (machine: SegmentMachine, pointer: FarPointer): void => {
  if (machine.isReal) {
    enterRealCode(machine, pointer);
    return;
  }
  const code = codeToTransferTo(machine, pointer.selector);
  if (code !== null) enterSameLevel(machine, code, pointer);
};

/**
 * The return address is pushed after the checks of the selector, and before that of the offset: already on the stack
 * as the new code has it, flat and 64 bits wide if that is 64-bit code.
 */
export const farCall = (machine: SegmentMachine, pointer: FarPointer): void => {
  const code = machine.isReal ? null : codeToTransferTo(machine, pointer.selector);
  const caller = machine.constant(machine.state.segments[Segment.CS].selector);
  const is64 = code !== null && is64BitCode(machine, code);
  machine.pushAs(is64, machine.operandSize, caller, machine.nextInstruction());
  if (machine.isReal) enterRealCode(machine, pointer);
  else if (code !== null) enterSameLevel(machine, code, pointer);
};

/** `release` bytes of parameters go with the return address. CS is read first, and only the selector of its slot. */
export const farReturn = (machine: SegmentMachine, release: number): void => {
  const bytes = machine.operandSize >> 3;
  const selector = unsignedOf(16, machine.loadStack(stackAt(machine, bytes), 16));
  const offset = machine.zeroExtend(machine.operandSize, machine.loadStack(stackAt(machine, 0), machine.operandSize));
  const stackOffset = 2 * bytes + release;
  if (machine.isReal) {
    enterRealCode(machine, { selector, offset });
    machine.setStackPointer(stackAt(machine, stackOffset));
    return;
  }
  const code = codeToReturnTo(machine, selector);
  if (code === null) return;
  if (rplOf(selector) > machine.privilegeLevel) {
    returnOutward(machine, code, { selector, offset, stackOffset, release });
  } else {
    enterSameLevel(machine, code, { selector, offset });
    releaseStack(machine, code, stackOffset);
  }
};

/**
 * rSP passes over what was popped. Where 64-bit code is returned to, Intel CPUs add to all of RSP a distance that is as
 * wide as the old stack.
 */
export const releaseStack = (machine: SegmentMachine, code: Descriptor, bytes: number): void => {
  if (is64BitCode(machine, code)) {
    const distance = machine.constant(machine.stackWidth === 16 ? bytes & 0xffff : bytes);
    machine.setGeneral(64, 4, machine.add(64, machine.stackPointer(), distance));
  } else {
    machine.setStackPointer(stackAt(machine, bytes));
  }
};

const enterSameLevel = (machine: SegmentMachine, code: Descriptor, { selector, offset }: FarPointer): void => {
  if (isInside(machine, code, offset)) enterCode(machine, code, { selector, cpl: machine.privilegeLevel, offset });
};

/** rSP displaced by so many bytes. */
export const stackAt = (machine: SegmentMachine, bytes: number): Word =>
  machine.add(machine.stackWidth, machine.stackPointer(), machine.constant(bytes));

/** In real mode CS keeps its limit, which the offset must not pass. */
export const enterRealCode = (machine: SegmentMachine, { selector, offset }: FarPointer): void => {
  const limit = machine.isVirtual8086 ? 0xffff : machine.state.segments[Segment.CS].limit;
  if (offset.lo >>> 0 > limit) machine.fault(Vector.GP, 0);
  loadRealSegment(machine, Segment.CS, selector);
  machine.setInstructionPointer(offset.lo, 0);
};
