/** Named conditions of known rows that are about what Unicorn leaves out: checks of segments, of addresses, of alignment. */
import { accessesOf, type MemoryAccess } from '../../emulator/operand/evaluate.ts';
import { identify } from '../bucket/identity.ts';
import { registersOf } from '../compare/execution-registers.ts';
import { executedInstruction } from '../compare/execution-role.ts';
import { type CpuState, type Execution, type ExecutionAnswer, StateWord } from '../execution.ts';
import { descriptorOf } from '../generate/states/segments.ts';
import type { ExecutionMismatch } from '../mismatch.ts';

export type Condition = (mismatch: ExecutionMismatch) => boolean;

export const unicornConditions = {
  /** Theirs is #UD. */
  'theirs-undefined': ({ theirs }) => vectorOf(theirs) === 6,
  /** Ours is #UD, theirs is not. */
  'ours-undefined': ({ ours, theirs }) => vectorOf(ours) === 6 && vectorOf(theirs) !== 6,
  'theirs-executed': ({ theirs }) => theirs.status === 'executed',
  'theirs-crashed': ({ theirs }) => theirs.status === 'crashed',
  'ours-segment-fault': ({ ours }) => isSegmentFault(ours),
  'both-fault': ({ ours, theirs }) => ours.status === 'fault' && theirs.status === 'fault',
  /** Ours is #AC, theirs is not. */
  'ours-alignment': ({ ours, theirs }) => vectorOf(ours) === 17 && vectorOf(theirs) !== 17,
  'theirs-protection': ({ theirs }) => vectorOf(theirs) === 13,
  /** Ours is #GP(0), theirs is not. */
  'ours-protection': ({ ours, theirs }) => isPlainFault(ours, 13) && !isPlainFault(theirs, 13),
  /** Ours is #GP(0) or #SS(0), where some access is beyond its segment, or of a kind that the segment has not. */
  'ours-segment': (mismatch) => {
    const { ours, theirs, execution } = mismatch;
    if (execution.mode === 64 || !isSegmentFault(ours) || isPlainFault(theirs, vectorOf(ours))) return false;
    return accesses(mismatch).some((access) => isRefused(execution, access));
  },
  /** Ours is #GP(0), theirs goes on at an offset that CS does not have. */
  'theirs-beyond-code': ({ ours, theirs }) =>
    isPlainFault(ours, 13) && theirs.status === 'executed' && !isInCode(theirs.state),
  /** Ours is #GP(0) or #SS(0), theirs goes on at an address that is not canonical. */
  'theirs-not-canonical': ({ ours, theirs }) =>
    isSegmentFault(ours) && theirs.status === 'executed' && !isCanonical(theirs.state.get64(StateWord.rip)),
  /** Ours is #GP(0) or #SS(0), theirs #PF where canonical addresses end. */
  'theirs-page-fault-at-canonical-end': ({ ours, theirs }) =>
    isSegmentFault(ours) && theirs.status === 'fault' && ((theirs.address ?? 0n) & topOfHalf) >> 8n === topOfHalf >> 8n,
  'theirs-past-4-gib': ({ theirs }) => theirs.status === 'fault' && (theirs.address ?? 0n) >> 6n === 1n << (32n - 6n),
  /** Ours is #GP(0), theirs #GP of a selector. */
  'ours-code-limit': ({ ours, theirs }) => isPlainFault(ours, 13) && vectorOf(theirs) === 13,
  /** An operand of two parts begins at the end of what its offsets reach, and goes on where they begin. */
  'second-part-wraps': (mismatch) => {
    const all = accesses(mismatch);
    const [first, second] = all;
    if (first !== undefined && second !== undefined && second.linear + farBelow < first.linear) return true;
    return all.some((access) => passesEnd(mismatch.execution, access));
  },
  'vex-prefix': ({ input: { bytes, mode } }) => (identify(bytes, mode).vex?.pp ?? 0) !== 0,
  'no-vex-prefix': ({ input: { bytes, mode } }) => identify(bytes, mode).vex?.pp === 0,
  /** It has loaded EFLAGS.VM. */
  'theirs-virtual-8086': ({ theirs }) =>
    theirs.status === 'executed' && ((theirs.state.words[StateWord.rflags] ?? 0) & virtual8086) !== 0,
  /** The instruction ends behind CS. */
  'code-passes-limit': ({ execution: { state, bytes } }) => {
    const limit = state.isReal ? 0xffff : descriptorOf(state.words[StateWord.selectors + 1] ?? 0)?.limit;
    return limit !== undefined && (state.words[StateWord.rip] ?? 0) + bytes.length - 1 > limit;
  },
  /** Either side has written into the page that the instruction stands in. */
  'writes-code-page': ({ execution, ours, theirs }) => {
    const registers = registersOf(execution);
    const linear = Number(BigInt.asUintN(32, registers.segment('cs').base + registers.read('rip')));
    const pages = [linear, linear + execution.bytes.length - 1].map((address) => address >>> 12);
    return [ours, theirs].some((answer) => pages.some((page) => writesPage(answer, page)));
  },
} as const satisfies Readonly<Record<string, Condition>>;

