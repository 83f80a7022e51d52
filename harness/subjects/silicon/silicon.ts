/** The CPU of this machine as an executor: single instructions in user mode, in a child process that can do nothing else. */
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mode } from '../../../emulator/isa/modes.ts';
import type { Execution, ExecutionAnswer, Executor } from '../../execution.ts';
import type { Unavailable } from '../../subject.ts';
import { isolate } from '../isolate.ts';
import { type Failure, isFailure } from '../process.ts';
import { answerOf } from './answer.ts';
import { MethodChoice } from './method.ts';
import { reasonToRefuse } from './refused.ts';
import { RunnerProcess } from './runner-process.ts';
import { type CpuSignature, readSignature, signatureText } from './signature.ts';
import { Batch, encodeHello, leastResultBytes, type Method, mostRuns, Result } from './wire.ts';

export interface Silicon extends Executor {
  /** The same by single steps, slowly: what differs from ours counts only when this says it too. */
  recheck(executions: readonly Execution[]): Promise<readonly ExecutionAnswer[]>;
  readonly signature: CpuSignature;
}

export interface SiliconOptions {
  /** The program that set-up builds, unless told otherwise. */
  readonly command?: string;
  /** For a runner that says nothing. */
  readonly timeoutMs?: number;
}

const name = 'cpu';
/** What fits into a socket at once, so that the runner has all of it while we go on. */
const batchSize = 512;
const defaultTimeoutMs = 10_000;

/** An address that no state is aimed at: 32-bit code needs a way out below 4 GiB. */
const stubAddress = 0x6b3a_5000;

export const createSilicon = async (options: SiliconOptions = {}): Promise<Silicon | Unavailable> => {
  const missing = options.command === undefined ? whatIsMissing() : null;
  if (missing !== null) return missing;
  const command = options.command ?? builtRunner;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const fast = new RunnerProcess({
    command,
    hello: encodeHello({ stubAddress, hasReal: false }),
    leastResultBytes,
    timeoutMs,
  });
  const welcome = await fast.start();
  if (isFailure(welcome)) return { name, unavailable: welcome.detail, remedy: remedies.runner };
  const signature = readSignature(welcome.vendor, welcome.signature, welcome.name);
  if (signature === null) {
    await fast.close();
    return { name, unavailable: `nothing is known of CPUs by ${welcome.vendor}`, remedy: remedies.captures };
  }
  const sure = new RunnerProcess({
    command,
    hello: encodeHello({ stubAddress: 0, hasReal: false }),
    leastResultBytes,
    timeoutMs,
  });
  const choice = new MethodChoice(signature.vendor);
  const modes: readonly Mode[] = [16, 32, 64];
  const fastWay = wayOf(fast, (one) => choice.fast(one), timeoutMs);
  const sureWay = wayOf(sure, (one) => choice.sure(one), timeoutMs);
  return {
    name,
    version: signatureText(signature),
    modes,
    batch: batchSize,
    signature,
    execute: (executions) => askAll(executions, fastWay),
    recheck: (executions) => askAll(executions, sureWay),
    close: async () => {
      await Promise.all([fast.close(), sure.close()]);
    },
  };
};

const remedies = {
  captures: 'captured results are compared instead; to ask a CPU, run on x86-64 Linux',
  build: 'install gcc with the static C library (apt-get install gcc libc6-dev), and run: node scripts/setup.mjs',
  runner: 'allow user mode seccomp filters and modify_ldt, as an ordinary Linux of 5.9 or newer does',
} as const;

/** dist/silicon/runner, from sources or from dist itself. */
const builtRunner = ((): string => {
  const above = dirname(dirname(dirname(import.meta.dirname)));
  return join(above, above.endsWith('dist') ? '' : 'dist', 'silicon', 'runner');
})();

const whatIsMissing = (): Unavailable | null => {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { name, unavailable: 'this is not x86-64 Linux', remedy: remedies.captures };
  try {
    accessSync(builtRunner, constants.X_OK);
    return null;
  } catch {
    return { name, unavailable: 'its runner is not built', remedy: remedies.build };
  }
};

interface Asked {
  readonly runner: RunnerProcess;
  readonly choose: (execution: Execution) => Method;
  readonly timeoutMs: number;
  readonly result: Result;
  /** Batches to be used again. */
  readonly free: Batch[];
}

const wayOf = (runner: RunnerProcess, choose: Asked['choose'], timeoutMs: number): Asked => ({
  runner,
  choose,
  timeoutMs,
  result: new Result(),
  free: [],
});

/** Two batches are under way at a time, so that the runner works while we write and read. */
const askAll = async (executions: readonly Execution[], asked: Asked): Promise<readonly ExecutionAnswer[]> => {
  const answers: ExecutionAnswer[] = [];
  const indices: number[] = [];
  const questions: Execution[] = [];
  for (let k = 0; k < executions.length; k++) {
    const execution = executions[k];
    if (execution === undefined) continue;
    const reason = reasonOfShape(execution) ?? reasonToRefuse(execution);
    if (reason === null) {
      indices.push(k);
      questions.push(execution);
    } else answers[k] = { status: 'refused', reason };
  }
  const parts: Promise<void>[] = [];
  for (let from = 0; from < questions.length; from += batchSize) {
    const start = from;
    if (parts.length > 1) await parts[parts.length - 2];
    const part = askPart(questions.slice(from, from + batchSize), asked).then((results) => {
      for (let k = 0; k < results.length; k++) {
        const answer = results[k];
        if (answer !== undefined) answers[indices[start + k] ?? 0] = answer;
      }
    });
    parts.push(part);
  }
  await Promise.all(parts);
  return answers;
};

/** What a record cannot hold is not asked in part. */
const reasonOfShape = ({ bytes, memory, state }: Execution): string | null => {
  if (state.isReal) return 'no program runs in real mode here';
  if (bytes.length === 0 || bytes.length > 15) return 'an instruction has 1 to 15 bytes';
  return memory.length > mostRuns ? `more than ${mostRuns} runs of memory are not asked at once` : null;
};

const askPart = (executions: readonly Execution[], asked: Asked): Promise<ExecutionAnswer[]> =>
  isolate(executions, {
    run: (some) => run(some, asked),
    probe: () => probe(asked),
    blame: ({ failure, detail }) =>
      failure === 'timed out' ? { status: 'timed out', timeoutMs: asked.timeoutMs } : { status: 'crashed', detail },
  });

const run = async (
  executions: readonly Execution[],
  { runner, choose, timeoutMs, result, free }: Asked,
): Promise<readonly ExecutionAnswer[] | Failure> => {
  const batch = free.pop() ?? new Batch();
  batch.clear();
  for (const execution of executions) batch.add(execution, choose(execution));
  const answers: ExecutionAnswer[] = [];
  const failure = await runner.ask(batch, (words, at, index) => {
    const execution = executions[index];
    if (execution === undefined) return false;
    result.look(words, at);
    const answer = answerOf(result, execution, timeoutMs);
    if (answer !== null) answers.push(answer);
    return answer !== null;
  });
  if (failure !== null) return failure;
  free.push(batch);
  return answers;
};

/** Does it answer at all? */
const probe = async ({ runner }: Asked): Promise<Failure | null> => {
  const welcome = await runner.start();
  return isFailure(welcome) ? welcome : null;
};
