import { describe, expect, it } from 'vitest';
import { decode } from '../../emulator/decode/decode.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { modes } from '../../emulator/isa/modes.ts';
import { type CpuState, type Execution, type ExecutionAnswer, StateWord } from '../execution.ts';
import { DrawnExecution } from '../generate/states/drawn.ts';
import { ExecutionDraw } from '../generate/states/executions.ts';
import { homeState } from '../generate/states/home.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import { copyExecution, isSmallerExecution, stateKey } from './state.ts';
import { executionBudget, shrinkExecution } from './state-search.ts';

const answer = (state: CpuState): ExecutionAnswer => ({ status: 'executed', state, memory: [] });

/** A toy of a subject that errs where `errs` says so; nothing is executed. */
const mismatchOf = (
  execution: Execution,
  errs: (execution: Execution) => boolean,
  fields: Partial<ExecutionMismatch> = {},
): ExecutionMismatch | null => {
  if (!errs(execution)) return null;
  const { bytes, mode, state } = execution;
  return {
    input: { bytes, mode, vendor: 'intel' },
    execution,
    observable: 'rflags',
    part: 'A',
    subject: 'cpu',
    ours: answer(state),
    theirs: answer(state),
    says: { ours: 'A=1', theirs: 'A=0' },
    ...fields,
  };
};

const execution = (hex: string, change: (state: CpuState) => void, memory: Execution['memory'] = []): Execution => {
  const state = homeState(64);
  for (let word = 0; word < 32; word++) state.words[word] = 0x1234_5678 + word;
  state.words[StateWord.rflags] = 0xad7;
  change(state);
  return { mode: 64, bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')), state, memory };
};

const mnemonicOf = ({ bytes, mode }: Execution): string => {
  const decoded = decode(bytes, mode);
  return decoded.status === 'valid' ? (forms[decoded.instruction.form]?.mnemonic ?? '') : '';
};

const shrinkOf = async (start: Execution, errs: (execution: Execution) => boolean) => {
  const first = mismatchOf(start, errs);
  if (first === null) throw new Error('The toy does not err to begin with.');
  return shrinkExecution(first, (candidates) => Promise.resolve(candidates.map((one) => mismatchOf(one, errs))));
};

describe('shrinking an execution', () => {
  it('takes away prefixes, displacement, registers, memory and flags that the mismatch does not need', async () => {
    const start = execution('64 4c 1b 94 c8 00 10 00 00', () => undefined, [
      { address: 0x100000, bytes: Uint8Array.of(1, 2, 3, 4) },
    ]);
    const { mismatch, isMinimal, calls } = await shrinkOf(start, (one) => mnemonicOf(one) === 'SBB');
    expect(mismatch.execution.bytes.length).toBe(2);
    expect(mismatch.execution.mode).toBe(16);
    expect(stateKey(mismatch.execution)).toBe(stateKey({ ...start, state: homeState(16), memory: [] }));
    expect(isMinimal).toBe(true);
    expect(calls).toBeLessThanOrEqual(executionBudget);
  });

  it('keeps what it needs: one flag, and a bit of the first operand in whichever register', async () => {
    const errs = (one: Execution): boolean => {
      if (mnemonicOf(one) !== 'SBB' || ((one.state.words[StateWord.rflags] ?? 0) & 1) === 0) return false;
      const decoded = decode(one.bytes, one.mode);
      const entry = decoded.status === 'valid' ? (decoded.instruction.operands[0] ?? 0) : 0;
      return entry >= 32 && ((one.state.words[2 * (entry & 15)] ?? 0) & 8) !== 0;
    };
    const { mismatch } = await shrinkOf(
      execution('4d 19 d8', () => undefined),
      errs,
    );
    const { bytes, state } = mismatch.execution;
    expect(bytes.length).toBe(2);
    expect(state.words[StateWord.rflags]).toBe(0x203);
    expect([...state.words.subarray(0, 32)].filter((word) => word !== 0)).toEqual([8]);
  });

  it('keeps a memory operand where it lies when the registers that address it change', async () => {
    const errs = ({ state, memory, bytes, mode }: Execution): boolean =>
      mnemonicOf({ state, memory, bytes, mode }) === 'SBB' &&
      mode === 64 &&
      memory.some(({ bytes: run }) => run[0] === 0x77);
    const start = execution('4b 1b 44 8d 10', (state) => state.set64(2 * 13, 0x10_0000n), [
      { address: 0x101234, bytes: Uint8Array.of(0x77, 1, 2, 3) },
    ]);
    const { mismatch } = await shrinkOf(start, errs);
    expect(mismatch.execution.memory).toEqual([{ address: 0x101234, bytes: Uint8Array.of(0x77) }]);
    expect(mismatch.execution.bytes.length).toBe(2);
  });

  it('hands back what turned into another mismatch on the way', async () => {
    const start = execution('4d 19 d8', () => undefined);
    const errs = (one: Execution): ExecutionMismatch | null =>
      mismatchOf(one, (each) => mnemonicOf(each) === 'SBB', one.bytes.length < 3 ? { part: 'C' } : {});
    const first = errs(start);
    if (first === null) throw new Error('The toy does not err to begin with.');
    const { mismatch, slipped } = await shrinkExecution(first, (all) => Promise.resolve(all.map(errs)));
    expect(mismatch.execution.bytes.length).toBe(3);
    expect(slipped.map(({ part }) => part)).toEqual(['C']);
  });

  it('never takes bytes away that memory behind them completes', async () => {
    const start = execution('05 01 00 00 00', () => undefined);
    const { mismatch } = await shrinkOf(start, (one) => one.bytes[0] === 0x05 || one.bytes[1] === 0x05);
    const decoded = decode(mismatch.execution.bytes, mismatch.execution.mode);
    expect(decoded.status === 'valid' && decoded.instruction.lengthBytes).toBe(mismatch.execution.bytes.length);
    expect(mismatch.execution.bytes.length).toBe(3);
  });

  it('ends with its budget', async () => {
    const first = mismatchOf(
      execution('4d 19 d8', () => undefined),
      () => true,
    );
    if (first === null) throw new Error('The toy always errs.');
    const ask = (all: readonly Execution[]) => Promise.resolve(all.map((one) => mismatchOf(one, () => true)));
    const { calls, isMinimal } = await shrinkExecution(first, ask, { budget: 5 });
    expect(calls).toBe(5);
    expect(isMinimal).toBe(false);
  });
});

describe('the order of executions', () => {
  it('is total: of two that differ, one is smaller', () => {
    for (const mode of modes) {
      const draw = new ExecutionDraw({ mode, vendor: 'intel', seed: 5 });
      const all = Array.from({ length: 60 }, () => {
        const into = new DrawnExecution();
        draw.draw(into);
        return copyExecution(into);
      });
      for (const left of all) {
        expect(isSmallerExecution(left, left)).toBe(false);
        for (const right of all)
          if (left !== right) expect(isSmallerExecution(left, right)).toBe(!isSmallerExecution(right, left));
      }
    }
  });
});
