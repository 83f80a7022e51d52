/** A result of the runner as an answer: what the CPU or the kernel says and the sandbox does not know is levelled here. */
import { type CpuState, type Execution, type ExecutionAnswer, type MemoryRun, StateWord } from '../../execution.ts';
import { baseOf } from '../../generate/states/segments.ts';
import { codeSelector } from '../../sandbox.ts';
import { isRepetition, isTableValue, loadsFlags, tableReason } from './refused.ts';
import { Outcome, type Result } from './wire.ts';

export const answerOf = (result: Result, execution: Execution, timeoutMs: number): ExecutionAnswer | null => {
  const { outcome } = result;
  if (outcome === Outcome.systemCall) return { status: 'system call' };
  if (outcome === Outcome.died) return { status: 'crashed', detail: deathText(result.detail) };
  if (outcome === Outcome.timedOut) return { status: 'timed out', timeoutMs };
  if (outcome === Outcome.noEntry) return { status: 'refused', reason: 'no program can be in this state' };
  if (outcome === Outcome.stuck) return { status: 'refused', reason: stuckReason };
  if (outcome !== Outcome.executed && outcome !== Outcome.fault) return null;
  const memory = result.memory();
  if (memory === null) return null;
  const state = result.state();
  level(state, execution, outcome === Outcome.executed && loadsFlags(execution.bytes, execution.mode));
  if (holdsTable(state.words)) return { status: 'refused', reason: tableReason };
  if (memory.length > 0 && overwritesItself(memory, execution)) return { status: 'refused', reason: overwrittenReason };
  if (outcome === Outcome.executed) return { status: 'executed', state, memory };
  const { vector, error } = result;
  if (vector !== pageFault) return { status: 'fault', vector, error, state, memory };
  return { status: 'fault', vector, error: pageFaultError(result), address: result.address, state, memory };
};

const stuckReason = 'the kernel takes its fault for one that it has mended, and tries it again for ever';
const overwrittenReason = 'when a repetition that overwrites itself is fetched again is chance';

/** A repeated string instruction that changed its own bytes. */
const overwritesItself = (memory: readonly MemoryRun[], { bytes, state, mode }: Execution): boolean => {
  if (!isRepetition(bytes, mode)) return false;
  const start = (state.words[StateWord.rip] ?? 0) + baseOf(state, mode, 1);
  return memory.some((run) => run.address < start + bytes.length && start < run.address + run.bytes.length);
};

const pageFault = 14;
/** es cs ss ds fs gs */
const isData = [true, false, false, true, true, true] as const;
const trap = 0x100;
const resume = 0x1_0000;

/**
 * TF is ours, but where the instruction has loaded it, and RF is the exception's own. Null selectors lose their RPL when
 * an interrupt returns (SDM 2A IRET), which none can know of. Outside 64-bit mode nobody sees RSP[63:32] and R8 to R15,
 * which IRET and the kernel leave as they like.
 */
const level = ({ words }: CpuState, { mode, state: { words: before } }: Execution, hasLoadedFlags: boolean): void => {
  const flags = StateWord.rflags;
  const levelled = hasLoadedFlags ? resume : trap | resume;
  words[flags] = ((words[flags] ?? 0) & ~levelled) | ((before[flags] ?? 0) & levelled);
  for (let k = 0; k < 6; k++)
    if (isData[k] === true && (words[StateWord.selectors + k] ?? 0) < 4) words[StateWord.selectors + k] = 0;
  if (words[StateWord.selectors + 1] !== codeSelector[64]) words[9] = before[9] ?? 0;
  if (mode === 64) return;
  for (let word = 16; word < 32; word++) words[word] = before[word] ?? 0;
};

/**
 * The kernel hides whether its own half of the addresses is mapped, and the page before it: it always says present. The
 * sandbox has nothing there.
 */
const pageFaultError = (result: Result): number => (result.address >= kernelBegin ? result.error & ~1 : result.error);

const kernelBegin = 0x7fff_ffff_f000n;

const holdsTable = (words: Uint32Array): boolean => {
  for (let k = 0; k < 6; k++) if (isTableValue(words[StateWord.selectors + k] ?? 0)) return true;
  return false;
};

/** As waitpid has it: a signal in the low bits, or an exit code above. */
const deathText = (status: number): string => {
  const signal = status & 0x7f;
  return signal === 0
    ? `it ended the runner with exit code ${status >>> 8}`
    : `it killed the runner with signal ${signal}`;
};
