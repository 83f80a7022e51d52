import { describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import { type CpuState, type Execution, type ExecutionAnswer, type MemoryRun, StateWord } from '../execution.ts';
import { homeState } from '../generate/states/home.ts';
import { areSameExecutions, executionDifferences } from './execution.ts';

const execution = (hex: string, mode: Mode = 64, change: (state: CpuState) => void = () => {}): Execution => {
  const state = homeState(mode);
  change(state);
  return { mode, bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')), state, memory: [] };
};

const executed = (change: (state: CpuState) => void = () => {}, memory: readonly MemoryRun[] = []): ExecutionAnswer => {
  const state = homeState(64);
  change(state);
  return { status: 'executed', state, memory };
};

const fault = (vector: number, error: number, address?: bigint): ExecutionAnswer => ({
  status: 'fault',
  vector,
  error,
  ...(address === undefined ? {} : { address }),
  state: homeState(64),
  memory: [],
});

const differences = (
  hex: string,
  ours: ExecutionAnswer,
  theirs: ExecutionAnswer,
  { isOneCpu = false, change }: { isOneCpu?: boolean; change?: (state: CpuState) => void } = {},
) => executionDifferences({ execution: execution(hex, 64, change), vendor: 'intel', isOneCpu }, ours, theirs);

const flags = (bits: number) => (state: CpuState) => {
  state.words[StateWord.rflags] = 0x202 | bits;
};

describe('two answers to an execution', () => {
  it('are the same where every word and every byte is', () => {
    const run = (byte: number) => [{ address: 0x100000, bytes: Uint8Array.of(1, byte) }];
    expect(areSameExecutions(executed(flags(1), run(2)), executed(flags(1), run(2)))).toBe(true);
    expect(areSameExecutions(executed(flags(1), run(2)), executed(flags(1), run(3)))).toBe(false);
    expect(areSameExecutions(executed(flags(1)), executed(flags(0)))).toBe(false);
    expect(areSameExecutions(fault(14, 4, 8n), fault(14, 4, 8n))).toBe(true);
    expect(areSameExecutions(fault(14, 4, 8n), fault(14, 4, 9n))).toBe(false);
    expect(areSameExecutions({ status: 'system call' }, { status: 'system call' })).toBe(true);
  });

  it('differ in outcome before anything else', () => {
    expect(differences('90', executed(flags(1)), fault(13, 0))).toEqual([
      { observable: 'status', part: '', says: { ours: 'executed', theirs: '#GP' } },
    ]);
    expect(differences('90', fault(12, 0), fault(13, 0)).map(({ observable }) => observable)).toEqual(['vector']);
    expect(differences('90', fault(14, 4, 8n), fault(14, 6, 16n))).toEqual([
      { observable: 'error-code', part: '0x4 for 0x6', says: { ours: '0x4', theirs: '0x6' } },
      { observable: 'fault-address', part: '', says: { ours: '0x8', theirs: '0x10' } },
    ]);
  });

  it('name registers by what they are to the instruction', () => {
    const set = (word: number, value: number) => (state: CpuState) => {
      state.words[word] = value;
    };
    const partOf = (hex: string, word: number) => differences(hex, executed(set(word, 1)), executed())[0]?.part;
    expect(partOf('48 01 c8', 0)).toBe('operand 0');
    expect(partOf('f7 f1', 4)).toBe('implicit rdx');
    expect(partOf('a4', 12)).toBe('implicit rsi');
    expect(partOf('48 01 c8', 6)).toBe('rbx');
  });

  it('do not differ in flags that the row leaves undefined, unless both claim to be one CPU', () => {
    const [adjust, overflow] = [0x10, 0x800];
    expect(differences('21 c8', executed(flags(adjust)), executed())).toEqual([]);
    expect(differences('21 c8', executed(flags(adjust)), executed(), { isOneCpu: true })).toEqual([
      { observable: 'undefined-flags', part: 'A', says: { ours: 'A=1', theirs: 'A=0' } },
    ]);
    expect(differences('01 c8', executed(flags(adjust)), executed())).toMatchObject([
      { observable: 'rflags', part: 'A' },
    ]);
    // ROL r32, CL: OF is defined for a count of one, masked to five bits (SDM 2B RCL/RCR/ROL/ROR).
    const count = (value: number) => (state: CpuState) => {
      state.words[2] = value;
    };
    const rotated = (value: number) =>
      differences('d3 c0', executed(flags(overflow)), executed(), { change: count(value) }).length;
    expect([1, 33, 2, 0].map(rotated)).toEqual([1, 1, 0, 1]);
  });

  it('hold undefined flags to be what they were where the instruction faults', () => {
    const withFlags = (bits: number): ExecutionAnswer => {
      const answer = { status: 'fault' as const, vector: 14, error: 4, address: 0n, state: homeState(64), memory: [] };
      flags(bits)(answer.state);
      return answer;
    };
    expect(differences('21 08', withFlags(0x10), withFlags(0))).toMatchObject([{ observable: 'rflags', part: 'A' }]);
  });

  it('do not differ in TF and RF, which those who step a CPU cannot tell', () => {
    expect(differences('9d', executed(flags(0x1_0100)), executed())).toEqual([]);
    expect(differences('9d', executed(flags(0x1_0101)), executed())).toMatchObject([{ part: 'C' }]);
  });

  it('agree and disagree about nothing where one says nothing', () => {
    for (const silent of [{ status: 'refused', reason: 'not here' }, { status: 'unsupported' }] as const) {
      expect(differences('90', silent, executed())).toEqual([]);
      expect(differences('90', executed(), silent)).toEqual([]);
    }
    expect(differences('90', { status: 'crashed', detail: 'gone' }, executed())).toMatchObject([
      { observable: 'status', says: { ours: 'crashed: gone', theirs: 'executed' } },
    ]);
  });
});
