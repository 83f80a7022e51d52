/** Executions that Unicorn is not asked about, since what it says of them is not what the instruction does. */
import type { Execution } from '../../execution.ts';
import { reasonToRefuse as reasonOfMachine } from '../silicon/refused.ts';
import { isInterruptByNumber, isOfSystems } from './reading.ts';

/** Null where it is asked. */
export const reasonToRefuse = (execution: Execution): string | null => {
  const { bytes, memory, mode, state } = execution;
  if (bytes.length === 0 || bytes.length > 15) return 'an instruction has 1 to 15 bytes';
  if (memory.length > 255) return 'more than 255 runs of memory are not asked at once';
  if (state.isReal && mode !== 16) return 'real mode is of 16-bit code';
  if (!state.isReal && isInterruptByNumber(execution)) return 'it reports INT n without a look at the gate';
  if (state.isReal && isOfSystems(execution))
    return 'in real mode it works on a machine that an execution does not tell';
  return reasonOfMachine(execution) === null ? null : machineReason;
};

const machineReason = 'it is about state or about a machine that an execution does not tell';
