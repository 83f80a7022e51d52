/** `touchstone replay`: does a finding still fail, and can it be made smaller? */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { bucketKey } from '../../harness/bucket/bucket.ts';
import { askItsLaw, askSubject } from '../../harness/campaign/ask.ts';
import { hexBytes } from '../../harness/report/hex.ts';
import { shrink } from '../../harness/shrink/shrink.ts';
import type { Terminal } from '../terminal.ts';
import { askedOf, type ExecutorName } from './executor-names.ts';
import { CommandFailure, type ExitCode, exitCodes } from './failure.ts';
import { type FiledCase, readFiledCase } from './filed-finding.ts';
import { readHex } from './hex.ts';
import { lawTools } from './law-tools.ts';
import { opinionText } from './opinion-text.ts';
import { type Opinion, opinionsOf } from './opinions.ts';
import { executionOf, replayExecution } from './replay-execution.ts';
import type { SubjectName } from './subject-names.ts';
import { missingText, type OpenSubjects, openSubjects } from './subjects.ts';

export interface ReplayOptions {
  readonly bytes?: string;
  readonly mode?: Mode;
  readonly vendor?: Vendor;
  /** Of an execution; may be empty. */
  readonly state?: string;
  readonly subject?: readonly (SubjectName | ExecutorName)[];
}

export const replay = async (id: string | undefined, options: ReplayOptions, terminal: Terminal): Promise<ExitCode> => {
  const { input, state } = await caseOf(id, options);
  const { decoders, executors } = askedOf(options.subject);
  if (state !== undefined)
    return replayExecution(executionOf(input, state), { vendor: options.vendor ?? null, executors }, terminal);
  const subjects = await openSubjects(decoders, terminal.environment);
  try {
    const { found, missing } = await opinionsOf(input, subjects);
    for (const one of missing) terminal.note(missingText(one));
    const head = `${hexBytes(input.bytes)} (${input.mode}-bit, ${input.vendor})`;
    if (found.length === 0) {
      await terminal.write(
        `${terminal.palette.good('no longer fails')}  ${head}: nobody who was asked differs from ours, and no law is broken.\n`,
      );
      return exitCodes.clean;
    }
    for (const opinion of found) {
      await terminal.write(`${head}\n${opinionText(opinion, terminal.palette)}\n`);
      if (opinion.known === null) await terminal.write(await shrunkText(opinion, subjects));
    }
    return found.some(({ known }) => known === null) ? exitCodes.mismatches : exitCodes.clean;
  } finally {
    await subjects.close();
  }
};

const caseOf = async (id: string | undefined, { bytes, mode, vendor, state }: ReplayOptions): Promise<FiledCase> => {
  if (id === undefined && bytes === undefined) {
    throw new CommandFailure('Nothing to replay is named. Give the id of a finding, or --bytes and --mode.');
  }
  if (id !== undefined && bytes !== undefined) {
    throw new CommandFailure('A finding and --bytes are both given. Give one of them.');
  }
  if (bytes === undefined) {
    const { input: filed, state: before } = await readFiledCase(id ?? '');
    const input = { bytes: filed.bytes, mode: mode ?? filed.mode, vendor: vendor ?? filed.vendor };
    return { input, state: state ?? before };
  }
  if (mode === undefined) throw new CommandFailure('--bytes needs --mode: 16, 32 or 64.');
  const inputBytes = readHex(bytes);
  if (inputBytes.length > longestInput) {
    throw new CommandFailure(`${inputBytes.length} bytes are given; an input has at most ${longestInput}.`);
  }
  return { input: { bytes: inputBytes, mode, vendor: vendor ?? 'intel' }, state };
};

/** Bytes behind the instruction belong to a mismatch too. */
const longestInput = 64;

const shrunkText = async ({ mismatch }: Opinion, { ours, others }: OpenSubjects): Promise<string> => {
  const other = others.find(({ name }) => name === mismatch.subject);
  const ask = other === undefined ? askItsLaw(ours, lawTools)(mismatch) : askSubject(ours, other);
  const { mismatch: small, isMinimal } = await shrink(mismatch, ask);
  const bytes = hexBytes(small.input.bytes);
  const isSame = bytes === hexBytes(mismatch.input.bytes) && small.input.mode === mismatch.input.mode;
  const how = isMinimal ? '' : ' (the budget ended before it was minimal)';
  const what = isSame ? 'It is as small as it can be' : `Shrunk to ${bytes} (${small.input.mode}-bit)`;
  return `  ${what}${how}. Bucket: ${bucketKey(small)}\n`;
};
