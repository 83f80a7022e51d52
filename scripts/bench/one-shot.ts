/** One instruction with new code each time: ours on its state and through its door, and Unicorn through its C API. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Machine } from '../../emulator/emulator.ts';
import { crashed, type Failure, isFailure, runTool } from '../../harness/subjects/process.ts';
import { openWorkspace, type Workspace } from '../../harness/subjects/workspace.ts';
import { sourceFolder } from './loops.ts';
import {
  codeAddress,
  codeBytes,
  memoryBytes,
  type OneShotCase,
  type OneShotMode,
  type OneShotWorld,
  registerCount,
} from './one-shot-cases.ts';

/** All cases once, on the machine's state. */
export const runOnState = (world: OneShotWorld, cases: readonly OneShotCase[], after: Uint32Array): void => {
  for (const one of cases) world.run(one, after);
};

/** The same by the machine's public door. */
export class DoorWorld {
  readonly #machine: Machine;

  constructor(mode: OneShotMode) {
    // Of a repetition all do one iteration.
    this.#machine = new Machine({ mode, iterationsPerStep: 1 });
    this.#machine.memory.map(0n, memoryBytes);
  }

  run(cases: readonly OneShotCase[], after: Uint32Array): void {
    const machine = this.#machine;
    for (const { code, registers } of cases) {
      machine.setAll(registers);
      machine.memory.write(BigInt(codeAddress), code);
      machine.step();
      machine.getAll(after);
    }
  }
}

export interface UnicornRun {
  /** Milliseconds of CPU time, a round each. */
  readonly roundsMs: readonly number[];
  /** Of each case: did it refuse to execute it? */
  readonly refused: readonly boolean[];
  /** Of each case: the registers after it, of the first round. */
  readonly after: readonly Uint32Array[];
}

export interface Unicorn {
  readonly version: string;
  run(mode: OneShotMode, cases: readonly OneShotCase[], rounds: number): Promise<UnicornRun | Failure>;
  close(): Promise<void>;
}

export const unicornRemedy = 'install gcc and Unicorn 2: apt-get install gcc libunicorn-dev';

const compileTimeoutMs = 60_000;
const runTimeoutMs = 120_000;

/** Unicorn's C API in a program of ours, compiled now. */
export const createUnicorn = async (): Promise<Unicorn | Failure> => {
  const workspace = await openWorkspace();
  if (isFailure(workspace)) return workspace;
  const program = join(workspace.path, 'one-shot');
  const source = join(sourceFolder, 'unicorn', 'one-shot.c');
  const compiled = await runTool('gcc', ['-O2', '-o', program, source, '-lunicorn'], { timeoutMs: compileTimeoutMs });
  const problem = isFailure(compiled) ? compiled : compiled.exitCode === 0 ? null : crashed(`gcc: ${compiled.stderr}`);
  const first = problem ?? (await runProgram({ workspace, program, mode: 64, cases: [], rounds: 0 }));
  if (isFailure(first)) {
    await workspace.close();
    return first;
  }
  return {
    version: first.version,
    run: (mode, cases, rounds) => runProgram({ workspace, program, mode, cases, rounds }),
    close: () => workspace.close(),
  };
};

interface Asked {
  readonly workspace: Workspace;
  readonly program: string;
  readonly mode: OneShotMode;
  readonly cases: readonly OneShotCase[];
  readonly rounds: number;
}

const runProgram = async (asked: Asked): Promise<(UnicornRun & { readonly version: string }) | Failure> => {
  const { workspace, program, mode, cases, rounds } = asked;
  const [input, output] = [join(workspace.path, 'cases'), join(workspace.path, 'results')];
  await writeFile(input, bytesOf(mode, cases));
  const ran = await runTool(program, [input, output, String(rounds)], { timeoutMs: runTimeoutMs });
  if (isFailure(ran)) return ran;
  if (ran.exitCode !== 0) return crashed(`the program with Unicorn: ${ran.stderr}`);
  const [version = '', ...lines] = ran.stdout.trim().split('\n');
  const results = new Uint32Array((await readFile(output)).buffer.slice(0));
  const size = 2 * (1 + registerCount);
  return {
    version,
    roundsMs: lines.map(Number),
    refused: cases.map((_, k) => results[k * size] !== 0),
    after: cases.map((_, k) => results.subarray(k * size + 2, (k + 1) * size)),
  };
};

const bytesOf = (mode: OneShotMode, cases: readonly OneShotCase[]): Uint8Array => {
  const size = codeBytes + 8 * registerCount;
  const bytes = new Uint8Array(8 + size * cases.length);
  bytes.set(new Uint8Array(Uint32Array.of(mode, cases.length).buffer));
  for (const [k, { code, registers }] of cases.entries()) {
    bytes.set(code, 8 + k * size);
    bytes.set(new Uint8Array(registers.buffer), 8 + k * size + codeBytes);
  }
  return bytes;
};
