/** Returns that bring a stack with them: to an outer privilege level, and each IRET of 64-bit mode (SDM 2A IRET, 2B RET). */
import { unsignedOf, type Width, type Word } from '../../bits/word.ts';
import { type Descriptor, DescriptorBit, loadNull, Segment } from '../../machine/segments.ts';
import { enterCode, is64BitCode, isInside } from './code-segment.ts';
import { has, rplOf } from './descriptor-table.ts';
import { loadStackDescribed, stackDescriptorOf } from './load-segment.ts';
import type { SegmentMachine } from './segment-machine.ts';

interface Return {
  readonly selector: number;
  readonly offset: Word;
  /** Where rSP and SS are, from rSP. */
  readonly stackOffset: number;
  /** Bytes of parameters, which the outer stack has too. */
  readonly release: number;
}

/** SS is read before rSP, and only the selector of its slot. Nothing but faults where the stack is refused. */
export const returnOutward = (
  machine: SegmentMachine,
  code: Descriptor,
  { selector, offset, stackOffset, release }: Return,
): boolean => {
  const size = machine.operandSize;
  const at = (bytes: number): Word =>
    machine.add(machine.stackWidth, machine.stackPointer(), machine.constant(stackOffset + bytes));
  const stackSelector = unsignedOf(16, machine.loadStack(at(size >> 3), 16));
  const pointer = machine.zeroExtend(size, machine.loadStack(at(0), size));
  const cpl = rplOf(selector);
  const is64 = is64BitCode(machine, code);
  const stack = stackDescriptorOf(machine, stackSelector, { cpl, is64 });
  if (stack === null || !isInside(machine, code, offset)) return false;
  loadStackDescribed(machine, stackSelector, cpl, stack);
  const width: Width = is64 ? 64 : has(stack, DescriptorBit.big) ? 32 : 16;
  machine.setGeneral(width, 4, machine.add(width, pointer, machine.constant(release)));
  enterCode(machine, code, { selector, cpl, offset });
  if (cpl > machine.privilegeLevel) forgetInnerSegments(machine, cpl);
  return true;
};

/** Data that the outer level may not use does not stay in its segment registers. */
const forgetInnerSegments = (machine: SegmentMachine, cpl: number): void => {
  for (const segment of [Segment.ES, Segment.FS, Segment.GS, Segment.DS]) {
    const { isNull, isConforming, dpl } = machine.state.segments[segment];
    if (!isNull && !isConforming && dpl < cpl) loadNull(machine.stageSegment(segment), 0);
  }
};
