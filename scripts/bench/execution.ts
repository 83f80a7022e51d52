/** Execution measured: one instruction at a time against Unicorn, and loops against v86's interpreter, in turns. */
import { isFailure } from '../../harness/subjects/process.ts';
import { cpuTimeOf } from './cpu-time.ts';
import type { LoopMeasured, OneShotMeasured } from './execution-table.ts';
import { assembleLoop, type LoopMode, type LoopName, loopNames, machineOf, runLoop } from './loops.ts';
import { median, watchHeap } from './measure.ts';
import { createUnicorn, DoorWorld, runOnState, type Unicorn, type UnicornRun, unicornRemedy } from './one-shot.ts';
import { type OneShotCase, type OneShotMode, OneShotWorld, oneShotCases, registerCount } from './one-shot-cases.ts';
import { createV86Loop, type V86Loop } from './v86.ts';

/** What could not be measured, and why. */
export type Problems = string[];

const rounds = 5;
const caseCount = 8192;
/** The same cases so many times a round: one time is too short for ours to be measured. */
const passes = 8;
/** Until compilers of JavaScript have done what they will. */
const warmUps = 40;

export const measureOneShots = async (
  problems: Problems,
  onMode: (mode: OneShotMode) => void,
): Promise<{ readonly unicornVersion: string | null; readonly measured: readonly OneShotMeasured[] }> => {
  const unicorn = await createUnicorn();
  if (isFailure(unicorn)) problems.push(`Unicorn is left out: ${unicorn.detail}. To have it, ${unicornRemedy}.`);
  const found = isFailure(unicorn) ? null : unicorn;
  const measured: OneShotMeasured[] = [];
  for (const mode of [64, 32] as const) {
    onMode(mode);
    measured.push(await measureOneShot(mode, found, problems));
  }
  await found?.close();
  return { unicornVersion: found?.version ?? null, measured };
};

const measureOneShot = async (
  mode: OneShotMode,
  unicorn: Unicorn | null,
  problems: Problems,
): Promise<OneShotMeasured> => {
  const drawn = oneShotCases(mode, caseCount);
  const tried = await runUnicorn(unicorn, { mode, cases: drawn, rounds: 1 }, problems);
  // What Unicorn refuses is quick for it.
  const cases = tried === null ? drawn : drawn.filter((_, k) => tried.refused[k] !== true);
  const world = new OneShotWorld(mode);
  const door = new DoorWorld(mode);
  const after = new Uint32Array(2 * registerCount);
  const onState = (): void => {
    for (let pass = 0; pass < passes; pass++) runOnState(world, cases, after);
  };
  for (let k = 0; k < warmUps; k++) onState();
  const [stateMs, doorMs, unicornMs]: [number[], number[], number[]] = [[], [], []];
  let first: UnicornRun | null = null;
  for (let round = 0; round < rounds; round++) {
    stateMs.push((await cpuTimeOf(onState)) / passes);
    const ran = await runUnicorn(tried === null ? null : unicorn, { mode, cases, rounds: 2 }, problems);
    first ??= ran;
    if (ran !== null) unicornMs.push(ran.roundsMs[1] ?? Number.NaN);
  }
  const byTheDoor = (): void => {
    for (let pass = 0; pass < passes; pass++) door.run(cases, after);
  };
  for (let k = 0; k < warmUps; k++) byTheDoor();
  for (let round = 0; round < rounds; round++) doorMs.push((await cpuTimeOf(byTheDoor)) / passes);
  return {
    mode,
    count: cases.length,
    refused: drawn.length - cases.length,
    differing: first === null ? null : countDiffering(mode, cases, first),
    stateMs: median(stateMs),
    doorMs: median(doorMs),
    unicornMs: unicornMs.length === 0 ? null : median(unicornMs),
  };
};

interface Question {
  readonly mode: OneShotMode;
  readonly cases: readonly OneShotCase[];
  readonly rounds: number;
}

const runUnicorn = async (
  unicorn: Unicorn | null,
  { mode, cases, rounds: count }: Question,
  problems: Problems,
): Promise<UnicornRun | null> => {
  const ran = (await unicorn?.run(mode, cases, count)) ?? null;
  if (ran === null || !isFailure(ran)) return ran;
  problems.push(`Unicorn is left out of ${mode}-bit code: ${ran.detail}.`);
  return null;
};

/** General registers and rIP, one case after the other from zeroed memory: flags may be undefined. */
const countDiffering = (mode: OneShotMode, cases: readonly OneShotCase[], { after }: UnicornRun): number => {
  const world = new OneShotWorld(mode);
  const ours = new Uint32Array(2 * registerCount);
  return cases.filter((one, k) => {
    world.run(one, ours);
    const theirs = after[k];
    return ours.subarray(0, 2 * (registerCount - 1)).some((word, at) => word !== theirs?.[at]);
  }).length;
};

export const measureLoops = async (
  problems: Problems,
  onLoop: (name: LoopName) => void,
): Promise<readonly LoopMeasured[]> => {
  const measured: LoopMeasured[] = [];
  for (const name of loopNames) {
    onLoop(name);
    const theirs = await openV86(name, problems);
    for (const mode of [32, 64] as const) {
      const one = await measureLoop(name, mode, mode === 32 ? theirs : null, problems);
      if (one !== null) measured.push(one);
    }
    await theirs?.close();
  }
  return measured;
};

const openV86 = async (name: LoopName, problems: Problems): Promise<V86Loop | null> => {
  const code = await assembleLoop(name, 32);
  if (!isFailure(code)) return createV86Loop(code);
  problems.push(`v86 is left out of ${name}: ${code.detail}.`);
  return null;
};

const measureLoop = async (
  name: LoopName,
  mode: LoopMode,
  theirs: V86Loop | null,
  problems: Problems,
): Promise<LoopMeasured | null> => {
  const code = await assembleLoop(name, mode);
  if (isFailure(code)) {
    problems.push(`${name} is left out: ${code.detail}. To have it, install nasm.`);
    return null;
  }
  const steps = runLoop(machineOf(code, mode));
  await theirs?.run();
  const [ourMs, theirMs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const machine = machineOf(code, mode);
    ourMs.push(await cpuTimeOf(() => runLoop(machine)));
    const ran = await theirs?.run();
    if (ran === undefined) continue;
    if (ran.instructions < steps || ran.instructions > steps + mostBootInstructions) {
      problems.push(`v86 ran ${ran.instructions} instructions of ${name}, ours ${steps}: they are not the same.`);
    }
    theirMs.push((ran.cpuMs * steps) / ran.instructions);
  }
  const machine = machineOf(code, mode);
  const heap = await watchHeap(() => runLoop(machine));
  return { name, mode, steps, ourMs: median(ourMs), theirMs: theirMs.length === 0 ? null : median(theirMs), heap };
};

const mostBootInstructions = 100;
