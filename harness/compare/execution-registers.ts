/** The state before an execution, as those who evaluate operands read registers. */

import { classOf, RegisterClass, registerBits, registerByName } from '../../emulator/isa/registers.ts';
import type { RegisterView, SegmentView } from '../../emulator/operand/evaluate.ts';
import { type CpuState, type Execution, StateWord } from '../execution.ts';
import { baseHighOf, baseOf, descriptorOf } from '../generate/states/segments.ts';
import { generalNumber } from './execution-role.ts';

export const registersOf = ({ state, mode }: Execution): RegisterView => ({
  ...(mode === 64 ? {} : { stackBits: isWideStack(state) ? 32 : 16 }),
  read: (name) => {
    if (name === 'rflags') return state.get64(StateWord.rflags);
    const id = registerByName(name) ?? 0;
    const bits = registerBits(id);
    if (classOf(id) === RegisterClass.instructionPointer) return BigInt.asUintN(bits, state.get64(StateWord.rip));
    if (classOf(id) === RegisterClass.segment) return BigInt(state.words[StateWord.selectors + (id & 7)] ?? 0);
    const number = generalNumber(id);
    if (number < 0) return 0n;
    const value = state.get64(StateWord.gpr + 2 * number);
    return BigInt.asUintN(bits, classOf(id) === RegisterClass.gpr8High ? value >> 8n : value);
  },
  segment: (name) => {
    const number = (registerByName(name) ?? 0) & 7;
    const high = BigInt(baseHighOf(state, mode, number)) << 32n;
    const base = high | BigInt(baseOf(state, mode, number));
    if (mode === 64) return { base };
    return { base, ...(state.isReal ? realLimit : limitOf(state.words[StateWord.selectors + number] ?? 0)) };
  },
});

const isWideStack = ({ words, isReal }: CpuState): boolean =>
  !isReal && descriptorOf(words[StateWord.selectors + 2] ?? 0)?.big === true;

/** Of every segment of real mode (SDM 3A 20.1). */
const realLimit: Omit<SegmentView, 'base'> = { limit: 0xffffn };

const limitOf = (selector: number): Omit<SegmentView, 'base'> => {
  const descriptor = descriptorOf(selector);
  if (descriptor === undefined) return { limit: -1n };
  const limit = BigInt(descriptor.limit);
  if (descriptor.expandDown !== true) return { limit };
  return { limit, expandDownTo: descriptor.big ? 0xffff_ffffn : 0xffffn };
};
