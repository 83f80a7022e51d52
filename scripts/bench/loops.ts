/** The loops of `loops/`, assembled by nasm, and our machine running them to their HLT. */
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { Machine } from '../../emulator/emulator.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import { crashed, type Failure, isFailure, runTool } from '../../harness/subjects/process.ts';
import { openWorkspace } from '../../harness/subjects/workspace.ts';

export type LoopMode = Exclude<Mode, 16>;

/** How often each goes round: some hundredths of a second, since five rounds of each are run. */
export const loopCounts = { alu: 4_000_000, fib: 31, memcpy: 600, sha: 150_000, sieve: 60, sse: 1_500_000 } as const;
export type LoopName = keyof typeof loopCounts;
export const loopNames = ['alu', 'fib', 'memcpy', 'sha', 'sieve', 'sse'] as const satisfies readonly LoopName[];

export const codeAddress = 0x10000;
/** From `codeAddress` on: code, data and the stack. */
const memoryBytes = 0x70000;

/** The sources stay where they are when this is built. */
export const sourceFolder = import.meta.dirname.replace(`${sep}dist${sep}scripts`, `${sep}scripts`);

const timeoutMs = 10_000;

/** The code of a loop, for `codeAddress`; `count` as in `loopCounts` where nothing else is said. */
export const assembleLoop = async (
  name: LoopName,
  mode: LoopMode,
  count: number = loopCounts[name],
): Promise<Uint8Array | Failure> => {
  const workspace = await openWorkspace();
  if (isFailure(workspace)) return workspace;
  const output = join(workspace.path, 'loop');
  try {
    const ran = await runTool('nasm', nasmArguments({ name, mode, count, output }), { timeoutMs });
    if (isFailure(ran)) return ran;
    return ran.exitCode === 0 ? await readFile(output) : crashed(`nasm: ${ran.stderr}`);
  } finally {
    await workspace.close();
  }
};

interface Assembly {
  readonly name: LoopName;
  readonly mode: LoopMode;
  readonly count: number;
  readonly output: string;
}

const nasmArguments = ({ name, mode, count, output }: Assembly): readonly string[] => {
  const folder = join(sourceFolder, 'loops');
  const defined = [`-DWIDTH=${mode}`, `-DCOUNT=${count}`];
  return ['-f', 'bin', ...defined, '-p', join(folder, 'width.inc'), '-o', output, join(folder, `${name}.asm`)];
};

/** A machine that stands at the beginning of a loop; HLT is for CPL 0. */
export const machineOf = (code: Uint8Array, mode: LoopMode): Machine => {
  const machine = new Machine({ mode, cpl: 0 });
  machine.memory.map(BigInt(codeAddress), memoryBytes);
  machine.memory.write(BigInt(codeAddress), code);
  machine.set(mode === 64 ? 'rip' : 'eip', codeAddress);
  return machine;
};

/** Instructions until the HLT, with it. Throws where the loop ends otherwise. */
export const runLoop = (machine: Machine): number => {
  const { steps, stop } = machine.run();
  if (typeof stop === 'object' && stop.kind === 'halted') return steps;
  throw new Error(`The loop does not end with HLT: ${typeof stop === 'object' ? stop.kind : stop}`);
};
