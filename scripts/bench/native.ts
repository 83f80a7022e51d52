/** Native decoders at the same streams, each a program in C that is compiled now: how far ours is from them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crashed, type Failure, isFailure, runTool } from '../../harness/subjects/process.ts';
import { openWorkspace, type Workspace } from '../../harness/subjects/workspace.ts';
import { type Job, jobs } from './contenders.ts';
import { sourceFolder } from './loops.ts';
import type { Stream } from './stream.ts';

export interface NativeTimes {
  readonly name: string;
  readonly version: string;
  /** Milliseconds of CPU time, the median; only of jobs that it knows. */
  readonly ms: ReadonlyMap<Job, number>;
}

export interface Natives {
  /** By name and version; those that are missing left out. */
  time(stream: Stream, count: number, rounds: number): Promise<readonly NativeTimes[]>;
  close(): Promise<void>;
}

const compileTimeoutMs = 60_000;
const runTimeoutMs = 300_000;

const programs = [
  { name: 'Zydis', source: 'zydis.c', library: '-lZydis', remedy: 'apt-get install gcc libzydis-dev' },
  { name: 'LLVM', source: 'llvm.c', library: '-l:libLLVM.so.19.1', remedy: 'apt-get install gcc libllvm19' },
] as const;

/** What cannot be compiled is left out, and `problems` says why. */
export const createNatives = async (problems: string[]): Promise<Natives> => {
  const workspace = await openWorkspace();
  if (isFailure(workspace)) {
    problems.push(`Native decoders are left out: ${workspace.detail}.`);
    return { time: () => Promise.resolve([]), close: () => Promise.resolve() };
  }
  const built: { readonly name: string; readonly program: string }[] = [];
  for (const { name, source, library, remedy } of programs) {
    const program = join(workspace.path, name);
    const args = ['-O2', '-o', program, join(sourceFolder, 'native', source), library];
    const ran = await runTool('gcc', args, { timeoutMs: compileTimeoutMs });
    if (!isFailure(ran) && ran.exitCode === 0) built.push({ name, program });
    else problems.push(`${name} is left out: it cannot be compiled. To have it: ${remedy}.`);
  }
  return {
    time: async (stream, count, rounds) => {
      const all: NativeTimes[] = [];
      for (const { name, program } of built) {
        const times = await run({ workspace, program, stream, count, rounds });
        if (isFailure(times)) problems.push(`${name} is left out: ${times.detail}.`);
        else all.push({ name, ...times });
      }
      return all;
    },
    close: () => workspace.close(),
  };
};

interface Asked {
  readonly workspace: Workspace;
  readonly program: string;
  readonly stream: Stream;
  readonly count: number;
  readonly rounds: number;
}

const run = async (asked: Asked): Promise<Omit<NativeTimes, 'name'> | Failure> => {
  const { workspace, program, stream, count, rounds } = asked;
  const file = join(workspace.path, 'code');
  await writeFile(file, stream.bytes);
  const args = [file, String(stream.mode), String(count), String(rounds)];
  const ran = await runTool(program, args, { timeoutMs: runTimeoutMs });
  if (isFailure(ran)) return ran;
  if (ran.exitCode !== 0) return crashed(`a native program: ${ran.stderr}`);
  const [version = '', ...lines] = ran.stdout.trim().split('\n');
  const ms = new Map<Job, number>();
  for (const line of lines) {
    const [name, time] = line.split('\t');
    const job = jobs.find((one) => one === name);
    if (job !== undefined) ms.set(job, Number(time));
  }
  return { version, ms };
};
