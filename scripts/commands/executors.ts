/** Opens those whom ours is held against in executing: each with ours as that very CPU, and with what it is asked. */
import { readdir } from 'node:fs/promises';
import type { Vendor } from '../../emulator/isa/modes.ts';
import { drawnSource } from '../../harness/campaign/execute/drawn-source.ts';
import { listedSource } from '../../harness/campaign/execute/listed-source.ts';
import type { ExecutionSource, Oracle } from '../../harness/campaign/execute/setup.ts';
import { profileOf } from '../../harness/captures/signature.ts';
import { type CaptureSource, captureSources } from '../../harness/captures/source.ts';
import type { Executor } from '../../harness/execution.ts';
import type { Unavailable } from '../../harness/subject.ts';
import { createTouchstoneExecutor, type Profile } from '../../harness/subjects/touchstone-executor.ts';
import { createUnicorn } from '../../harness/subjects/unicorn/unicorn.ts';
import { committedCaptures, openCaptures } from './capture-folder.ts';
import { openCpuOracle } from './cpu-oracle.ts';
import { type ExecutorName, executorNames } from './executor-names.ts';
import { CommandFailure, exitCodes } from './failure.ts';
import { missingText } from './subjects.ts';

/** One CPU, here or captured, or one emulated. */
export interface Standing {
  readonly oracle: Oracle;
  /** Ours, which follows this CPU in what the manuals leave to it. */
  readonly ours: Executor;
  readonly vendor: Vendor;
  /** What it is asked; `cases` of each mode, or of each mode and round in a search. */
  sourcesOf(cases: number, isSearch: boolean): readonly ExecutionSource[];
}

export const closeStanding = async ({ oracle: { executor, recheck }, ours }: Standing): Promise<void> => {
  await recheck?.close();
  await executor.close();
  await ours.close();
};

/** Captures may be of several CPUs. */
export const openStandings = (name: ExecutorName): Promise<readonly Standing[] | Unavailable> => openers[name]();

export interface OpenExecutors {
  readonly standings: readonly Standing[];
  /** Those of the standings. */
  readonly oracles: readonly Oracle[];
  readonly missing: readonly Unavailable[];
  close(): Promise<void>;
}

/** Named executors must be there; of all, those that are there do. */
export const openExecutors = async (named: readonly ExecutorName[] | undefined): Promise<OpenExecutors> => {
  const opened = await Promise.all((named ?? executorNames).map(openStandings));
  const standings = opened.flatMap((one) => ('unavailable' in one ? [] : one));
  const missing = opened.flatMap((one) => ('unavailable' in one ? [one] : []));
  const close = async (): Promise<void> => {
    for (const standing of standings) await closeStanding(standing);
  };
  if (missing.length > 0 && named !== undefined) {
    await close();
    throw new CommandFailure(missing.map(missingText).join('\n'), exitCodes.oracle);
  }
  return { standings, oracles: standings.map(({ oracle }) => oracle), missing, close };
};

/** How many CPUs each executor speaks for; fails now where a run would have to do without one that it must have. */
export const countStandings = async (
  named: readonly ExecutorName[] | undefined,
): Promise<readonly (readonly [name: ExecutorName, standings: number])[]> => {
  const counts: (readonly [ExecutorName, number])[] = [];
  for (const name of named ?? executorNames) {
    const opened = await openStandings(name);
    if ('unavailable' in opened && named !== undefined) throw new CommandFailure(missingText(opened), exitCodes.oracle);
    const standings = 'unavailable' in opened ? [] : opened;
    for (const standing of standings) await closeStanding(standing);
    counts.push([name, standings.length]);
  }
  return counts;
};

/** Whom a search is held against: only a CPU that is here answers what nobody has asked before. */
export const searchedExecutor = async (named: readonly ExecutorName[] | undefined): Promise<ExecutorName> => {
  const wanted = (named ?? executorNames).find((name) => name !== 'captures');
  const opened = wanted === undefined ? noCpu : await openStandings(wanted);
  if (wanted === undefined || 'unavailable' in opened)
    throw new CommandFailure(missingText('unavailable' in opened ? opened : noCpu), exitCodes.oracle);
  for (const standing of opened) await closeStanding(standing);
  return wanted;
};

const noCpu: Unavailable = {
  name: 'cpu',
  unavailable: 'captures cannot answer what a search comes up with',
  remedy: 'name cpu, on an x86-64 machine with Linux',
};

/** Small enough that two workers end together, large enough that a slice is worth its start. */
const sliceCases = 16_384;

const drawnFor =
  (vendor: Vendor) =>
  (cases: number, isSearch: boolean, isReal = false): ExecutionSource => {
    const slices = isSearch ? 1 : Math.max(1, Math.ceil(cases / sliceCases));
    return drawnSource({ vendor, slices, isReal, sliceCases: isSearch ? cases : Math.ceil(cases / slices) });
  };

const openCpu = async (): Promise<readonly Standing[] | Unavailable> => {
  const oracle = await openCpuOracle();
  if ('unavailable' in oracle) return oracle;
  const { signature } = oracle.executor;
  const { vendor } = signature;
  const profile = profileOf(signature);
  return [
    {
      oracle: { ...oracle, isSilicon: true, isOneCpu: profile !== null },
      ours: createTouchstoneExecutor(profile ?? plainProfile[vendor]),
      vendor,
      sourcesOf: (cases, isSearch) => [drawnFor(vendor)(cases, isSearch)],
    },
  ];
};

const openCaptured = async (): Promise<readonly Standing[] | Unavailable> => {
  const folder = committedCaptures();
  const names = await readdir(folder, { recursive: true }).catch((): string[] => []);
  const sources = names.some((name) => /\.txt(?:\.gz)?$/.test(name))
    ? captureSources((await openCaptures(folder)).files)
    : [];
  if (sources.length > 0) return sources.map((source, k) => capturedStanding(source, k));
  return {
    name: 'captures',
    unavailable: 'there are no captures of a CPU in corpus/exec',
    remedy: 'restore the folder, or run touchstone capture on an x86-64 machine',
  };
};

const capturedStanding = (source: CaptureSource, k: number): Standing => {
  const { cpu, version, executions } = source;
  const { vendor } = cpu;
  const profile = profileOf(cpu);
  return {
    oracle: {
      executor: k === 0 ? source : { ...source, name: `${source.name}-${k + 1}` },
      isSilicon: true,
      isOneCpu: profile !== null,
    },
    ours: createTouchstoneExecutor(profile ?? plainProfile[vendor]),
    vendor,
    sourcesOf: () => [listedSource({ name: 'captured', version, vendor, executions })],
  };
};

/** The CPU that it is told to be is AMD's; of undefined results it has its own. The only one that knows real mode. */
const openUnicorn = async (): Promise<readonly Standing[] | Unavailable> => {
  const executor = await createUnicorn();
  if ('unavailable' in executor) return executor;
  const draw = drawnFor('amd');
  return [
    {
      oracle: { executor, isSilicon: false, isOneCpu: false },
      ours: createTouchstoneExecutor('amd-zen3'),
      vendor: 'amd',
      sourcesOf: (cases, isSearch) => [draw(cases, isSearch), draw(cases, isSearch, true)],
    },
  ];
};

/** For CPUs that no profile describes: their undefined results are not compared. */
const plainProfile: Readonly<Record<Vendor, Profile>> = { intel: 'intel', amd: 'amd-zen3' };

const openers: Readonly<Record<ExecutorName, () => Promise<readonly Standing[] | Unavailable>>> = {
  cpu: openCpu,
  captures: openCaptured,
  unicorn: openUnicorn,
};
