import { describe, expect, it, vi } from 'vitest';
import { Machine } from '../emulator.ts';
import { type Sample, samplesOf } from '../format/testing/samples.ts';
import { isIntegerChapter } from '../isa/chapters.ts';
import { chapterOf, forms } from '../isa/forms.ts';
import type { Mode } from '../isa/modes.ts';
import { isNeed } from '../isa/needs.ts';
import { HotCode } from './hot-code.ts';

const codeAddress = 0x1_0000n;
const dataAddress = 0x10_0000n;
const dataBytes = 0x4000;
const data = Uint8Array.from({ length: dataBytes }, (_, k) => (k * 37) >> 3);

/** Xorshift: states in quantity, the same ones every time. */
const createRandom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

type Random = ReturnType<typeof createRandom>;

/** The bytes again and again, with a conditional jump to what follows it, so that flags live from block to block. */
const loopOf = (bytes: readonly number[], condition: number): Uint8Array => {
  const body = [...bytes, 0x70 | condition, 0x00];
  const back = -(body.length + 5);
  return Uint8Array.of(...body, 0xe9, ...new Uint8Array(Int32Array.of(back).buffer));
};

interface Given {
  readonly mode: Mode;
  readonly code: Uint8Array;
  readonly registers: Uint32Array;
}

const registersOf = (mode: Mode, random: Random): Uint32Array => {
  const words = new Uint32Array(36);
  for (let k = 0; k < (mode === 64 ? 16 : 8); k++) {
    const isAddress = random(3) > 0 || k === 4;
    words[2 * k] = isAddress ? Number(dataAddress) + 0x2000 + random(0x100) * 8 : random(2 ** 32);
    if (mode === 64 && !isAddress) words[2 * k + 1] = random(2) * random(2 ** 32);
  }
  words[32] = Number(codeAddress);
  words[34] = 0x202 | (random(0x1000) & 0x8d5);
  return words;
};

const machineOf = ({ mode, code, registers }: Given, compile: boolean): Machine => {
  const machine = new Machine({ mode, compile });
  machine.memory.map(codeAddress, 0x1000, { write: false });
  machine.memory.map(dataAddress, dataBytes, { execute: false });
  machine.memory.write(dataAddress, data);
  machine.memory.write(codeAddress, code);
  machine.setAll(registers);
  return machine;
};

const sayState = (machine: Machine): string => {
  const words = new Uint32Array(36);
  machine.getAll(words);
  return `${[...words].map((word) => word.toString(16)).join(' ')} undefined ${machine.undefinedFlags}`;
};

const dataOf = (machine: Machine): Uint8Array => machine.memory.read(dataAddress, dataBytes);

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** How many instructions both ran; fails where the two differ. */
const compareRuns = (given: Given, counts: readonly number[]): number => {
  const compiled = machineOf(given, true);
  const evaluated = machineOf(given, false);
  let steps = 0;
  for (const count of counts) {
    const ours = compiled.run({ count });
    const theirs = evaluated.run({ count });
    expect(ours, `${hex(given.code)} in ${given.mode}-bit mode`).toEqual(theirs);
    steps += ours.steps;
    if (ours.stop !== 'count') break;
  }
  const what = `${hex(given.code)} in ${given.mode}-bit mode`;
  expect(sayState(compiled), what).toBe(sayState(evaluated));
  expect(Buffer.compare(dataOf(compiled), dataOf(evaluated)), what).toBe(0);
  return steps;
};

/** Enough for a loop to be compiled, and ends at different places of it. */
const counts = [9000, 1, 2, 1001];

/** Repetitions last as long as their count says, and clocks differ. */
const steadySamples = (mode: Mode): readonly Sample[] =>
  samplesOf(mode, 2).filter(({ instruction }) => {
    const { needs } = forms[instruction.form];
    return !['TSC', 'RDTSCP', 'REP', 'REPE'].some((need) => isNeed(need) && needs.has(need));
  });

/** Instructions that compiled code has ended since the last question. */
const watchTier = (): (() => number) => {
  const run = vi.spyOn(HotCode.prototype, 'run');
  return () => {
    const ended = run.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
    run.mockClear();
    return ended;
  };
};

describe.each([32, 64] as const)('compiled %i-bit code', (mode) => {
  it('does what the evaluator does, form by form', () => {
    const random = createRandom(mode);
    const compiled = watchTier();
    let mostly = 0;
    for (const { bytes } of steadySamples(mode)) {
      const given = { mode, code: loopOf([...bytes], random(16)), registers: registersOf(mode, random) };
      const steps = compareRuns(given, counts);
      if (compiled() > steps / 4 && steps > 10_000) mostly++;
    }
    expect(mostly).toBeGreaterThan(300);
  });

  it('does what the evaluator does, instruction after instruction', () => {
    const random = createRandom(mode + 1);
    const compiled = watchTier();
    const steady = steadySamples(mode).filter(({ bytes }) => {
      const given = { mode, code: loopOf([...bytes], 0), registers: registersOf(mode, random) };
      return machineOf(given, false).run({ count: 600 }).stop === 'count';
    });
    const onRegisters = steady.filter(
      ({ instruction: { form, modrm } }) => modrm >= 0xc0 && isIntegerChapter(chapterOf(forms[form])),
    );
    let mostly = 0;
    for (let round = 0; round < 400; round++) {
      // What computes with registers seldom leaves addresses in them.
      const pool = round % 3 === 0 ? steady : onRegisters;
      const bytes = Array.from({ length: 5 }, () => [...pool[random(pool.length)].bytes]).flat();
      const given = { mode, code: loopOf(bytes, random(16)), registers: registersOf(mode, random) };
      const steps = compareRuns(given, counts);
      if (compiled() > steps / 4 && steps > 10_000) mostly++;
    }
    expect(mostly).toBeGreaterThan(50);
  });
});
