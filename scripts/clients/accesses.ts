/**
 * Holds the accesses that kmemcheck's client says against those that Unicorn performs, by its memory hooks:
 * `node dist/scripts/clients/accesses.js --count 300000` of each mode.
 */
import { Command } from 'commander';
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import { accessDifference, expectedAccesses, type Performed } from '../../harness/compare/performed-accesses.ts';
import { type Execution, type ExecutionAnswer, StateWord } from '../../harness/execution.ts';
import { DrawnExecution } from '../../harness/generate/states/drawn.ts';
import { ExecutionDraw } from '../../harness/generate/states/executions.ts';
import { knownAccessRow } from '../../harness/known/unicorn-accesses.ts';
import type { ExecutionMismatch } from '../../harness/mismatch.ts';
import { hexBytes } from '../../harness/report/hex.ts';
import { codeAddress, pageBytes } from '../../harness/sandbox.ts';
import { accessesOf, asTold, mostAccesses } from '../../harness/subjects/unicorn/accesses.ts';
import { createUnicorn } from '../../harness/subjects/unicorn/unicorn.ts';
import { exitCodes } from '../commands/failure.ts';
import { readCount, readModes, readSeed } from '../commands/options.ts';

interface Tally {
  /** Executions with accesses that were performed to their end. */
  held: number;
  accesses: number;
  /** Differ as Unicorn is known to. */
  explained: number;
  differing: number;
}

const vendor = 'amd';
const batch = 256;
const rCX = 2;

/** How often a repetition went round. */
const iterationsOf = ({ state: { words } }: Execution, after: { readonly words: Uint32Array }): number =>
  ((words[rCX] ?? 0) - (after.words[rCX] ?? 0)) >>> 0;

const mismatchOf = (execution: Execution, answer: ExecutionAnswer, difference: string): ExecutionMismatch => ({
  input: { bytes: execution.bytes, mode: execution.mode, vendor },
  execution,
  observable: 'memory',
  part: '',
  subject: 'unicorn',
  ours: { status: 'unsupported' },
  theirs: answer,
  says: { ours: 'accesses', theirs: difference },
});

/** Unicorn begins an instruction anew that writes where its translation came from. */
const writesCode = (expected: readonly Performed[]): boolean =>
  expected.some(
    ({ kind, address, sizeBytes }) =>
      kind === 'write' && address + sizeBytes > codeAddress && address < codeAddress + pageBytes,
  );

const hold = (execution: Execution, answer: ExecutionAnswer, tally: Tally): void => {
  if (answer.status !== 'executed') return;
  const expected = expectedAccesses(execution, vendor, iterationsOf(execution, answer.state));
  if (expected === null || answer.memory.length === mostAccesses) return;
  tally.held++;
  tally.accesses += expected.length;
  const difference = accessDifference(expected.flatMap(asTold), accessesOf(answer.memory));
  if (difference === null) return;
  if (writesCode(expected) || knownAccessRow(mismatchOf(execution, answer, difference)) !== null) {
    tally.explained++;
    return;
  }
  tally.differing++;
  const registers = Array.from(execution.state.words.subarray(0, StateWord.selectors), (word) => word.toString(16));
  process.stdout.write(
    `${hexBytes(execution.bytes)} (${execution.mode}-bit): ${difference}\n  ${registers.join(' ')}\n`,
  );
};

type Unicorn = Exclude<Awaited<ReturnType<typeof createUnicorn>>, { readonly unavailable: string }>;

const holdMode = async (unicorn: Unicorn, options: { mode: Mode; seed: number; count: number }): Promise<Tally> => {
  const { mode, seed, count } = options;
  const draw = new ExecutionDraw({ mode, vendor, seed, label: 'accesses' });
  const tally: Tally = { held: 0, accesses: 0, explained: 0, differing: 0 };
  const drawn = Array.from({ length: batch }, () => new DrawnExecution());
  while (tally.held < count) {
    for (const one of drawn) draw.draw(one);
    const answers = await unicorn.execute(drawn);
    for (const [k, one] of drawn.entries()) {
      const answer = answers[k];
      if (answer !== undefined && tally.held < count) hold(one, answer, tally);
    }
  }
  return tally;
};

const run = async (options: { count: number; seed: number; modes: readonly Mode[] }): Promise<number> => {
  const unicorn = await createUnicorn({ tellsAccesses: true });
  if ('unavailable' in unicorn) {
    process.stderr.write(`Unicorn cannot be asked: ${unicorn.unavailable}. Remedy: ${unicorn.remedy}.\n`);
    return exitCodes.oracle;
  }
  let differing = 0;
  for (const mode of options.modes) {
    const tally = await holdMode(unicorn, { mode, seed: options.seed, count: options.count });
    differing += tally.differing;
    process.stdout.write(
      `${mode}-bit: ${tally.held} instructions with ${tally.accesses} accesses, ${tally.explained} explained, ${tally.differing} differ\n`,
    );
  }
  await unicorn.close();
  return differing === 0 ? exitCodes.clean : exitCodes.mismatches;
};

const program = new Command('accesses')
  .description("Compares the accesses that instructions' operands say with those that Unicorn performs.")
  .option('--count <n>', 'instructions of each mode', readCount, 300_000)
  .option('--seed <n>', 'another seed, other instructions', readSeed, 1)
  .option('--mode <list>', '16, 32 and 64', readModes, modes)
  .addHelpText('after', '\nExit code: 0 all the same, 1 some differ, 3 Unicorn cannot be asked.');

program.action(async ({ count, seed, mode }: { count: number; seed: number; mode: readonly Mode[] }) => {
  process.exitCode = await run({ count, seed, modes: mode });
});

await program.parseAsync();
