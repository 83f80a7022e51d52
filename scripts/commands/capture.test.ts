import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordCaptures } from '../../harness/captures/record.ts';
import { createTouchstoneExecutor } from '../../harness/subjects/touchstone-executor.ts';
import { Terminal } from '../terminal.ts';
import { recording } from '../testing/recording.ts';
import { writeWhole } from './capture-files.ts';
import { signatureOf } from './cpu-signature.ts';
import { exitCodes } from './failure.ts';
import { runCommandLine } from './program.ts';

const cpu = { vendor: 'intel', family: 6, model: 1, stepping: 1, name: 'A Test' } as const;
const chapters = ['flag-control'] as const;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchstone-capture-'));
  const executor = createTouchstoneExecutor('intel');
  for await (const { path, text } of recordCaptures({ cpu, executor, modes: [16, 32, 64], chapters }))
    await writeWhole(join(folder, 'good', path), text);
  await writeWhole(join(folder, 'bad/intel-06-01-01/64/logic.txt'), 'nonsense\n');
  await writeFile(join(folder, 'file'), '');
});
afterAll(() => rm(folder, { recursive: true }));

const run = async (...args: readonly string[]) => {
  const streams = recording();
  const exitCode = await runCommandLine(
    args.map((arg) => arg.replace('FOLDER', folder)),
    new Terminal(streams),
  );
  return { exitCode, out: streams.out(), notes: streams.notes() };
};

describe('touchstone capture', () => {
  it('checks ours against captures, of some modes where asked', async () => {
    const { exitCode, out } = await run('capture', '--check', '--captures', 'FOLDER/good');
    const some = await run('capture', '--check', '--captures', 'FOLDER/good', '--mode', '64');
    expect(exitCode).toBe(exitCodes.clean);
    expect(out).toMatch(/^Captures of intel 06-01-01: (\d+) compared, \1 the same in every bit/);
    expect(Number(/: (\d+)/.exec(out)?.[1])).toBeGreaterThan(Number(/: (\d+)/.exec(some.out)?.[1]));
  });

  it('publishes them as JSON', async () => {
    const { exitCode, out } = await run('capture', '--json', 'FOLDER/json', '--captures', 'FOLDER/good');
    const { vectors } = JSON.parse(await readFile(join(folder, 'json/intel-06-01-01/64/flag-control.json'), 'utf8'));
    expect(exitCode).toBe(exitCodes.clean);
    expect(out).toMatch(/^\d+ vectors in 3 files/);
    expect(vectors.length).toBeGreaterThan(200);
  });

  it.each([
    [['capture', '--check', '--captures', 'FOLDER/bad'], 'logic.txt:1: here stands "format'],
    [['capture', '--check', '--captures', 'FOLDER/none'], 'there is no such file or folder'],
    [['capture', '--check', '--captures', 'FOLDER/file'], 'file'],
    [['capture', '--check', '--json', 'FOLDER/json'], 'cannot be used with'],
    [['capture', '--json', 'FOLDER/file/x', '--captures', 'FOLDER/good'], 'cannot be written'],
    [['outcomes', '--captures', 'FOLDER/bad'], 'logic.txt:1'],
    [['outcomes', '--executions', 'many'], 'A count is a whole number'],
  ])('%j fails with the reason', async (args, message) => {
    const { exitCode, notes } = await run(...args);
    expect(notes).toContain(message);
    expect(exitCode).toBe(exitCodes.usage);
  });
});

describe('touchstone outcomes', () => {
  it('writes table, JSON and snapshot', async () => {
    const files = ['--json', 'FOLDER/coverage.json', '--snapshot', 'FOLDER/reports'];
    const { exitCode, out } = await run('outcomes', '--captures', 'FOLDER/good', '--executions', '500', ...files);
    const snapshot = await readFile(join(folder, 'reports/outcomes.snap'), 'utf8');
    const { chapters: all } = JSON.parse(await readFile(join(folder, 'coverage.json'), 'utf8'));
    expect(exitCode).toBe(exitCodes.clean);
    expect(out).toMatch(/^64-bit {2}flag-control +11 +33 +33 /m);
    expect(snapshot).toMatch(/^# npx touchstone outcomes --executions 500 --seed 1 --snapshot reports\n/);
    expect(all).toContainEqual(expect.objectContaining({ mode: 64, chapter: 'flag-control', byCaptures: 33 }));
  });
});

describe('the CPU of /proc/cpuinfo', () => {
  it('is read', () => {
    const text = 'vendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: EPYC\nstepping\t: 2\n';
    expect(signatureOf(text)).toEqual({ vendor: 'amd', family: 25, model: 1, stepping: 2, name: 'EPYC' });
  });

  it.each(['', 'vendor_id\t: Other\n', 'Processor : ARMv8'])('is none of ours in %j', (text) => {
    expect(signatureOf(text)).toBeNull();
  });
});
