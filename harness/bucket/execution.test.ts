import { describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import type { ExecutionAnswer } from '../execution.ts';
import { homeState } from '../generate/states/home.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import { executionBucketKey, isSameExecutionCause } from './execution.ts';

const fault = (vector: number): ExecutionAnswer => ({
  status: 'fault',
  vector,
  error: 0,
  state: homeState(64),
  memory: [],
});
const executed: ExecutionAnswer = { status: 'executed', state: homeState(64), memory: [] };

const mismatch = (
  hex: string,
  fields: Partial<ExecutionMismatch> & Pick<ExecutionMismatch, 'observable'>,
  mode: Mode = 64,
): ExecutionMismatch => {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return {
    input: { bytes, mode, vendor: 'amd' },
    execution: { bytes, mode, state: homeState(mode), memory: [] },
    part: '',
    subject: 'cpu',
    ours: executed,
    theirs: executed,
    says: { ours: '', theirs: '' },
    ...fields,
  };
};

describe('the bucket of an execution', () => {
  it('names mode, subject, field, role and opcode, and no value', () => {
    expect(executionBucketKey(mismatch('48 19 d8', { observable: 'rflags', part: 'A' }))).toBe(
      '64-bit amd cpu execution rflags A | REX.W 19 /r reg',
    );
    expect(executionBucketKey(mismatch('0f 40 c1', { observable: 'gpr-0', part: 'operand 0' }, 32))).toBe(
      '32-bit amd cpu execution register operand 0 | 0F 40 /r reg',
    );
  });

  it('says in which direction outcomes point', () => {
    const key = executionBucketKey(mismatch('8e 18', { observable: 'status', theirs: fault(13) }));
    expect(key).toBe('64-bit amd cpu execution status ours=executed cpu=#GP | 8E /r mem');
  });

  it('takes other registers, and another letter among those that differ, for the same cause', () => {
    const one = mismatch('48 19 d8', { observable: 'rflags', part: 'SZ' });
    expect(isSameExecutionCause(one, mismatch('19 08', { observable: 'rflags', part: 'ZC' }, 16))).toBe(true);
    expect(isSameExecutionCause(one, mismatch('19 08', { observable: 'rflags', part: 'C' }))).toBe(false);
    expect(isSameExecutionCause(one, mismatch('11 08', { observable: 'rflags', part: 'Z' }))).toBe(false);
  });

  it('does not take another outcome, or another role of a register, for the same cause', () => {
    const one = mismatch('f7 f1', { observable: 'gpr-2', part: 'implicit rdx' });
    expect(isSameExecutionCause(one, mismatch('f7 f1', { observable: 'gpr-0', part: 'implicit rax' }))).toBe(false);
    const status = (vector: number) =>
      mismatch('f7 f1', { observable: 'vector', ours: fault(0), theirs: fault(vector) });
    expect(isSameExecutionCause(status(13), status(12))).toBe(false);
    expect(isSameExecutionCause(status(13), status(13))).toBe(true);
  });
});
