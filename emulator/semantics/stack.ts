import { classOf, numberOf, RegisterClass } from '../isa/registers.ts';
import type { stack as rows } from '../isa/rows/stack.ts';
import { type Cpu, type Semantic, type SemanticsOf, Vector } from './cpu.ts';

/** Stack (SDM 1 6.2, 6.4). */
export const stack: SemanticsOf<typeof rows> = {
  PUSH(cpu) {
    if (isSelector(cpu)) pushSelector(cpu);
    else cpu.push(cpu.operandSize, cpu.read(0));
  },
  POP(cpu) {
    if (isSelector(cpu)) popSelector(cpu);
    else cpu.write(0, cpu.pop(cpu.operandSize));
  },
  PUSHA: (cpu) => pushAll(cpu),
  PUSHAD: (cpu) => pushAll(cpu),
  POPA: (cpu) => popAll(cpu),
  POPAD: (cpu) => popAll(cpu),
  PUSHF: (cpu) => pushFlags(cpu),
  PUSHFD: (cpu) => pushFlags(cpu),
  PUSHFQ: (cpu) => pushFlags(cpu),
  POPF: (cpu) => popFlags(cpu),
  POPFD: (cpu) => popFlags(cpu),
  POPFQ: (cpu) => popFlags(cpu),
  ENTER: (cpu) => enter(cpu),
  LEAVE(cpu) {
    cpu.setStackPointer(cpu.general(cpu.stackWidth, rBP));
    cpu.setGeneral(cpu.operandSize, rBP, cpu.pop(cpu.operandSize));
  },
};

const rSP = 4;
const rBP = 5;

const isSelector = <V, B>(cpu: Cpu<V, B>): boolean => classOf(cpu.registerOf(0)) === RegisterClass.segment;

/** rSP displaced by so many bytes. */
const stackAt = <V, B>(cpu: Cpu<V, B>, bytes: number): V =>
  cpu.add(cpu.stackWidth, cpu.stackPointer(), cpu.constant(bytes));

/** Of a slot of 32 bits only the low half is written (SDM 2B PUSH); one of 64 bits is zero-extended. */
const pushSelector = <V, B>(cpu: Cpu<V, B>): void => {
  const size = cpu.operandSize;
  const selector = cpu.zeroExtend(16, cpu.selector(numberOf(cpu.registerOf(0))));
  if (size === 32) {
    const top = stackAt(cpu, -4);
    cpu.storeStack(top, 16, selector);
    cpu.setStackPointer(top);
  } else {
    cpu.push(size, selector);
  }
};

/** Of a slot of any size only the selector is read (SDM 2B POP). */
const popSelector = <V, B>(cpu: Cpu<V, B>): void => {
  const register = numberOf(cpu.registerOf(0));
  const selector = cpu.loadStack(cpu.stackPointer(), 16);
  cpu.setStackPointer(stackAt(cpu, cpu.operandSize >> 3));
  cpu.loadSegment(register, selector, true);
};

const pushAll: Semantic = (cpu) => {
  for (let register = 0; register < 8; register++) cpu.push(cpu.operandSize, cpu.general(cpu.operandSize, register));
};

/** rSP's image is popped, and discarded. */
const popAll: Semantic = (cpu) => {
  for (let register = 7; register >= 0; register--) {
    const value = cpu.pop(cpu.operandSize);
    if (register !== rSP) cpu.setGeneral(cpu.operandSize, register, value);
  }
};

/** In virtual-8086 mode, which has no extensions here (CR4.VME), the flags are for IOPL 3 only (SDM 3A 20.2.7). */
const requireFlagAccess = <V, B>(cpu: Cpu<V, B>): void => {
  if (cpu.isVirtual8086 && cpu.ioPrivilegeLevel < 3) cpu.fault(Vector.GP, 0);
};

const pushFlags: Semantic = (cpu) => {
  requireFlagAccess(cpu);
  cpu.reach('checked');
  cpu.reach('read');
  cpu.push(cpu.operandSize, cpu.flagsImage());
};

const popFlags: Semantic = (cpu) => {
  requireFlagAccess(cpu);
  cpu.reach('checked');
  const image = cpu.pop(cpu.operandSize);
  cpu.reach('read');
  cpu.loadFlags(cpu.operandSize, image);
};

/** SDM 2A ENTER. The frame ends with a check that something could be pushed there. */
const enter: Semantic = (cpu) => {
  const size = cpu.operandSize;
  const bytes = size >> 3;
  const level = cpu.immediateOf(1) & 31;
  cpu.push(size, cpu.general(size, rBP));
  // Of the operand size: with a 16-bit stack the subtraction borrows from the upper half of ESP.
  const frame = cpu.sub(size, cpu.general(size, rSP), cpu.constant(bytes));
  for (let k = 1; k < level; k++) {
    const display = cpu.sub(cpu.stackWidth, cpu.general(cpu.stackWidth, rBP), cpu.constant(k * bytes));
    cpu.push(size, cpu.loadStack(display, size));
  }
  if (level > 0) cpu.push(size, frame);
  const top = stackAt(cpu, -(cpu.immediateOf(0) & 0xffff));
  cpu.probeStack(top, size);
  cpu.setGeneral(size, rBP, frame);
  cpu.setStackPointer(top);
};
