/** Executions as JSON: the state before whole, the state after by what has changed. */
import { vectorName } from '../compare/execution-say.ts';
import { CpuState, type Execution, type ExecutionAnswer, type MemoryRun } from '../execution.ts';
import { changedFields, stateLine } from './execution-line.ts';
import { hexBytes, hexNumber } from './hex.ts';
import type { Json } from './json.ts';

/** `state` holds every field that is not zero; `line` is what `touchstone replay --state` takes. */
export const beforeJson = (execution: Execution): Json => ({
  line: stateLine(execution),
  state: fieldsJson(execution.state, new CpuState()),
  memory: execution.memory.map(runJson),
});

export const executionAnswerJson = (answer: ExecutionAnswer, { state: before }: Execution): Json => {
  switch (answer.status) {
    case 'executed':
      return {
        status: answer.status,
        changes: fieldsJson(answer.state, before),
        memory: answer.memory.map(runJson),
      };
    case 'fault':
      return {
        status: answer.status,
        vector: answer.vector,
        name: vectorName(answer.vector),
        error: hexNumber(answer.error),
        address: answer.address === undefined ? undefined : hexNumber(answer.address),
        changes: fieldsJson(answer.state, before),
        memory: answer.memory.map(runJson),
      };
    case 'refused':
      return { status: answer.status, reason: answer.reason };
    case 'crashed':
      return { status: answer.status, detail: answer.detail };
    case 'timed out':
      return { status: answer.status, timeoutMs: answer.timeoutMs };
    case 'system call':
    case 'unsupported':
      return { status: answer.status };
  }
};

const fieldsJson = (state: CpuState, from: CpuState): Json =>
  Object.fromEntries(
    changedFields(state, from).map((field) => {
      const [name = '', value = ''] = field.split('=');
      return [name, `0x${value}`];
    }),
  );

const runJson = ({ address, bytes }: MemoryRun): Json => ({ address: hexNumber(address), bytes: hexBytes(bytes) });
