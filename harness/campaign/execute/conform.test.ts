import { describe, expect, it } from 'vitest';
import { modes } from '../../../emulator/isa/modes.ts';
import { runText } from '../../report/run-json.ts';
import { conformExecutions, type ExecutionConformOptions } from './conform.ts';
import { fuzzExecutions } from './fuzz.ts';
import type { PlantedOptions } from './testing/planted-setup.ts';

const setupOf = (options: Partial<PlantedOptions>) => ({
  module: new URL('./testing/planted-setup.ts', import.meta.url).href,
  options: { plants: [], sliceCases: 2048, slices: 2, ...options },
});

const conform = (planted: Partial<PlantedOptions>, options: Partial<ExecutionConformOptions> = {}) =>
  conformExecutions({
    setup: setupOf(planted),
    workers: 0,
    modes,
    seed: 1,
    command: 'npx touchstone conform',
    sparesStale: null,
    ...options,
  });

describe('a campaign of executions', () => {
  it('finds nothing where ours is the CPU, and says who was missing', async () => {
    const { run, died, withdrawn } = await conform({});
    expect(run.findings).toEqual([]);
    expect(died).toEqual([]);
    expect(withdrawn).toBe(0);
    for (const mode of modes) {
      const tally = run.tallies.find((one) => one.mode === mode && one.subject === 'cpu');
      expect(tally).toMatchObject({ cases: 4096, explained: 0, unexplained: 0, unavailable: 0 });
      expect(tally?.agreed ?? 0).toBeGreaterThan(1000);
    }
    expect(run.missing).toMatchObject([{ name: 'emulator', cases: 3 * 4096 }]);
    expect(run.corpora).toEqual([{ name: 'executions: drawn', version: '1', portable: true, cases: 3 * 4096 }]);
    expect(run.stale).toEqual([]);
  });

  it.each([
    {
      plant: 'cmov-zero-extension',
      mnemonics: ['CMOVO', 'CMOVE', 'MOV'],
      bytes: '0F40C0',
      state: 'rax=100000000',
    },
    { plant: 'scas-direction', mnemonics: ['SCASB', 'SCASW', 'STOSB'], bytes: 'AE', state: 'rflags=602' },
    { plant: 'push-wrap', mnemonics: ['PUSH', 'POP'], bytes: '06', state: '' },
    { plant: 'rol-overflow', mnemonics: ['ROL', 'ROR'], bytes: 'D200', state: 'rcx=10' },
    { plant: 'crossing-priority', mnemonics: ['MOV', 'ADD'], bytes: '8900', state: 'rax=ffe' },
    { plant: 'sbb-adjust', mnemonics: ['SBB', 'AND'], bytes: '1800', state: 'rflags=203' },
  ] as const)('finds $plant, makes it small, and tells it once', async ({ plant, mnemonics, bytes, state }) => {
    const { run } = await conform({ plants: [plant], mnemonics });
    expect(run.findings.map(({ replay }) => replay.replace(/^.*--bytes (\S+) .*--state '(.*)'$/, '$1 $2'))).toEqual([
      `${bytes.toLowerCase()} ${state}`,
    ]);
    const [finding] = run.findings;
    expect(finding?.verdict).toMatchObject({ right: 'theirs', evidence: 'silicon' });
    expect(finding?.answers?.map(({ subject }) => subject)).toEqual(['touchstone', 'cpu']);
  });

  it('counts no difference that the CPU, asked again, does not confirm', async () => {
    const { run, withdrawn } = await conform({ isFastPathWrong: true });
    expect(run.findings).toEqual([]);
    expect(withdrawn).toBeGreaterThan(100);
    for (const { cases, agreed, unsupported, unavailable } of run.tallies)
      expect(agreed + unsupported + unavailable).toBe(cases);
  });

  it('gives the same report in this thread, with one worker and with two', async () => {
    const planted = { plants: ['scas-direction'], mnemonics: ['SCASB'], sliceCases: 512 } as const;
    const reports = [];
    for (const workers of [0, 1, 2]) reports.push(runText((await conform(planted, { workers })).run));
    expect(reports[1]).toBe(reports[0]);
    expect(reports[2]).toBe(reports[0]);
  });

  it('names the slice whose worker died, and keeps the results of the others', async () => {
    const { run, died } = await conform({ deadlySlice: 1 }, { workers: 1, modes: [64] });
    expect(died.map(({ slice }) => slice)).toEqual(['executions from drawn 64-bit 2/2']);
    expect(run.corpora[0]?.cases).toBe(2048);
  });

  it('keeps what it has when it is aborted', async () => {
    const controller = new AbortController();
    controller.abort();
    const { run } = await conform({}, { signal: controller.signal });
    expect(run.interrupted).toMatch(/aborted/);
    expect(run.tallies).toEqual([]);
  });
});

describe('a search for executions that differ', () => {
  it('tells each cause once, goes on where it stopped, and draws other executions each round', async () => {
    const kept = new Set<string>();
    const search = async (roundsDone: number, mostRounds: number) => {
      const told: string[] = [];
      const result = await fuzzExecutions({
        setup: setupOf({ plants: ['scas-direction'], mnemonics: ['SCASB'], sliceCases: 512 }),
        workers: 0,
        modes: [16, 32],
        seed: 1,
        roundsDone,
        mostRounds,
        signal: new AbortController().signal,
        isKept: (id) => kept.has(id),
        onFinding: (finding) => Promise.resolve(told.push(finding.id)),
      });
      for (const id of told) kept.add(id);
      return { ...result, told };
    };
    const first = await search(0, 3);
    expect(first.told.length).toBe(1);
    expect(first).toMatchObject({ roundsDone: 3, cases: 3 * 2 * 512 });
    const second = await search(3, 1);
    expect(second).toMatchObject({ roundsDone: 4, told: [] });
  });
});
