/** The command line: which commands there are, their options, their help. A command's code is loaded when it runs. */
import { Command, CommanderError, Option } from 'commander';
import { modes } from '../../emulator/isa/modes.ts';
import { opcodeOptions } from '../../emulator/isa/options.ts';
import type { Terminal } from '../terminal.ts';
import type { ConformOptions } from './conform.ts';
import type { CoverageOptions } from './coverage.ts';
import { declareCapture, declareOutcomes } from './declare-executions.ts';
import type { DecodeOptions } from './decode.ts';
import { executorNames } from './executor-names.ts';
import type { ExplainOptions } from './explain.ts';
import { CommandFailure, type ExitCode, exitCodes, systemCode, systemFailure } from './failure.ts';
import type { FuzzOptions } from './fuzz.ts';
import { helpTexts } from './help.ts';
import * as read from './options.ts';
import type { ReplayOptions } from './replay.ts';
import { subjectNames } from './subject-names.ts';
import type { WalkOptions } from './walk.ts';

/** Never throws: whatever happens is a message and an exit code. */
export const runCommandLine = async (args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  try {
    return await parse(args, terminal);
  } catch (error) {
    return await failed(error, args, terminal);
  } finally {
    terminal.clearProgress();
  }
};

const parse = async (args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    const { touchstoneVersion } = await import('../../harness/subjects/touchstone.ts');
    await terminal.write(`${touchstoneVersion}\n`);
    return exitCodes.clean;
  }
  const help: string[] = [];
  const outcome: Outcome = { exitCode: exitCodes.clean };
  const program = declareProgram(terminal, outcome, (text) => help.push(text));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for is an answer; help because nothing was asked, or a bad argument, is a failure.
    outcome.exitCode = error.exitCode === 0 ? exitCodes.clean : exitCodes.usage;
  }
  await terminal.write(help.join(''));
  return outcome.exitCode;
};

const failed = async (error: unknown, args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const failure = error instanceof Error && systemCode(error) === 'ENOSPC' ? systemFailure('A file', error) : error;
  if (failure instanceof CommandFailure) {
    terminal.note(`touchstone: ${failure.message}`);
    return failure.exitCode;
  }
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.note(
    `touchstone: this is a bug in Touchstone: ${story}\nPlease report it with this command line: touchstone ${args.join(' ')}`,
  );
  return exitCodes.internal;
};

interface Outcome {
  exitCode: ExitCode;
}

/** Runs a command's code and keeps its exit code. */
type Run = (command: () => Promise<ExitCode>) => Promise<void>;

const declareProgram = (terminal: Terminal, outcome: Outcome, writeOut: (text: string) => void): Command => {
  const program = new Command('touchstone')
    .description(
      'Conformance suite and differential-testing harness for x86 decoders and emulators, in 16-, 32- and 64-bit mode.',
    )
    .configureOutput({ writeOut, writeErr: (text) => terminal.note(text.trimEnd()) })
    .exitOverride()
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('Run it with --help to see what it takes.')
    .addHelpText('after', helpTexts.touchstone);
  const run: Run = async (command) => {
    outcome.exitCode = await command();
  };
  declareConform(program, terminal, run);
  declareFuzz(program, terminal, run);
  declareWalk(program, terminal, run);
  declareReplay(program, terminal, run);
  declareExplain(program, terminal, run);
  declareDecode(program, terminal, run);
  declareSubject(program, terminal, run);
  declareCapture(program, terminal, run);
  declareCoverage(program, terminal, run);
  declareOutcomes(program, terminal, run);
  declareDoctor(program, terminal, run);
  return program.option('-V, --version', 'print the version');
};

const modesOption = (): Option =>
  new Option('--mode <modes>', 'code sizes, separated by commas').argParser(read.readModes).default(modes, '16,32,64');
const modeOption = (): Option => new Option('--mode <mode>', 'code size: 16, 32 or 64').argParser(read.readMode);
const vendorOption = (): Option =>
  new Option('--vendor <vendor>', 'whose CPU, where they differ: intel or amd').argParser(read.readVendor);
const seedOption = (): Option =>
  new Option('--seed <number>', 'what the generators start from').argParser(read.readSeed);
const subjectsOption = (): Option =>
  new Option('--subject <names>', `ask these only, separated by commas: ${subjectNames.join(', ')}`).argParser(
    read.collectNames(subjectNames),
  );
const allSubjectsOption = (): Option =>
  new Option(
    '--subject <names>',
    `ask these only, separated by commas: ${subjectNames.join(', ')}; ${executorNames.join(', ')} to execute`,
  ).argParser(read.collectNames([...subjectNames, ...executorNames]));
const workersOption = (): Option =>
  new Option('--workers <count>', 'threads; 0 does all in one; what is found does not depend on it').argParser(
    read.readWorkers,
  );
const reportOption = (): Option =>
  new Option('--report <folder>', 'write HTML, JUnit XML and JSON reports to this folder');

const declareConform = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('conform')
    .description('hold ours against every oracle on generated and real code; the same run every time')
    .addOption(modesOption())
    .addOption(allSubjectsOption())
    .addOption(new Option('--execute <count>', 'random executions of each mode; 0 for none').argParser(read.readCount))
    .option('--elf <file>', 'also sweep the executable sections of this binary; may be repeated', read.collectFiles)
    .addOption(new Option('--quick', 'a smaller run, of a few minutes').conflicts('full'))
    .addOption(new Option('--full', 'everything, over an hour'))
    .addOption(new Option('--shard <i/n>', 'the i-th of n equal parts, to share the run').argParser(read.readShard))
    .addOption(reportOption())
    .option(
      '--snapshot <folder>',
      'write snapshots here; only inputs that are the same on every machine are asked about',
    )
    .addOption(seedOption().default(1))
    .addOption(workersOption())
    .addHelpText('after', helpTexts.conform)
    .action((options: ConformOptions) => run(async () => (await import('./conform.ts')).conform(options, terminal)));
};

