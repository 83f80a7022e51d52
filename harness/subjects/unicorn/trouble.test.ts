import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import type { Execution, Executor } from '../../execution.ts';
import { homeState } from '../../generate/states/home.ts';
import { withFakeTool } from '../fake-tool.ts';
import { askedUnicorn } from './testing/asked-unicorn.ts';
import { createUnicorn } from './unicorn.ts';

const { ofUnicorn, opened } = await askedUnicorn();
if (!('unavailable' in opened)) await opened.close();

const nop: Execution = { mode: 64, bytes: Uint8Array.of(0x90), state: homeState(64), memory: [] };
const nops = (count: number): readonly Execution[] => new Array<Execution>(count).fill(nop);

const statuses = async (unicorn: Executor, executions: readonly Execution[]): Promise<readonly string[]> => {
  const answers = await unicorn.execute(executions);
  expect(answers).toHaveLength(executions.length);
  return [...new Set(answers.map(({ status }) => status))];
};

/** The runner that set-up built, with the number of its process in a file. */
const withRunner = async (
  timeoutMs: number,
  use: (unicorn: Executor, processOf: () => Promise<number>) => Promise<void>,
): Promise<void> => {
  const built = join(dirname(dirname(dirname(import.meta.dirname))), 'dist', 'unicorn', 'runner');
  await withFakeTool(['echo $$ > "$0.process"', `exec ${built}`], async (command) => {
    const unicorn = await createUnicorn({ command, timeoutMs });
    if ('unavailable' in unicorn) throw new Error(unicorn.unavailable);
    await use(unicorn, async () => Number(await readFile(`${command}.process`, 'utf8')));
    await unicorn.close();
  });
};

ofUnicorn('a runner of Unicorn in trouble', () => {
  it('starts again when it was killed between two questions', async () => {
    await withRunner(10_000, async (unicorn, processOf) => {
      process.kill(await processOf(), 'SIGKILL');
      expect(await statuses(unicorn, nops(1_000))).toEqual(['executed']);
    });
  });

  it('starts again when it is killed at work, and answers all', async () => {
    await withRunner(10_000, async (unicorn, processOf) => {
      const first = await processOf();
      const answers = statuses(unicorn, nops(20_000));
      process.kill(first, 'SIGKILL');
      expect(await answers).toEqual(['executed']);
      expect(await processOf()).not.toBe(first);
    });
  });

  it('is replaced when it is stopped', async () => {
    await withRunner(500, async (unicorn, processOf) => {
      process.kill(await processOf(), 'SIGSTOP');
      expect(await statuses(unicorn, nops(100))).toEqual(['executed']);
    });
  });

  it('costs no other execution its answer where Unicorn itself dies', async () => {
    await withRunner(10_000, async (unicorn) => {
      // LOCK BTS of a register is #UD, and ends Unicorn 2.0.1 while it is translated.
      const state = homeState(32);
      const deadly: Execution = { mode: 32, bytes: Uint8Array.of(0xf0, 0x0f, 0xba, 0xeb, 0x80), state, memory: [] };
      const answers = await unicorn.execute([nop, deadly, nop]);
      expect(answers.map(({ status }) => status)).toEqual(['executed', 'crashed', 'executed']);
    });
  });
});

it('is unavailable where what is started is no runner', async () => {
  const answer = await withFakeTool(['echo "no library here" >&2; exit 127'], (command) => createUnicorn({ command }));
  expect(answer).toMatchObject({ name: 'unicorn', unavailable: expect.stringContaining('no library here') });
});
