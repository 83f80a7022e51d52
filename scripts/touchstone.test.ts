/** The command as a process: what only a process shows. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const command = fileURLToPath(new URL('./touchstone.ts', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'touchstone-command-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly exitCode: number | null;
  readonly out: string;
  readonly notes: string;
}

interface SpawnOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Closes the reading end of standard output at its first byte. */
  readonly stopsReading?: boolean;
  /** Called when standard error says something, with all that it has said. */
  readonly onNotes?: (notes: string, child: ReturnType<typeof spawn>) => void;
}

const touchstone = (args: readonly string[], options: SpawnOptions = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const { FORCE_COLOR: _, ...environment } = process.env;
    const child = spawn(process.execPath, ['--import', 'tsx', command, ...args], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: { ...environment, ...options.env },
    });
    let out = '';
    let notes = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (options.stopsReading === true) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      notes += text;
      options.onNotes?.(notes, child);
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, out, notes }));
    if (options.input !== undefined) child.stdin.end(options.input);
  });

describe('touchstone as a process', () => {
  it('exits with 2 on bad use', async () => {
    expect(await touchstone(['confrom'])).toMatchObject({
      exitCode: 2,
      out: '',
      notes: expect.stringContaining('conform'),
    });
  });

  it('writes no escapes into a pipe, and colours where FORCE_COLOR asks for them', async () => {
    const plain = await touchstone(['explain', '90', '--subject', 'iced']);
    const coloured = await touchstone(['explain', '90', '--subject', 'iced'], { env: { FORCE_COLOR: '1' } });
    expect(plain.out).not.toContain('\u001B');
    expect(coloured.out).toContain('\u001B[');
    expect([plain.exitCode, coloured.exitCode]).toEqual([0, 0]);
  });

  it('exits quietly when its reader goes', async () => {
    const { exitCode, notes } = await touchstone(['decode', '--input', 'raw', process.execPath], {
      stopsReading: true,
    });
    expect(notes).toBe('');
    expect(exitCode).toBe(0);
  });

  it('ends a protocol session although standard input stays open, when its reader goes', async () => {
    const ended = await touchstone(['subject'], { input: '{"id":1,"op":"hello"}\n' });
    expect(ended).toMatchObject({ exitCode: 0, notes: '' });
  });

  it('stops at Ctrl-C with 130, and keeps what it has', async () => {
    const report = join(folder, 'interrupted');
    const { exitCode, notes } = await touchstone(
      ['fuzz', '--for', '1h', '--subject', 'iced', '--workers', '0', '--report', report],
      {
        onNotes: (said, child) => said.includes('Searching') && child.kill('SIGINT'),
      },
    );
    expect(notes).toContain('Press Ctrl-C again to stop at once');
    expect(exitCode).toBe(130);
  });
});
