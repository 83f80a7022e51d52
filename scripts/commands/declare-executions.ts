/** Commands about executions of single instructions: their options and help. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { modes } from '../../emulator/isa/modes.ts';
import type { Terminal } from '../terminal.ts';
import type { CaptureOptions } from './capture.ts';
import type { ExitCode } from './failure.ts';
import { helpTexts } from './help.ts';
import * as read from './options.ts';
import type { OutcomesOptions } from './outcomes.ts';

type Run = (command: () => Promise<ExitCode>) => Promise<void>;

const capturesOption = (): Option =>
  new Option('--captures <folder>', 'the folder of captures; corpus/exec of this project by default');

export const declareCapture = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('capture')
    .description('record what this CPU does in chosen states of every integer form; check ours against records')
    .addOption(
      new Option('--mode <modes>', 'code sizes, separated by commas')
        .argParser(read.readModes)
        .default(modes, '16,32,64'),
    )
    .addOption(capturesOption())
    .addOption(new Option('--check', 'record nothing: compare ours with the captures').conflicts('json'))
    .addOption(new Option('--json <folder>', 'record nothing: write the captures there as JSON for other emulators'))
    .addHelpText('after', helpTexts.capture)
    .action((options: CaptureOptions) => run(async () => (await import('./capture.ts')).capture(options, terminal)));
};

export const declareOutcomes = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('outcomes')
    .description('which outcomes of each integer form captures and drawn executions reach, and which none does')
    .addOption(capturesOption())
    .addOption(new Option('--vendor <vendor>', 'whose CPU: intel or amd').argParser(read.readVendor).default('intel'))
    .addOption(
      new Option('--executions <count>', 'drawn executions of each mode').argParser(readCount).default(100_000),
    )
    .addOption(new Option('--seed <number>', 'what they are drawn from').argParser(read.readSeed).default(1))
    .addOption(new Option('--json <file>', 'also write the page as JSON'))
    .addOption(new Option('--snapshot <folder>', 'also write the page as a snapshot there'))
    .addHelpText('after', helpTexts.outcomes)
    .action((options: OutcomesOptions) => run(async () => (await import('./outcomes.ts')).outcomes(options, terminal)));
};

const readCount = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A count is a whole number below a thousand million.');
  return Number(text);
};
