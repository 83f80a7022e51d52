/**
 * Holds `relocate` against the CPU of this machine: random instructions, executed in place and in a slot, must leave the
 * same state. `node dist/scripts/clients/relocation.js --count 100000`
 */
import { Command } from 'commander';
import { type Mode, modes, type Vendor } from '../../emulator/isa/modes.ts';
import { isSilent } from '../../harness/compare/execution-say.ts';
import { relocationDifference } from '../../harness/compare/relocated.ts';
import { type Relocated, relocatedPairs } from '../../harness/generate/states/relocated.ts';
import { createSilicon, type Silicon } from '../../harness/subjects/silicon/silicon.ts';
import { exitCodes } from '../commands/failure.ts';
import { readCount, readModes, readSeed } from '../commands/options.ts';

interface Tally {
  pairs: number;
  /** Something in them counts from rIP. */
  positioned: number;
  executed: number;
  faults: number;
  differing: number;
}

const batch = 512;

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** Pairs that the CPU may be asked about, `count` of them. */
const holdMode = async (
  cpu: Silicon,
  options: { mode: Mode; vendor: Vendor; seed: number; count: number },
): Promise<Tally> => {
  const tally: Tally = { pairs: 0, positioned: 0, executed: 0, faults: 0, differing: 0 };
  const source = relocatedPairs(options);
  while (tally.pairs < options.count) {
    const pairs = Array.from({ length: batch }, () => source.next().value).filter((pair) => pair !== undefined);
    await holdBatch(cpu, pairs.slice(0, Math.max(1, options.count - tally.pairs)), tally);
  }
  return tally;
};

const holdBatch = async (cpu: Silicon, pairs: readonly Relocated[], tally: Tally): Promise<void> => {
  const answers = await cpu.execute(pairs.flatMap(({ inPlace, inSlot }) => [inPlace, inSlot]));
  for (const [k, pair] of pairs.entries()) {
    const [inPlace, inSlot] = [answers[2 * k], answers[2 * k + 1]];
    if (inPlace === undefined || inSlot === undefined || isSilent(inPlace) || isSilent(inSlot)) continue;
    tally.pairs++;
    if (pair.isPositioned) tally.positioned++;
    if (inPlace.status === 'executed') tally.executed++;
    if (inPlace.status === 'fault') tally.faults++;
    if (relocationDifference(pair, inPlace, inSlot) !== null) await recheck(cpu, pair, tally);
  }
};

/** What differs counts when single steps say it too. */
const recheck = async (cpu: Silicon, pair: Relocated, tally: Tally): Promise<void> => {
  const [inPlace, inSlot] = await cpu.recheck([pair.inPlace, pair.inSlot]);
  if (inPlace === undefined || inSlot === undefined) return;
  const difference = relocationDifference(pair, inPlace, inSlot);
  if (difference === null) return;
  tally.differing++;
  const { original, copy } = pair;
  const at = `${original.address.toString(16)} and ${copy.address.toString(16)}`;
  process.stdout.write(`${hexOf(original.bytes)} (${pair.inPlace.mode}-bit) at ${at}: ${difference}\n`);
};

const line = (mode: Mode, { pairs, positioned, executed, faults, differing }: Tally): string =>
  `${mode}-bit: ${pairs} pairs, ${positioned} of them with something that counts from rIP; ${executed} executed, ${faults} faulted, ${differing} differ\n`;

const run = async (options: { count: number; seed: number; modes: readonly Mode[] }): Promise<number> => {
  const cpu = await createSilicon();
  if ('unavailable' in cpu) {
    process.stderr.write(`The CPU cannot be asked: ${cpu.unavailable}. Remedy: ${cpu.remedy}.\n`);
    return exitCodes.oracle;
  }
  let differing = 0;
  const { vendor } = cpu.signature;
  for (const [k, mode] of options.modes.entries()) {
    const share =
      Math.ceil((options.count * (k + 1)) / options.modes.length) -
      Math.ceil((options.count * k) / options.modes.length);
    const tally = await holdMode(cpu, { mode, vendor, seed: options.seed, count: share });
    differing += tally.differing;
    process.stdout.write(line(mode, tally));
  }
  await cpu.close();
  return differing === 0 ? exitCodes.clean : exitCodes.mismatches;
};

const program = new Command('relocation')
  .description(
    'Executes random instructions in place and relocated, on the CPU of this machine, and compares the states.',
  )
  .option('--count <n>', 'pairs of all modes', readCount, 100_000)
  .option('--seed <n>', 'another seed, other pairs', readSeed, 1)
  .option('--mode <list>', '16, 32 and 64', readModes, modes)
  .addHelpText('after', '\nExit code: 0 all the same, 1 some differ, 3 the CPU cannot be asked.');

program.action(async ({ count, seed, mode }: { count: number; seed: number; mode: readonly Mode[] }) => {
  process.exitCode = await run({ count, seed, modes: mode });
});

await program.parseAsync();
