/** What a register or flag is to the instruction that is executed, by its row: operands and flags that are undefined. */
import { decode } from '../../emulator/decode/decode.ts';
import type { Instruction } from '../../emulator/isa/instruction.ts';
import type { Vendor } from '../../emulator/isa/modes.ts';
import { classOf, RegisterClass, type RegisterId, registerByName } from '../../emulator/isa/registers.ts';
import { flagsOfExecuted } from '../../emulator/operand/flags.ts';
import { operandsOf } from '../../emulator/operand/operands.ts';
import { type Execution, StateWord } from '../execution.ts';
import { maskOf } from './execution-say.ts';

/** Null where the bytes are no instruction that we know. */
export const executedInstruction = ({ bytes, mode }: Execution, vendor: Vendor): Instruction | null => {
  const decoded = decode(bytes, mode, { vendor });
  return decoded.status === 'valid' ? decoded.instruction : null;
};

/** Bits of RFLAGS that the instruction leaves undefined in this state; its row says so. */
export const undefinedFlags = (execution: Execution, vendor: Vendor): number => {
  const instruction = executedInstruction(execution, vendor);
  if (instruction === null) return 0;
  const cl = (execution.state.words[StateWord.gpr + 2] ?? 0) & 0xff;
  return maskOf(flagsOfExecuted(instruction, cl).undefined);
};

/** `operand 0`, `implicit rdx`; `rcx` where the instruction has nothing to do with the register. */
export const generalPart = (execution: Execution, vendor: Vendor, number: number): string => {
  const instruction = executedInstruction(execution, vendor);
  const operands = instruction === null ? [] : operandsOf(instruction, 0n);
  let read = '';
  for (const [k, operand] of operands.entries()) {
    if (operand.kind !== 'register' || generalNumber(registerByName(operand.register) ?? 0) !== number) continue;
    const part = operand.implicit ? `implicit ${fullNames[number]}` : `operand ${k}`;
    if (operand.access.includes('w')) return part;
    if (read === '') read = part;
  }
  return read === '' ? (fullNames[number] ?? '') : read;
};

/** In the order of their encoding. */
export const fullNames: readonly string[] = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');

/** In the order of their encoding. */
export const segmentNames: readonly string[] = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];

/** The general register that an identity is a part of, or -1. */
export const generalNumber = (id: RegisterId): number => {
  const registerClass = classOf(id);
  if (registerClass === RegisterClass.gpr8High) return id & 3;
  return registerClass >= RegisterClass.gpr8 && registerClass <= RegisterClass.gpr64 ? id & 31 : -1;
};