const virtual8086 = 0x2_0000;
const farBelow = 0x1000n;
const topOfHalf = 0x7fff_ffff_ffffn;

/** Does the operand begin below 64 KiB or 4 GiB of its segment, and end behind it? */
const passesEnd = (execution: Execution, { operand, linear, bits }: MemoryAccess): boolean => {
  const { base } = registersOf(execution).segment(operand.segment);
  const first = BigInt.asUintN(execution.mode === 64 ? 64 : 32, linear - base);
  const last = first + BigInt(bits >> 3) - 1n;
  return first >> 16n === 0n ? last >> 16n === 1n : first >> 32n === 0n && last >> 32n === 1n;
};

/** What is unchanged has been written as well, behind or before what is changed. */
const widestWrite = 8;

const writesPage = (answer: ExecutionAnswer, page: number): boolean =>
  (answer.status === 'executed' || answer.status === 'fault') &&
  answer.memory.some(({ address, bytes }) => {
    const last = address + bytes.length + widestWrite - 1;
    return (address - widestWrite) >>> 12 <= page && last >>> 12 >= page;
  });

const vectorOf = (answer: ExecutionAnswer): number => (answer.status === 'fault' ? answer.vector : -1);

const isPlainFault = (answer: ExecutionAnswer, vector: number): boolean =>
  answer.status === 'fault' && answer.vector === vector && answer.error === 0;

const isSegmentFault = (answer: ExecutionAnswer): boolean => isPlainFault(answer, 12) || isPlainFault(answer, 13);

/** A repetition may meet the end of its segment late. */
const mostIterations = 1 << 16;

const accesses = ({ execution, input }: ExecutionMismatch): readonly MemoryAccess[] => {
  const instruction = executedInstruction(execution, input.vendor);
  return instruction === null ? [] : accessesOf(instruction, registersOf(execution), mostIterations);
};

const isRefused = ({ state }: Execution, { operand, isInside, isWrite }: MemoryAccess): boolean => {
  if (!isInside) return true;
  if (state.isReal) return false;
  const descriptor = descriptorOf(state.words[StateWord.selectors + segmentNames.indexOf(operand.segment)] ?? 0);
  if (descriptor === undefined) return true;
  if (descriptor.kind === 'code') return isWrite || descriptor.readable !== true;
  return isWrite && descriptor.writable !== true;
};

const segmentNames: readonly string[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];

const isInCode = (state: CpuState): boolean => {
  const offset = state.get64(StateWord.rip);
  if (state.isReal) return offset <= 0xffffn;
  const descriptor = descriptorOf(state.words[StateWord.selectors + 1] ?? 0);
  return descriptor === undefined || descriptor.long === true || offset <= BigInt(descriptor.limit);
};

/** With 48-bit linear addresses (SDM 1 3.3.7.1). */
const isCanonical = (address: bigint): boolean =>
  BigInt.asUintN(64, BigInt.asIntN(48, address)) === BigInt.asUintN(64, address);
