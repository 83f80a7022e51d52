/** Mismatches that can be kept: copies that share nothing with pools, whole again after they went between threads. */
import { CpuState, type Execution, type ExecutionAnswer, type MemoryRun } from '../../execution.ts';
import type { ExecutionFinding, ExecutionMismatch } from '../../mismatch.ts';
import { isSmallerExecution } from '../../shrink/state.ts';
import type { Draft, SampleKind } from '../draft.ts';

export type ExecutionDraft = Draft<ExecutionMismatch>;

/**
 * Also of what came from another thread: a message keeps the words of a state, but not that it is a CpuState.
 */
const plainExecutionMismatch = (mismatch: ExecutionMismatch): ExecutionMismatch => {
  const execution = plainExecution(mismatch.execution);
  return {
    ...mismatch,
    input: { ...mismatch.input, bytes: execution.bytes },
    execution,
    ours: plainExecutionAnswer(mismatch.ours),
    theirs: plainExecutionAnswer(mismatch.theirs),
  };
};

export const executions: SampleKind<ExecutionMismatch> = {
  isSmaller: (left, right) => isSmallerExecution(left.execution, right.execution),
  plain: plainExecutionMismatch,
};

export const plainDraft = (draft: ExecutionDraft): ExecutionDraft => ({
  ...draft,
  samples: draft.samples.map(plainExecutionMismatch),
});

export const plainFinding = (finding: ExecutionFinding): ExecutionFinding => {
  const { bucket, answers } = finding;
  const samples = bucket.samples.map(plainExecutionMismatch);
  const told = answers?.map(({ subject, answer }) => ({ subject, answer: plainExecutionAnswer(answer) }));
  return { ...finding, bucket: { ...bucket, samples }, ...(told === undefined ? {} : { answers: told }) };
};

export const plainExecutionAnswer = (answer: ExecutionAnswer): ExecutionAnswer =>
  answer.status === 'executed' || answer.status === 'fault'
    ? { ...answer, state: plainState(answer.state), memory: answer.memory.map(plainRun) }
    : { ...answer };

export const plainExecution = ({ mode, bytes, state, memory }: Execution): Execution => ({
  mode,
  bytes: new Uint8Array(bytes),
  state: plainState(state),
  memory: memory.map(plainRun),
});

const plainState = ({ words }: Pick<CpuState, 'words'>): CpuState => {
  const state = new CpuState();
  state.words.set(words);
  return state;
};

const plainRun = ({ address, bytes }: MemoryRun): MemoryRun => ({ address, bytes: new Uint8Array(bytes) });
