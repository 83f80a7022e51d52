/** walk from the command line to the files that it leaves, on small shares of the encoding space. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spaceNamed } from '../../harness/campaign/walk/space.ts';
import { Terminal } from '../terminal.ts';
import { recording } from '../testing/recording.ts';
import { exitCodes } from './failure.ts';
import { runCommandLine } from './program.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchstone-walk-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = async (...args: readonly string[]) => {
  const streams = recording();
  const exitCode = await runCommandLine(['walk', ...args], new Terminal(streams));
  return { exitCode, out: streams.out(), notes: streams.notes() };
};

const { firstBytes = [] } = spaceNamed('none', 64) ?? {};
/** The shard that has one first byte of 64-bit mode alone. */
const shardOf = (firstByte: number): string => `${firstBytes.indexOf(firstByte) + 1}/${firstBytes.length}`;

describe('walk', () => {
  it('counts by map and length, writes a snapshot, and leaves no checkpoint', async () => {
    const [report, snapshot] = [join(folder, 'out'), join(folder, 'snapshot')];
    const { exitCode, out, notes } = await run('--shard', shardOf(0x90), '--report', report, '--snapshot', snapshot);
    const line = '64-bit  intel  none  candidates 1  agreed 1  rejected 0  explained 0  unexplained 0  unsupported 0';
    expect(exitCode).toBe(exitCodes.clean);
    expect(out).toBe(`${line}\nmap  one-byte  1:1\n`);
    expect(notes).toBe('');
    const text = await readFile(join(snapshot, 'walk.snap'), 'utf8');
    expect(text).toBe(
      `# npx touchstone walk --shard ${shardOf(0x90)} --snapshot ${snapshot}\n\n${line}\nmap  one-byte  1:1\n`,
    );
    expect(existsSync(join(report, `walk-64-intel-${shardOf(0x90).replace('/', 'of')}.json`))).toBe(false);
  });

  it('walks several spaces, and lets other subjects follow', async () => {
    const spaces = ['--prefix', '66', '--prefix', 'vex2', '--shard', '7/4099'];
    const { exitCode, out } = await run(...spaces, '--subject', 'iced,objdump', '--report', join(folder, 'follow'));
    expect(out).toMatch(/^64-bit {2}intel {2}66 {2}candidates \d+/m);
    expect(out).toMatch(/^64-bit {2}intel {2}vex2 {2}candidates [1-9]\d+/m);
    expect(out).toMatch(/^objdump {2}agreed [1-9]\d* {2}explained \d+ {2}unexplained 0/m);
    expect(exitCode).toBe(exitCodes.clean);
  });

  it('stops at Ctrl-C, and goes on from there', async () => {
    const asked = ['--shard', shardOf(0x69), '--report', join(folder, 'stopped')];
    const poll = setInterval(() => {
      if (process.listenerCount('SIGINT') === 0) return;
      clearInterval(poll);
      process.emit('SIGINT');
    });
    const stopped = await run(...asked);
    clearInterval(poll);
    const file = join(folder, 'stopped', `walk-64-intel-${shardOf(0x69).replace('/', 'of')}.json`);
    expect(stopped.exitCode).toBe(exitCodes.interrupted);
    expect(stopped.notes).toContain(`The walk is not over; the same command goes on from ${file}.`);
    const again = await run(...asked);
    expect(again.notes).toBe(`Going on from ${file}.\n`);
    expect(again.exitCode).toBe(exitCodes.clean);
    expect(again.out).toBe((await run(...asked)).out);
  });

  it.each([
    ['half a file', '{"format":"touchstone wa', 'it is no JSON object'],
    ['a file of another version', '{"format":"touchstone walk 0"}', 'its format is "touchstone walk 0"'],
    ['the checkpoint of another walk', '{"format":"touchstone walk 1","identity":{"mode":32}}', 'mode 32, and not 64'],
  ])('refuses %s and leaves it as it is', async (_, text, reason) => {
    const report = join(folder, 'refused');
    const file = join(report, 'walk-64-intel.json');
    await mkdir(report, { recursive: true });
    await writeFile(file, text);
    const { exitCode, notes } = await run('--report', report);
    expect(notes).toContain(`"${file}" is no checkpoint of this walk`);
    expect(notes).toContain(reason);
    expect(exitCode).toBe(exitCodes.usage);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it.each([
    [['--prefix', '90'], '"90" is no space of 64-bit mode'],
    [['--prefix', '48', '--mode', '32'], '"48" is no space of 32-bit mode'],
    [['--shard', '3/2'], 'A shard is i/n'],
    [['--mode', '8'], 'Modes are 16, 32 and 64.'],
  ])('refuses %j', async (args, message) => {
    const { exitCode, notes } = await run(...args, '--report', join(folder, 'bad'));
    expect(notes).toContain(message);
    expect(exitCode).toBe(exitCodes.usage);
  });
});
