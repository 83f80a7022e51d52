/** `touchstone walk`: the encoding space by observed lengths, resumable, and what it came to. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forms } from '../../emulator/isa/forms.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { createBench } from '../../harness/campaign/slice.ts';
import { openStore, StoreError } from '../../harness/campaign/store.ts';
import { checkpointText, readCheckpoint, type WalkIdentity } from '../../harness/campaign/walk/checkpoint.ts';
import { eachPrefix, type Space, spaceNamed, vectorSpaces } from '../../harness/campaign/walk/space.ts';
import { walkLines } from '../../harness/campaign/walk/text.ts';
import { type Progress, type WalkResult, type WalkView, walk } from '../../harness/campaign/walk/walk.ts';
import { knownRows } from '../../harness/known/rows.ts';
import { countText } from '../../harness/report/hex.ts';
import { failureText } from '../../harness/report/summary.ts';
import { createIcedLengths } from '../../harness/subjects/iced-lengths.ts';
import { createTouchstoneLengths } from '../../harness/subjects/touchstone-lengths.ts';
import type { Terminal } from '../terminal.ts';
import { writeWhole } from './capture-files.ts';
import { commandLine } from './command-line.ts';
import { CommandFailure, type ExitCode, exitCodes, systemCode, systemFailure } from './failure.ts';
import { withInterrupt } from './interrupt.ts';
import type { Shard } from './options.ts';
import { prepareReportFolder } from './report-folder.ts';
import type { SubjectName } from './subject-names.ts';
import { type OpenSubjects, openSubjects } from './subjects.ts';

export interface WalkOptions {
  readonly mode: Mode;
  readonly vendor: Vendor;
  /** Names of spaces; none where absent. */
  readonly prefix?: readonly string[];
  readonly subject?: readonly SubjectName[];
  readonly shard?: Shard;
  readonly report: string;
  readonly snapshot?: string;
}

export const walkCommand = async (options: WalkOptions, terminal: Terminal): Promise<ExitCode> => {
  const spaces = spacesOf(options);
  for (const folder of [options.report, options.snapshot]) if (folder !== undefined) await prepareReportFolder(folder);
  // Programs answer a hundred thousand a second; who wants to wait for them names them.
  const subjects = await openSubjects(options.subject ?? ['iced'], terminal.environment);
  try {
    return await walkWith(options, spaces, subjects, terminal);
  } catch (error) {
    throw error instanceof StoreError ? new CommandFailure(error.message) : error;
  } finally {
    await subjects.close();
  }
};

/** `each` stands for every space behind one prefix, `vector` for those of VEX and its kin. */
const spacesOf = ({ mode, prefix = ['none'] }: WalkOptions): readonly Space[] => {
  const names = prefix.flatMap((name) =>
    name === 'each' ? eachPrefix(mode) : name === 'vector' ? vectorSpaces : [name],
  );
  return [...new Set(names)].map((name) => {
    const space = spaceNamed(name, mode);
    if (space !== null) return space;
    throw new CommandFailure(
      `"${name}" is no space of ${mode}-bit mode. Spaces are none, each, vector, ${vectorSpaces.join(', ')}, and prefix bytes in hex: 66, "F3 48".`,
    );
  });
};