const declareCoverage = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('coverage')
    .description(
      'what comes of every form with every subject, by chapter of the manual; conform --report has a page of it',
    )
    .addOption(modesOption())
    .addOption(allSubjectsOption())
    .addOption(new Option('--execute <count>', 'random executions of each mode; 0 for none').argParser(read.readCount))
    .addOption(new Option('--json <file>', 'also write the counts, and forms that are open, as JSON'))
    .addOption(new Option('--report <folder>', 'also write the page coverage.html to this folder'))
    .addOption(seedOption().default(1))
    .addOption(workersOption())
    .addHelpText('after', helpTexts.coverage)
    .action((options: CoverageOptions) => run(async () => (await import('./coverage.ts')).coverage(options, terminal)));
};

const declareFuzz = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('fuzz')
    .description('search for new differences until time is up; findings are written as they are found')
    .addOption(
      new Option('--for <duration>', 'how long: 30s, 8h, 1h30m').argParser(read.readDuration).default(60_000, '60s'),
    )
    .addOption(modesOption())
    .addOption(allSubjectsOption())
    .addOption(new Option('--execute', 'search for executions that differ, instead of decodings'))
    .addOption(
      new Option('--report <folder>', 'findings are kept here, and a later search goes on from here').default('out'),
    )
    .addOption(seedOption().default(1))
    .addOption(workersOption())
    .addHelpText('after', helpTexts.fuzz)
    .action((options: FuzzOptions) => run(async () => (await import('./fuzz.ts')).fuzz(options, terminal)));
};

const declareWalk = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('walk')
    .description(
      'walk the encoding space by observed lengths: every opcode and addressing form, no immediate counted through',
    )
    .addOption(modeOption().default(64))
    .addOption(vendorOption().default('intel'))
    .option(
      '--prefix <space>',
      'what stands before: none, prefix bytes in hex, vex2, vex3, xop, evex; each for every single prefix, vector for VEX and its kin; may be repeated',
      read.collectFiles,
    )
    .addOption(subjectsOption())
    .addOption(new Option('--shard <i/n>', 'the i-th of n equal parts, to share the walk').argParser(read.readShard))
    .addOption(new Option('--report <folder>', 'findings and the place to go on from are kept here').default('out'))
    .option('--snapshot <folder>', 'write the counts as a snapshot to this folder')
    .addHelpText('after', helpTexts.walk)
    .action((options: WalkOptions) => run(async () => (await import('./walk.ts')).walkCommand(options, terminal)));
};

const declareReplay = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('replay')
    .description('run a finding again: does it still fail, and can it be smaller?')
    .argument('[id]', 'a finding: the first characters of its id are enough, or a path to its file')
    .addOption(new Option('--bytes <hex>', 'these bytes instead of a finding'))
    .addOption(new Option('--state <state>', 'execute them in this state, as a finding tells it; may be empty'))
    .addOption(modeOption())
    .addOption(vendorOption())
    .addOption(allSubjectsOption())
    .addHelpText('after', helpTexts.replay)
    .action((id: string | undefined, options: ReplayOptions) =>
      run(async () => (await import('./replay.ts')).replay(id, options, terminal)),
    );
};

const declareExplain = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('explain')
    .description("one instruction: its bytes one by one, every subject's answer side by side, and who is right")
    .argument('<hex...>', 'the bytes of one instruction')
    .addOption(modeOption().default(64))
    .addOption(vendorOption().default('intel'))
    .addOption(subjectsOption())
    .addHelpText('after', helpTexts.explain)
    .action((hex: readonly string[], options: ExplainOptions) =>
      run(async () => (await import('./explain.ts')).explain(hex.join(' '), options, terminal)),
    );
};

const declareDecode = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('decode')
    .description('list the instructions in hex, a raw binary or an ELF file')
    .argument('[input...]', 'hex, a file, or - for standard input')
    .addOption(modeOption())
    .addOption(new Option('--syntax <syntax>', 'intel, nasm or gas (AT&T)').argParser(read.readSyntax).default('intel'))
    .addOption(vendorOption().default('intel'))
    .addOption(
      new Option(
        '--option <names>',
        `also those of few CPUs, or of CPUs to come, separated by commas: ${opcodeOptions.join(', ')}`,
      )
        .argParser(read.readOpcodeOptions)
        .default([], 'none'),
    )
    .addOption(
      new Option('--address <address>', 'where the first byte stands').argParser(read.readAddress).default(0n, '0'),
    )
    .addOption(new Option('--input <kind>', 'what the input is').choices(['auto', 'hex', 'raw', 'elf']).default('auto'))
    .addHelpText('after', helpTexts.decode)
    .action((input: readonly string[], options: DecodeOptions) =>
      run(async () => (await import('./decode.ts')).decodeCommand(input, options, terminal)),
    );
};

const declareSubject = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('subject')
    .description('answer the subject protocol on standard input and output, as any implementation under test may')
    .addHelpText('after', helpTexts.subject)
    .action(() => run(async () => (await import('./subject.ts')).subject(terminal)));
};

const declareDoctor = (program: Command, terminal: Terminal, run: Run): void => {
  program
    .command('doctor')
    .description('say which oracles are here, their versions, and what to do about those that are not')
    .addHelpText('after', helpTexts.doctor)
    .action(() => run(async () => (await import('./doctor.ts')).doctor(terminal)));
};
