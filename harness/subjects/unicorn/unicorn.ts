/** Unicorn, the emulator, as an executor: single instructions in a child process that is linked with its library. */
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mode } from '../../../emulator/isa/modes.ts';
import type { Execution, ExecutionAnswer, Executor } from '../../execution.ts';
import type { Unavailable } from '../../subject.ts';
import { isolate } from '../isolate.ts';
import { type Failure, isFailure } from '../process.ts';
import { RunnerProcess } from '../silicon/runner-process.ts';
import { Batch, encodeHello, leastResultBytes, Result } from '../silicon/wire.ts';
import { answerOf } from './answer.ts';
import { methodOf } from './reading.ts';
import { reasonToRefuse } from './refused.ts';

export interface UnicornOptions {
  /** The program that set-up builds, unless told otherwise. */
  readonly command?: string;
  /** For a runner that says nothing. */
  readonly timeoutMs?: number;
  /** Memory of its answers is what was read and written (see `accessesOf`), and not what has changed. */
  readonly tellsAccesses?: boolean;
}

const name = 'unicorn';
const batchSize = 256;
const defaultTimeoutMs = 10_000;

export const createUnicorn = async (options: UnicornOptions = {}): Promise<Executor | Unavailable> => {
  const missing = options.command === undefined ? whatIsMissing() : null;
  if (missing !== null) return missing;
  const command = options.command ?? builtRunner;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const hello = encodeHello({ stubAddress: 0, hasReal: true });
  const commandArguments = options.tellsAccesses === true ? ['accesses'] : [];
  const runner = new RunnerProcess({ command, commandArguments, hello, leastResultBytes, timeoutMs });
  const welcome = await runner.start();
  if (isFailure(welcome)) return { name, unavailable: welcome.detail, remedy };
  const asked: Asked = { runner, timeoutMs, batch: new Batch(), result: new Result() };
  const modes: readonly Mode[] = [16, 32, 64];
  // One question after the other: the batch is used again.
  let last: Promise<unknown> = Promise.resolve();
  return {
    name,
    version: versionText(welcome.signature),
    modes,
    batch: batchSize,
    execute: (executions) => {
      const answers = last.then(() => askAll(executions, asked));
      last = answers.catch(() => undefined);
      return answers;
    },
    close: () => runner.close(),
  };
};

const remedy =
  'install Unicorn 2 and gcc (Debian, Ubuntu: apt-get install libunicorn-dev gcc libc6-dev), and run: node scripts/setup.mjs';

/** dist/unicorn/runner, from sources or from dist itself. */
const builtRunner = ((): string => {
  const above = dirname(dirname(dirname(import.meta.dirname)));
  return join(above, above.endsWith('dist') ? '' : 'dist', 'unicorn', 'runner');
})();

const whatIsMissing = (): Unavailable | null => {
  try {
    accessSync(builtRunner, constants.X_OK);
    return null;
  } catch {
    return { name, unavailable: 'its runner is not built', remedy };
  }
};

/** As uc_version has it: major, minor, patch and extra in a byte each. */
const versionText = (version: number): string => [24, 16, 8].map((shift) => (version >>> shift) & 0xff).join('.');

interface Asked {
  readonly runner: RunnerProcess;
  readonly timeoutMs: number;
  readonly batch: Batch;
  readonly result: Result;
}

const askAll = async (executions: readonly Execution[], asked: Asked): Promise<readonly ExecutionAnswer[]> => {
  const answers: ExecutionAnswer[] = [];
  const indices: number[] = [];
  for (const [k, execution] of executions.entries()) {
    const reason = reasonToRefuse(execution);
    if (reason === null) indices.push(k);
    else answers[k] = { status: 'refused', reason };
  }
  for (let from = 0; from < indices.length; from += batchSize) {
    const part = indices.slice(from, from + batchSize);
    const told = await askPart(
      part.flatMap((k) => executions[k] ?? []),
      asked,
    );
    for (const [at, k] of part.entries()) answers[k] = told[at] ?? { status: 'unsupported' };
  }
  return answers;
};

const askPart = (executions: readonly Execution[], asked: Asked): Promise<ExecutionAnswer[]> =>
  isolate(executions, {
    run: (some) => run(some, asked),
    probe: async () => {
      const welcome = await asked.runner.start();
      return isFailure(welcome) ? welcome : null;
    },
    blame: ({ failure, detail }) =>
      failure === 'timed out' ? { status: 'timed out', timeoutMs: asked.timeoutMs } : { status: 'crashed', detail },
  });

const run = async (
  executions: readonly Execution[],
  { runner, batch, result }: Asked,
): Promise<readonly ExecutionAnswer[] | Failure> => {
  batch.clear();
  for (const execution of executions) batch.add(execution, methodOf(execution));
  const answers: ExecutionAnswer[] = [];
  const failure = await runner.ask(batch, (words, at, index) => {
    const execution = executions[index];
    if (execution === undefined) return false;
    result.look(words, at);
    const answer = answerOf(result, execution);
    if (answer !== null) answers.push(answer);
    return answer !== null;
  });
  return failure ?? answers;
};
