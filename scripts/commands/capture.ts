/** `touchstone capture`: records this CPU into corpus/exec/, replays ours over what is there, or publishes it as JSON. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Mode } from '../../emulator/isa/modes.ts';
import { type RecordedFile, recordCaptures } from '../../harness/captures/record.ts';
import { replayCaptures } from '../../harness/captures/replay.ts';
import { profileOf, signatureFolder } from '../../harness/captures/signature.ts';
import { captureSources } from '../../harness/captures/source.ts';
import { sandboxVector, type VectorFile, vectorFile } from '../../harness/captures/vectors.ts';
import { ExecutionKnownRows } from '../../harness/known/execution-match.ts';
import { executionKnownRows } from '../../harness/known/execution-rows.ts';
import { signatureText } from '../../harness/subjects/silicon/signature.ts';
import { createTouchstoneExecutor } from '../../harness/subjects/touchstone-executor.ts';
import type { Terminal } from '../terminal.ts';
import { writeWhole } from './capture-files.ts';
import { committedCaptures, openCaptures } from './capture-folder.ts';
import { columns } from './columns.ts';
import { readCpuSignature } from './cpu-signature.ts';
import { closeStanding, openStandings, type Standing } from './executors.ts';
import { CommandFailure, type ExitCode, exitCodes } from './failure.ts';
import { replayText } from './replay-text.ts';
import { missingText } from './subjects.ts';

export interface CaptureOptions {
  readonly mode: readonly Mode[];
  /** The folder of captures; the committed one by default. */
  readonly captures?: string;
  readonly check?: true;
  readonly json?: string;
}

export const capture = async (options: CaptureOptions, terminal: Terminal): Promise<ExitCode> => {
  const folder = options.captures ?? committedCaptures();
  if (options.check === true) return check(folder, options.mode, terminal);
  return options.json === undefined
    ? record(folder, options.mode, terminal)
    : publish({ folder, into: options.json }, options.mode, terminal);
};

/** Larger files are compressed: what is diffed in a review is small. */
const mostPlainBytes = 2 ** 20;

const record = async (folder: string, modes: readonly Mode[], terminal: Terminal): Promise<ExitCode> => {
  const cpu = await readCpuSignature();
  if (cpu === null)
    throw new CommandFailure(
      'Captures are made on Linux with an Intel or AMD CPU; this machine is none.',
      exitCodes.oracle,
    );
  const standing = await openCpu();
  try {
    // Single steps, where the CPU can be asked in two ways: beyond doubt, and fast enough.
    const { executor, recheck = executor } = standing.oracle;
    if (executor.version !== signatureText(cpu))
      throw new CommandFailure(
        `The system says that the CPU is ${signatureText(cpu)}, and the CPU ${executor.version}.`,
      );
    const rows: string[][] = [];
    for await (const file of recordCaptures({ cpu, executor: recheck, modes })) {
      await writeRecorded(folder, file);
      terminal.progress(`${file.path}: ${file.captures} captures`);
      rows.push(rowOf(file));
    }
    const total = rows.reduce((sum, [, captures]) => sum + Number(captures), 0);
    const lines = columns([['file', 'captures', 'forms', 'left out'], ...rows]);
    await terminal.write(
      `${lines.join('\n')}\n${total} captures of ${signatureText(cpu)} in ${join(folder, signatureFolder(cpu))}\n`,
    );
  } finally {
    await closeStanding(standing);
  }
  return exitCodes.clean;
};

const openCpu = async (): Promise<Standing> => {
  const opened = await openStandings('cpu');
  if ('unavailable' in opened) throw new CommandFailure(missingText(opened), exitCodes.oracle);
  const [standing] = opened;
  if (standing === undefined) throw new CommandFailure('Nobody here asks the CPU.', exitCodes.oracle);
  return standing;
};

const rowOf = ({ path, captures, forms, leftOut }: RecordedFile): string[] => {
  const missing = leftOut.reduce((sum, { count }) => sum + count, 0);
  return [path, String(captures), String(forms), missing === 0 ? '' : String(missing)];
};

/** What stood there before goes, compressed or not. */
const writeRecorded = async (folder: string, { path, text }: RecordedFile): Promise<void> => {
  const isLarge = text.length > mostPlainBytes;
  await rm(join(folder, isLarge ? path : `${path}.gz`), { force: true });
  await writeWhole(join(folder, isLarge ? `${path}.gz` : path), isLarge ? gzipSync(text, { level: 9 }) : text);
};

const check = async (folder: string, modes: readonly Mode[], terminal: Terminal): Promise<ExitCode> => {
  const { files, idle } = await openCaptures(folder);
  for (const hash of idle) terminal.note(`touchstone: ${hash} is revoked, and no file has it.`);
  let failures = 0;
  for (const source of captureSources(files.filter(({ head }) => modes.includes(head.mode)))) {
    const profile = profileOf(source.cpu) ?? (source.cpu.vendor === 'intel' ? 'intel' : 'amd-zen3');
    const ours = createTouchstoneExecutor(profile);
    const known = new ExecutionKnownRows(executionKnownRows, new Map([[source.name, source.version]]));
    const result = await replayCaptures({ source, ours, profile, known });
    await terminal.write(replayText(result));
    failures += result.mismatches.length;
  }
  return failures > 0 ? exitCodes.mismatches : exitCodes.clean;
};

interface Publication {
  readonly folder: string;
  readonly into: string;
}

const publish = async (
  { folder, into }: Publication,
  modes: readonly Mode[],
  terminal: Terminal,
): Promise<ExitCode> => {
  const { files } = await openCaptures(folder);
  const wanted = files.filter(({ head }) => modes.includes(head.mode));
  await writeVector(into, sandboxVector());
  let count = 0;
  for (const file of wanted) {
    await writeVector(into, vectorFile(file));
    count += file.captures.length;
  }
  await terminal.write(`${count} vectors in ${wanted.length} files, and the sandbox, in ${into}\n`);
  return exitCodes.clean;
};

const writeVector = (folder: string, { path, text }: VectorFile): Promise<void> => writeWhole(join(folder, path), text);
