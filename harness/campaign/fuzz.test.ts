import { describe, expect, it } from 'vitest';
import type { Finding } from '../mismatch.ts';
import { type FuzzOptions, type FuzzResult, fuzz } from './fuzz.ts';
import { type ToyOptions, toySetup } from './testing/toy-setup.ts';
import { toyBugs } from './testing/toy-subject.ts';

const run = (toy: Partial<ToyOptions>, options: Partial<FuzzOptions> = {}): Promise<FuzzResult> =>
  fuzz({
    setup: toySetup({ cases: 400, ...toy }),
    workers: 0,
    modes: [16, 64],
    vendors: ['intel'],
    seed: 7,
    roundsDone: 0,
    signal: new AbortController().signal,
    mostRounds: 2,
    isKept: () => false,
    onFinding: async () => undefined,
    ...options,
  });

const keysOf = (findings: readonly Finding[]): string[] => findings.map(({ bucket }) => bucket.key).sort();

describe('fuzz', () => {
  it('finds every planted bug, each in one bucket, small', async () => {
    const bugs = toyBugs.filter((bug) => bug !== 'lock-anywhere');
    const { findings, roundsDone, cases } = await run({ bugs });
    expect(keysOf(findings)).toEqual([
      '16-bit toy crash ours=valid toy=crashed | D6',
      '16-bit toy flags read ours=none toy=C | C1 /4 mem',
      '16-bit toy mnemonic ours=inc toy=dec | FF /0 mem',
      '16-bit toy operand-0 order ours=one toy=another | 01 /r mem',
      '16-bit toy operand-0 size ours=16 toy=32 | 0F AF /r mem',
      '16-bit toy text-intel ours=# toy=# | 3D',
      '64-bit toy length ours=longer toy=shorter | 66 E8',
      '64-bit toy registers-used ours=gpr64=rw toy=none | REX.B 90+r',
    ]);
    expect([roundsDone, cases]).toEqual([2, 1600]);
    expect(findings.every(({ bucket }) => (bucket.samples[0]?.input.bytes.length ?? 9) <= 6)).toBe(true);
  });

  it('hands a finding over once, and none that is kept already', async () => {
    const handed: Finding[] = [];
    const first = await run(
      { bugs: ['crash', 'text'] },
      {
        onFinding: async (finding) => {
          handed.push(finding);
        },
      },
    );
    expect(keysOf(handed)).toEqual(keysOf(first.findings));
    expect(new Set(keysOf(handed)).size).toBe(handed.length);
    const kept = new Set(handed.map(({ id }) => id));
    const second = await run({ bugs: ['crash', 'text'] }, { isKept: (id) => kept.has(id) });
    expect(second.findings).toEqual([]);
  });

  it('does not hand over what is known', async () => {
    const { findings } = await run({ bugs: ['lock-anywhere'], known: 'lock' });
    expect(findings).toEqual([]);
  });

  it('goes on after the rounds that were done before, with other inputs', async () => {
    const rounds: number[] = [];
    const onRound = async (done: number): Promise<void> => {
      rounds.push(done);
    };
    const { roundsDone } = await run({}, { roundsDone: 5, onRound });
    expect([roundsDone, rounds]).toEqual([7, [6, 7]]);
  });

  it('ends when it is told to, and hands over what the broken round has found', async () => {
    const controller = new AbortController();
    const onProgress = ({ cases }: { readonly cases: number }): void => {
      if (cases >= 300) controller.abort();
    };
    const { findings, roundsDone } = await run(
      { bugs: ['crash'], cases: 50_000 },
      { signal: controller.signal, onProgress, mostRounds: 1000 },
    );
    expect(roundsDone).toBe(0);
    expect(keysOf(findings)).toEqual(['16-bit toy crash ours=valid toy=crashed | D6']);
  });

  it('ends with the failure of whoever keeps the findings', async () => {
    const onFinding = (): Promise<never> => Promise.reject(new Error('The disk is full.'));
    await expect(run({ bugs: ['crash'] }, { onFinding })).rejects.toThrow('The disk is full.');
  });

  it('finds the same with the same seed', async () => {
    const [one, other] = [await run({ bugs: ['wide', 'swapped'] }), await run({ bugs: ['wide', 'swapped'] })];
    expect(other.findings).toEqual(one.findings);
  });
});
