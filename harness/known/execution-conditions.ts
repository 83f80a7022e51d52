/** Named conditions on the state before an execution, for known rows. */
import type { Instruction } from '../../emulator/isa/instruction.ts';
import { accessesOf, evaluateOperand, type MemoryAccess } from '../../emulator/operand/evaluate.ts';
import type { Operand } from '../../emulator/operand/operand.ts';
import { explicitOperandsOf } from '../../emulator/operand/operands.ts';
import { isRepeated } from '../../emulator/operand/places.ts';
import { registersOf } from '../compare/execution-registers.ts';
import { executedInstruction } from '../compare/execution-role.ts';
import type { Execution, ExecutionAnswer } from '../execution.ts';
import { memoryBefore } from '../generate/states/image.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import { type Condition, unicornConditions } from './unicorn-conditions.ts';

export const executionConditions = {
  /** The last explicit operand is zero: what BSF and BSR scan. */
  'source-zero': (mismatch) => lastValue(mismatch)?.value === 0n,
  /** The masked count of a shift is greater than the operand has bits (SDM 2B SHLD: 16-bit operands). */
  'count-over-width': (mismatch) => {
    const { count, bits } = countOf(mismatch);
    return count > bits;
  },
  /** The masked count is the operand's width or more. */
  'count-from-width': (mismatch) => {
    const { count, bits } = countOf(mismatch);
    return count >= bits;
  },
  /** REP, REPE or REPNE stands before a string instruction. */
  repeated: ({ execution, input }) => {
    const instruction = executedInstruction(execution, input.vendor);
    return instruction !== null && isRepeated(instruction);
  },
  /** Either side has written over the instruction's own bytes. */
  'overwrites-itself': ({ execution, ours, theirs }) => {
    const registers = registersOf(execution);
    const first = Number(BigInt.asUintN(53, registers.segment('cs').base + registers.read('rip')));
    return [ours, theirs].some((answer) => writes(answer, first, execution.bytes.length));
  },
  ...unicornConditions,
  /** Both sides fault; ours has done nothing, theirs has begun, and what it has stored are items that go on the stack. */
  'fault-midway': ({ execution, input, ours, theirs }) => {
    if (ours.status !== 'fault' || theirs.status !== 'fault' || ours.memory.length > 0) return false;
    const instruction = executedInstruction(execution, input.vendor);
    if (instruction === null) return false;
    const items = accessesOf(instruction, registersOf(execution)).filter(({ isWrite }) => isWrite);
    return theirs.memory.every(({ address, bytes }) =>
      bytes.every((_, k) => items.some((item) => isIn(item, address + k))),
    );
  },
} as const satisfies Readonly<Record<string, Condition>>;

/** A far CALL pushes as the code that it calls has its stack: below 4 GiB, and up to the width of two items lower. */
const isIn = ({ linear, bits }: MemoryAccess, address: number): boolean => {
  const distance = BigInt.asIntN(32, BigInt(address) - linear);
  return distance >= -16n && distance < BigInt(bits >> 3);
};

export type ExecutionConditionName = keyof typeof executionConditions;

const writes = (answer: ExecutionAnswer, address: number, bytes: number): boolean =>
  (answer.status === 'executed' || answer.status === 'fault') &&
  answer.memory.some((run) => run.address < address + bytes && address < run.address + run.bytes.length);

interface Evaluated {
  readonly value: bigint;
  readonly instruction: Instruction;
  readonly operands: readonly Operand[];
}

/** The value of the last explicit operand, read from registers or memory. */
const lastValue = ({ execution, input }: ExecutionMismatch): Evaluated | null => {
  const instruction = executedInstruction(execution, input.vendor);
  if (instruction === null) return null;
  const registers = registersOf(execution);
  const operands = explicitOperandsOf(instruction, registers.read('rip'));
  const operand = operands[operands.length - 1];
  if (operand === undefined) return null;
  const told = evaluateOperand(instruction, operand, registers);
  if (told.kind === 'value') return { value: told.value, instruction, operands };
  const value = told.kind === 'address' ? readBefore(execution, told.linear, operand.bits >> 3) : null;
  return value === null ? null : { value, instruction, operands };
};

/** Little-endian; null where something of it is not mapped. */
const readBefore = (execution: Execution, linear: bigint, count: number): bigint | null => {
  let value = 0n;
  for (let k = count - 1; k >= 0; k--) {
    const byte = memoryBefore(execution, Number(linear) + k);
    if (byte === null) return null;
    value = (value << 8n) | BigInt(byte);
  }
  return value;
};

const countOf = (mismatch: ExecutionMismatch): { readonly count: number; readonly bits: number } => {
  const last = lastValue(mismatch);
  const bits = last?.operands[0]?.bits ?? 0;
  return { count: Number((last?.value ?? 0n) & (bits === 64 ? 63n : 31n)), bits };
};
