/** A result of the runner as an answer: what Unicorn reports in its own way is put as a CPU has it. */
import { type CpuState, type Execution, type ExecutionAnswer, StateWord } from '../../execution.ts';
import { codeSelector } from '../../sandbox.ts';
import { Outcome, type Result } from '../silicon/wire.ts';

/** Null where the result is garbage. */
export const answerOf = (result: Result, execution: Execution): ExecutionAnswer | null => {
  const { outcome } = result;
  if (outcome === Outcome.systemCall) return { status: 'system call' };
  if (outcome === Outcome.noEntry) return { status: 'refused', reason: 'no program can be in this state' };
  if (outcome === Outcome.stuck) return { status: 'refused', reason: 'it stops the machine' };
  if (outcome === Outcome.timedOut) return { status: 'refused', reason: 'it repeats itself for long' };
  if (outcome === Outcome.noMemory) return { status: 'refused', reason: 'there is no memory where it goes' };
  if (outcome !== Outcome.executed && outcome !== Outcome.fault) return null;
  const memory = result.memory();
  if (memory === null) return null;
  const state = result.state();
  level(state, execution);
  if (outcome === Outcome.executed) return { status: 'executed', state, memory };
  const { vector, error } = result;
  if (vector === pageFault && !state.isReal)
    return { status: 'fault', vector, error, address: result.address, state, memory };
  return { status: 'fault', vector, error, state, memory };
};

const pageFault = 14;
const resume = 0x1_0000;

/** As the other executors have it: RF is the exception's own, RPLs of null selectors are lost, upper halves are not seen. */
const level = ({ words, isReal }: CpuState, { mode, state: { words: before } }: Execution): void => {
  words[StateWord.rflags] = ((words[StateWord.rflags] ?? 0) & ~resume) >>> 0;
  for (let k = 0; k < 6 && !isReal; k++)
    if (k !== 1 && k !== 2 && (words[StateWord.selectors + k] ?? 0) < 4) words[StateWord.selectors + k] = 0;
  if (words[StateWord.selectors + 1] !== codeSelector[64] || isReal) words[9] = before[9] ?? 0;
  if (mode === 64) return;
  for (let word = 16; word < 32; word++) words[word] = before[word] ?? 0;
};