const walkWith = async (
  options: WalkOptions,
  spaces: readonly Space[],
  subjects: OpenSubjects,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { mode, vendor, shard = { index: 1, count: 1 }, report } = options;
  const { ours, others } = subjects;
  const iced = others.filter(({ name }) => name === 'iced');
  const identity: WalkIdentity = {
    mode,
    vendor,
    shard: { index: shard.index, of: shard.count },
    spaces: spaces.map(({ name }) => name),
    subjects: [
      `${ours.name} ${ours.version}, ${forms.length} forms`,
      ...others.map(({ name, version }) => `${name} ${version}`),
    ],
  };
  const file = join(report, checkpointName(options));
  const from = await progressIn(file, identity);
  if (from !== null) terminal.note(`Going on from ${file}.`);
  const setting = { mode, vendor };
  const lengths = createTouchstoneLengths(setting);
  const leaders = iced.map((subject) => ({ subject, lengths: createIcedLengths(setting) }));
  try {
    const result = await withInterrupt(terminal, (signal) =>
      walk({
        ...setting,
        bench: createBench({ ours, others, sources: [], known: knownRows }),
        shard: identity.shard,
        spaces,
        ours: lengths,
        leaders,
        followers: others.filter(({ name }) => name !== 'iced'),
        ...(from === null ? {} : { from }),
        signal,
        onProgress: (view) => terminal.progress(progressText(view)),
        onCheckpoint: (progress) => writeWhole(file, checkpointText(identity, progress)),
      }),
    );
    return await finish(result, { options, file, terminal });
  } finally {
    for (const one of [lengths, ...leaders.map((leader) => leader.lengths)]) one.close();
  }
};

const checkpointName = ({ mode, vendor, shard }: WalkOptions): string =>
  `walk-${mode}-${vendor}${shard === undefined ? '' : `-${shard.index}of${shard.count}`}.json`;

/** Null where there is none. A file that is of no use is left as it is. */
const progressIn = async (file: string, identity: WalkIdentity): Promise<Progress | null> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw systemFailure(`"${file}" cannot be read`, error);
  }
  const reading = readCheckpoint(text, identity);
  if (reading.status === 'read') return reading.progress;
  throw new CommandFailure(
    `"${file}" is no checkpoint of this walk: ${reading.reason}. It is left as it is: finish that walk with its own arguments, move the file away, or name another folder with --report.`,
  );
};

interface Ending {
  readonly options: WalkOptions;
  readonly file: string;
  readonly terminal: Terminal;
}

const finish = async (result: WalkResult, { options, file, terminal }: Ending): Promise<ExitCode> => {
  const { findings, spaces, isComplete } = result;
  const failing = findings.filter(({ bucket }) => bucket.known === null);
  const store = await openStore(options.report);
  for (const finding of failing) {
    await store.add(finding);
    await terminal.write(`${failureText(finding, terminal.palette)}\n\n`);
  }
  const lines = walkLines({ ...options, spaces });
  await terminal.write(`${lines.slice(1).join('\n')}\n`);
  if (!isComplete) {
    terminal.note(`The walk is not over; the same command goes on from ${file}.`);
    return exitCodes.interrupted;
  }
  if (options.snapshot !== undefined) await writeSnapshot(options.snapshot, options, lines);
  await rm(file, { force: true });
  return failing.length > 0 ? exitCodes.mismatches : exitCodes.clean;
};

const writeSnapshot = (folder: string, options: WalkOptions, lines: readonly string[]): Promise<void> =>
  writeWhole(join(folder, snapshotName(options)), `# ${commandOf(options)}\n${lines.join('\n')}\n`);

/** One for each mode and vendor: each is made by one command. */
const snapshotName = ({ mode, vendor }: WalkOptions): string =>
  mode === 64 && vendor === 'intel' ? 'walk.snap' : `walk-${mode}-${vendor}.snap`;

const commandOf = ({ mode, vendor, prefix = [], subject, shard, snapshot }: WalkOptions): string =>
  commandLine('walk', [
    ['--mode', mode === 64 ? undefined : String(mode)],
    ['--vendor', vendor === 'intel' ? undefined : vendor],
    ...prefix.map((name) => ['--prefix', name] as const),
    ['--subject', subject?.join(',')],
    ['--shard', shard === undefined ? undefined : `${shard.index}/${shard.count}`],
    ['--snapshot', snapshot],
  ]);

const progressText = ({ space, unit, units, candidates, unexplained }: WalkView): string =>
  `${space}: ${countText(unit)} of ${countText(units)} parts, ${countText(candidates)} candidates, ${countText(unexplained)} unexplained`;
