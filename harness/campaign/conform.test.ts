import { describe, expect, it } from 'vitest';
import { runText } from '../report/run-json.ts';
import { type ConformOptions, type ConformResult, conform, type Progress } from './conform.ts';
import { type ToyOptions, toySetup } from './testing/toy-setup.ts';
import type { ToyBug } from './testing/toy-subject.ts';

const run = (toy: Partial<ToyOptions>, options: Partial<ConformOptions> = {}): Promise<ConformResult> =>
  conform({
    setup: toySetup(toy),
    workers: 0,
    modes: [16, 32, 64],
    vendors: ['intel'],
    seed: 7,
    command: 'touchstone conform',
    sparesStale: 'not in this test',
    ...options,
  });

const unexplained = ({ run: { findings } }: ConformResult): string[] =>
  findings.filter(({ bucket }) => bucket.known === null).map(({ bucket }) => bucket.key);

describe('conform', () => {
  it('finds nothing between two that agree, and counts silence apart', async () => {
    const { run: report, died } = await run({});
    expect([report.findings, died]).toEqual([[], []]);
    for (const tally of report.tallies.filter(({ subject }) => subject === 'toy')) {
      expect(tally).toMatchObject({ cases: 1800, explained: 0, unexplained: 0, unavailable: 0 });
      expect(tally.agreed + tally.unsupported).toBe(tally.cases);
    }
    expect(report.missing).toEqual([
      { name: 'absent', unavailable: 'it is not installed', remedy: 'install it', cases: 5400 },
    ]);
  });

  it.each<[bug: ToyBug, bucket: string]>([
    ['short-call', '64-bit toy length ours=longer toy=shorter | 66 E8'],
    ['wrong-name', '16-bit toy mnemonic ours=inc toy=dec | FF /0 mem'],
    ['swapped', '16-bit toy operand-0 order ours=one toy=another | 01 /r mem'],
    ['wide', '16-bit toy operand-0 size ours=16 toy=32 | 0F AF /r mem'],
    ['flags', '16-bit toy flags read ours=none toy=C | C1 /4 mem'],
    ['unused', '64-bit toy registers-used ours=gpr64=rw toy=none | REX.B 90+r'],
    ['crash', '16-bit toy crash ours=valid toy=crashed | D6'],
    ['text', '16-bit toy text-intel ours=# toy=# | 3D'],
  ])('puts all that %s causes into one bucket', async (bug, bucket) => {
    expect(unexplained(await run({ bugs: [bug] }))).toEqual([bucket]);
  });

  it('keeps the true count, and few and small samples', async () => {
    const { run: report } = await run({ bugs: ['crash'] });
    const [finding] = report.findings;
    const tallied = report.tallies.reduce((sum, tally) => sum + tally.unexplained, 0);
    expect(finding?.bucket.count).toBe(tallied);
    expect(finding?.bucket.samples.length).toBeLessThanOrEqual(5);
    expect(finding?.bucket.samples[0]?.input.bytes).toEqual(Uint8Array.of(0xd6));
    expect(finding?.replay).toBe('npx touchstone replay --bytes d6 --mode 16');
    expect(finding?.answers?.map(({ subject }) => subject)).toEqual(['touchstone', 'toy']);
  });

  it('counts what a known row claims as explained, in one bucket a mode', async () => {
    const result = await run({ bugs: ['lock-anywhere'], known: 'lock' });
    expect(unexplained(result)).toEqual([]);
    expect(result.run.findings.map(({ bucket }) => [bucket.key, bucket.known])).toEqual([
      ['16-bit toy known toy-lock', 'toy-lock'],
      ['32-bit toy known toy-lock', 'toy-lock'],
      ['64-bit toy known toy-lock', 'toy-lock'],
    ]);
    for (const { verdict, bucket } of result.run.findings) {
      expect(verdict).toMatchObject({ right: 'ours', evidence: 'citation', place: 'SDM 2A LOCK' });
      expect(bucket.count).toBeGreaterThan(3);
      expect(bucket.samples[0]?.input.bytes[0]).toBe(0xf0);
    }
  });

  it('reports a known row that never fired, and only where the run is whole', async () => {
    const toy = { bugs: ['lock-anywhere'], known: 'stale' } as const;
    const full = await run(toy, { sparesStale: null });
    expect(full.run.stale.map(({ id }) => id)).toEqual(['toy-stale']);
    expect(full.sparesStale).toBeNull();
    const quick = await run(toy, { sparesStale: 'a quick run' });
    expect([quick.run.stale, quick.sparesStale]).toEqual([[], 'a quick run']);
  });

  it('gives the same report in this thread, with one worker and with two', async () => {
    const toy = { bugs: ['lock-anywhere', 'wrong-name', 'swapped', 'wide'], known: 'lock', withLaws: true } as const;
    const texts: string[] = [];
    for (const workers of [0, 1, 2]) texts.push(runText((await run(toy, { workers, vendors: ['intel', 'amd'] })).run));
    expect(texts[1]).toBe(texts[0]);
    expect(texts[2]).toBe(texts[0]);
  }, 60_000);

  it('cuts a run into shards that add up to the whole', async () => {
    const toy = { bugs: ['wrong-name'] } as const;
    const casesOf = ({ run: report }: ConformResult): number =>
      report.corpora.reduce((sum, corpus) => sum + corpus.cases, 0);
    const shards = await Promise.all([1, 2, 3].map((index) => run(toy, { shard: { index, of: 3 } })));
    expect(shards.reduce((sum, shard) => sum + casesOf(shard), 0)).toBe(casesOf(await run(toy)));
    expect(shards.every((shard) => casesOf(shard) > 1500)).toBe(true);
  });

  it('names the slice whose worker died, and keeps the results of the others', async () => {
    const result = await run({ bugs: ['crash'], fatalSlice: 1 }, { workers: 2, modes: [64], sparesStale: null });
    expect(result.died).toEqual([{ slice: 'random 64-bit intel 2/3', detail: 'the worker exited with 3' }]);
    expect(result.run.corpora).toMatchObject([{ name: 'random', cases: 1200 }]);
    expect(unexplained(result)).toHaveLength(1);
    expect(result.sparesStale).toBe('the run did not come to its end');
  }, 60_000);

  it('stops soon when it is aborted, and keeps what it found', async () => {
    const controller = new AbortController();
    const seen: Progress[] = [];
    const onProgress = (progress: Progress): void => {
      seen.push(progress);
      if (progress.cases >= 500) controller.abort();
    };
    const result = await run({ bugs: ['crash'], cases: 100_000 }, { signal: controller.signal, onProgress });
    expect(result.run.interrupted).toMatch(/^aborted/);
    expect(unexplained(result)).toEqual(['16-bit toy crash ours=valid toy=crashed | D6']);
    expect(seen.at(-1)?.cases).toBeLessThan(2000);
  });

  it('lists forms that no input reached, and forms that each subject told of', async () => {
    const { run: report, reached } = await run({});
    expect(report.coverage[0]).toEqual({
      mode: 16,
      total: 2,
      unreached: [{ form: 'unheard-of', why: 'no input of this run reached it' }],
    });
    expect(reached.find(({ mode, subject }) => mode === 64 && subject === 'toy')?.forms).toContain('imul');
  });

  it('reports laws that ours breaks beside the subjects', async () => {
    const { run: report } = await run({ withLaws: true });
    const laws = report.tallies.filter(({ subject }) => subject === 'laws');
    expect(laws.every((tally) => tally.cases > 700 && tally.unexplained === 0)).toBe(true);
  });

  it('says that a setup cannot be made', async () => {
    const options = { setup: { module: toySetup().module, options: null } };
    await expect(run({}, options)).rejects.toThrow('These are no toy options.');
    await expect(run({}, { ...options, workers: 1 })).rejects.toThrow('These are no toy options.');
  }, 60_000);
});
