/** Invented findings of executions: a wrong flag, a fault that others do not have, memory, and a runner that died. */
import type { CpuState, Execution, ExecutionAnswer, MemoryRun } from '../../execution.ts';
import { homeState } from '../../generate/states/home.ts';
import type { ExecutionFinding, ExecutionMismatch } from '../../mismatch.ts';
import { executionReplayLine } from '../execution-line.ts';
import { hostileText } from './sample-findings.ts';

export const sampleExecution = (): Execution => {
  const state = homeState(64);
  state.set64(0, 0x1_0000_0000n);
  state.words[34] = 0x203;
  return {
    mode: 64,
    bytes: Uint8Array.of(0x48, 0x19, 0x03),
    state,
    memory: [{ address: 0x10_0000, bytes: Uint8Array.of(0, 0xff) }],
  };
};

const after = (execution: Execution, flags: number): CpuState => {
  const state = execution.state.clone();
  state.words[32] = (state.words[32] ?? 0) + execution.bytes.length;
  state.words[34] = flags;
  return state;
};

const executed = (execution: Execution, flags: number, memory: readonly MemoryRun[] = []): ExecutionAnswer => ({
  status: 'executed',
  state: after(execution, flags),
  memory,
});

export const sampleExecutionFindings = (): ExecutionFinding[] => {
  const execution = sampleExecution();
  const fault: ExecutionAnswer = {
    status: 'fault',
    vector: 14,
    error: 6,
    address: 0x10_1000n,
    state: execution.state,
    memory: [],
  };
  const written = [{ address: 0x10_0000, bytes: Uint8Array.of(1) }];
  const answers: ExecutionAnswer[] = [
    executed(execution, 0x213, written),
    executed(execution, 0x203),
    fault,
    { status: 'refused', reason: 'it is never asked this' },
    { status: 'system call' },
    { status: 'unsupported' },
    { status: 'timed out', timeoutMs: 200 },
  ];
  return [
    finding(
      'e123456789abcdef',
      execution,
      {
        observable: 'rflags',
        part: 'A',
        ours: executed(execution, 0x213, written),
        theirs: executed(execution, 0x203),
        says: { ours: 'A=1', theirs: 'A=0' },
      },
      answers,
    ),
    finding('f123456789abcdef', execution, {
      observable: 'status',
      part: '',
      ours: executed(execution, 0x203),
      theirs: fault,
      says: { ours: 'executed', theirs: '#PF' },
    }),
    finding('a023456789abcdef', execution, {
      observable: 'status',
      part: '',
      ours: executed(execution, 0x203),
      theirs: { status: 'crashed', detail: hostileText },
      says: { ours: 'executed', theirs: `crashed: ${hostileText}` },
    }),
  ];
};

type Difference = Pick<ExecutionMismatch, 'observable' | 'part' | 'ours' | 'theirs' | 'says'>;

const finding = (
  id: string,
  execution: Execution,
  difference: Difference,
  answers: readonly ExecutionAnswer[] = [],
): ExecutionFinding => {
  const { bytes, mode } = execution;
  const sample: ExecutionMismatch = { input: { bytes, mode, vendor: 'amd' }, execution, subject: 'cpu', ...difference };
  return {
    id,
    bucket: { key: `64-bit amd cpu execution ${id}`, known: null, count: 12, samples: [sample] },
    verdict: { right: 'theirs', evidence: 'silicon', detail: 'A CPU does so.' },
    replay: executionReplayLine(sample),
    ...(answers.length === 0 ? {} : { answers: answers.map((answer, k) => ({ subject: `subject ${k}`, answer })) }),
  };
};
