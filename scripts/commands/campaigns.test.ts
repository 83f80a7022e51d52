/** conform, fuzz and replay from the command line to the files that they leave, on small shares of their inputs. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Terminal } from '../terminal.ts';
import { recording } from '../testing/recording.ts';
import { exitCodes } from './failure.ts';
import { runCommandLine } from './program.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchstone-campaigns-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = async (...args: readonly string[]) => {
  const streams = recording();
  const exitCode = await runCommandLine(args, new Terminal(streams));
  return { exitCode, out: streams.out(), notes: streams.notes() };
};

/** A case in 100, in this very thread. */
const small = ['conform', '--mode', '16', '--subject', 'iced', '--quick', '--shard', '3/100', '--workers', '0'];

describe('conform', () => {
  it('prints a table, and writes page, JUnit XML and JSON, the same bytes each time', async () => {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    const { exitCode, out, notes } = await run(...small, '--report', first);
    await run(...small, '--report', second);

    expect(out).toMatch(/^16-bit +iced +[\d,]+/m);
    expect(out).toMatch(/^Code values of iced-x86/m);
    expect(notes).toContain(`Report: ${join(first, 'index.html')}`);
    expect([exitCodes.clean, exitCodes.mismatches]).toContain(exitCode);
    expect(exitCode === exitCodes.clean).toBe(out.includes('Every difference is explained'));

    const names = await readdir(first, { recursive: true });
    expect(names).toEqual(expect.arrayContaining(['index.html', 'coverage.html', 'junit.xml', 'run.json']));
    for (const name of names.filter((one) => /\.\w+$/.test(one))) {
      expect(await readFile(join(second, name), 'utf8'), name).toBe(await readFile(join(first, name), 'utf8'));
    }
    const { command } = JSON.parse(await readFile(join(first, 'run.json'), 'utf8'));
    expect(command).toBe('npx touchstone conform --mode 16 --subject iced --quick --shard 3/100 --seed 1');
  });

  it('writes snapshots of portable inputs alone', async () => {
    const snapshots = join(folder, 'snapshots');
    await run(...small, '--snapshot', snapshots);
    expect(await readdir(snapshots)).toEqual(
      expect.arrayContaining(['coverage.snap', 'forms.snap', 'iced.snap', 'subjects.snap']),
    );
  });

  it('says so when a report cannot be written after all', async () => {
    const report = join(folder, 'in the way');
    await mkdir(join(report, 'index.html', 'folder'), { recursive: true });
    const { exitCode, notes } = await run(...small, '--report', report);
    expect(notes).toContain(`"${join(report, 'index.html')}" cannot be written`);
    expect(exitCode).toBe(exitCodes.usage);
  });
});

describe('coverage', () => {
  it('prints a line a chapter, and writes the page and JSON', async () => {
    const [report, json] = [join(folder, 'coverage'), join(folder, 'coverage.json')];
    const asked = ['--mode', '16', '--subject', 'iced', '--workers', '0', '--report', report, '--json', json];
    const { exitCode, out } = await run('coverage', ...asked);
    expect(exitCode).toBe(exitCodes.clean);
    expect(out).toMatch(/^chapter +forms +iced$/m);
    expect(out).toMatch(/^flag-control +12 +\d+$/m);
    expect(await readFile(join(report, 'coverage.html'), 'utf8')).toContain('Coverage by chapter');
    const { command, areas } = JSON.parse(await readFile(json, 'utf8'));
    expect(command).toBe('npx touchstone coverage --mode 16 --subject iced --seed 1');
    expect(areas).toContainEqual(expect.objectContaining({ chapter: 'flag-control', subject: 'iced', unreached: 0 }));
  });
});

describe('fuzz', () => {
  it('ends when its time is up, keeps findings, and goes on from there', async () => {
    const report = join(folder, 'fuzz');
    const search = ['fuzz', '--mode', '32', '--subject', 'iced', '--seed', '5', '--workers', '0', '--report', report];
    const { exitCode, out, notes } = await run(...search, '--for', '2s');
    const kept = await readdir(join(report, 'findings'));
    expect(notes).toContain('Searching for 2s with seed 5');
    expect(out).toMatch(new RegExp(`^${kept.length} new findings? in [\\d,]+ cases in 32-bit mode. Seed 5, `, 'm'));
    expect(exitCode).toBe(kept.length > 0 ? exitCodes.mismatches : exitCodes.clean);

    await writeFile(join(report, 'fuzz-rounds.json'), '{"5": 3}');
    const again = await run(...search, '--for', '1s');
    expect(again.notes).toContain(`Seed 5 goes on after 3 rounds; ${kept.length} findings are kept.`);
  });
});

describe('replay', () => {
  it('finds a finding by its path and says whether it still fails', async () => {
    const path = join(folder, 'finding.json');
    await writeFile(path, '{"mode":64,"samples":[{"bytes":"66 90","vendor":"intel"}]}');
    const { exitCode, out } = await run('replay', path, '--subject', 'iced');
    expect(out).toContain('no longer fails  66 90 (64-bit, intel)');
    expect(exitCode).toBe(exitCodes.clean);
  });

  it('shows the known row that explains a difference', async () => {
    const { exitCode, out } = await run('replay', '--bytes', 'f0 90', '--mode', '64', '--subject', 'objdump');
    expect(out).toContain('explained by objdump-lock-anywhere  validity differs: ours invalid, objdump valid');
    expect(exitCode).toBe(exitCodes.clean);
  });
});
