import { describe, expect, it } from 'vitest';
import type { Mode } from '../../../emulator/isa/modes.ts';
import { integerForms } from '../../coverage/integer-forms.ts';
import { CoverageTally } from '../../coverage/tally.ts';
import { createTouchstoneExecutor } from '../../subjects/touchstone-executor.ts';
import { questionText } from '../text.ts';
import { boundaryAt, countAt, stateCount } from './boundaries.ts';
import { chooseExecutions } from './choose.ts';

const modes: readonly Mode[] = [16, 32, 64];

const formNamed = (mode: Mode, syntax: string) => {
  const form = integerForms(mode, 'intel').find((one) => one.syntax === syntax);
  if (form === undefined) throw new Error(`${mode}-bit mode has no ${syntax}.`);
  return { form, mode, vendor: 'intel' } as const;
};

describe.each(modes)('what is chosen in %i-bit mode', (mode) => {
  const places = integerForms(mode, 'intel').map((form) => ({ form, mode, vendor: 'intel' }) as const);
  const chosen = places.map((place) => ({ place, executions: chooseExecutions(place) }));

  it('is twenty states and more of each form, each once', () => {
    for (const { place, executions } of chosen) {
      const texts = executions.map(questionText);
      expect(texts.length, place.form.syntax).toBeGreaterThanOrEqual(20);
      expect(new Set(texts).size).toBe(texts.length);
    }
  });

  it('has runs of memory that are sorted, apart and mapped', () => {
    for (const { executions } of chosen) {
      for (const { memory } of executions) {
        let end = 0x10_0000;
        for (const { address, bytes } of memory) {
          expect(address).toBeGreaterThanOrEqual(end);
          end = address + bytes.length;
        }
        expect(end).toBeLessThanOrEqual(0x10_4000);
      }
    }
  });

  it('reaches every outcome class that our emulator can give', async () => {
    const ours = createTouchstoneExecutor('intel');
    const tally = new CoverageTally('intel');
    let isWhole = true;
    const silent = new Set<number>();
    for (const { place, executions } of chosen) {
      const answers = await ours.execute(executions);
      for (const [k, execution] of executions.entries()) {
        const answer = answers[k];
        if (answer === undefined) isWhole = false;
        else if (answer.status === 'unsupported') silent.add(place.form.id);
        else tally.add(execution, answer);
      }
    }
    expect(isWhole).toBe(true);
    const missing = tally
      .forms(mode)
      .filter(({ form }) => !silent.has(form.id))
      .flatMap(({ form, classes, reached }) =>
        classes.filter(({ name }) => !reached.has(name)).map(({ name }) => `${form.syntax}: ${name}`),
      );
    expect(missing).toEqual([]);
  });
});

describe('values', () => {
  const pairsOf = (bits: number): readonly string[] =>
    Array.from({ length: stateCount }, (_, turn) => `${boundaryAt(turn, 0, bits)} ${boundaryAt(turn, 1, bits)}`);

  it.each([8, 16, 32, 64])('of %i bits stand on either side of every edge', (bits) => {
    const sign = 1n << BigInt(bits - 1);
    const ones = 2n * sign - 1n;
    const wanted = [`0 0`, `1 ${ones}`, `${sign - 1n} 1`, `${sign} 1`, `${sign} ${ones}`, `${ones} ${ones}`, `15 1`];
    expect(pairsOf(bits)).toEqual(expect.arrayContaining(wanted));
  });

  it.each([8, 16, 32, 64])('of counts for %i bits are none, one, the width, and either side of it', (bits) => {
    const counts = Array.from({ length: stateCount }, (_, turn) => countAt(turn, bits));
    expect(counts).toEqual(expect.arrayContaining([0, 1, bits - 1, bits, bits + 1, 31, 32, 33, 255]));
  });

  it('are the same every time', () => {
    const place = formNamed(64, 'SHLD r/m64, r64, CL');
    expect(chooseExecutions(place).map(questionText)).toEqual(chooseExecutions(place).map(questionText));
  });

  it('have LOCK where it is allowed, and where it is not', () => {
    const bytes = chooseExecutions(formNamed(64, 'ADD r/m32, r32')).map((execution) => execution.bytes);
    const locked = bytes.filter(([first]) => first === 0xf0);
    expect(locked.some((one) => (one[2] ?? 0) < 0xc0)).toBe(true);
    expect(locked.some((one) => (one[2] ?? 0) >= 0xc0)).toBe(true);
  });
});
