import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Execution } from '../../execution.ts';
import { homeState } from '../../generate/states/home.ts';
import { withFakeTool } from '../fake-tool.ts';
import { createSilicon, type Silicon } from './silicon.ts';
import { askedCpu } from './testing/asked-cpu.ts';

const { ofCpu, opened } = await askedCpu();
if (!('unavailable' in opened)) await opened.close();

const execution = (...bytes: readonly number[]): Execution => ({
  mode: 64,
  bytes: Uint8Array.from(bytes),
  state: homeState(64),
  memory: [],
});
const nop = execution(0x90);
const nops = (count: number): readonly Execution[] => new Array<Execution>(count).fill(nop);

const started = async (command: string, timeoutMs: number): Promise<Silicon> => {
  const silicon = await createSilicon({ command, timeoutMs });
  if ('unavailable' in silicon) throw new Error(`${silicon.unavailable}: ${silicon.remedy}`);
  return silicon;
};

/** The statuses of the answers, each once. */
const statuses = async (silicon: Silicon, executions: readonly Execution[]): Promise<readonly string[]> => {
  const answers = await silicon.execute(executions);
  expect(answers).toHaveLength(executions.length);
  return [...new Set(answers.map(({ status }) => status))];
};

/** The runner that set-up built, with the number of its process in a file. */
const withRunner = async (
  timeoutMs: number,
  use: (silicon: Silicon, processOf: () => Promise<number>) => Promise<void>,
): Promise<void> => {
  const built = join(dirname(dirname(dirname(import.meta.dirname))), 'dist', 'silicon', 'runner');
  await withFakeTool(['echo $$ > "$0.process"', `exec ${built}`], async (command) => {
    const silicon = await started(command, timeoutMs);
    const processOf = async (): Promise<number> => Number(await readFile(`${command}.process`, 'utf8'));
    await use(silicon, processOf);
    await silicon.close();
  });
};

/** The process whose parent is this one: the fourth field of its stat, behind its name in parentheses. */
const childOf = async (parent: number): Promise<number> => {
  for (const name of await readdir('/proc')) {
    const stat: string = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '') : '';
    if (stat.replace(/^.*\)/s, '').trim().split(' ')[1] === String(parent)) return Number(name);
  }
  throw new Error(`process ${parent} has no child`);
};

ofCpu('a runner', () => {
  it('has its stack where no test reaches it', async () => {
    await withRunner(10_000, async (_, processOf) => {
      const maps = await readFile(`/proc/${await processOf()}/maps`, 'latin1');
      const end = /^[0-9a-f]+-([0-9a-f]+) .*\[stack\]$/m.exec(maps)?.[1];
      expect(Number(`0x${end}`)).toBeLessThan(0x7fff_8000_0000);
    });
  });

  it('executes in a child that holds nothing but its pipes', async () => {
    await withRunner(10_000, async (_, processOf) => {
      const child = await childOf(await processOf());
      const status = await readFile(`/proc/${child}/status`, 'latin1');
      expect(/^Seccomp:\s*2$/m.test(status)).toBe(true);
      expect(/^NoNewPrivs:\s*1$/m.test(status)).toBe(true);
      expect(/^Uid:\s*0\b/m.test(status)).toBe(false);
    });
  });
});

ofCpu('a runner in trouble', () => {
  it('starts again when it was killed between two questions', async () => {
    await withRunner(10_000, async (silicon, processOf) => {
      process.kill(await processOf(), 'SIGKILL');
      expect(await statuses(silicon, nops(5_000))).toEqual(['executed']);
    });
  });

  it('starts again when it is killed at work, and answers all', async () => {
    await withRunner(10_000, async (silicon, processOf) => {
      const first = await processOf();
      const answers = statuses(silicon, nops(50_000));
      process.kill(first, 'SIGKILL');
      expect(await answers).toEqual(['executed']);
      expect(await processOf()).not.toBe(first);
    });
  });

  it('is replaced when it is stopped', async () => {
    await withRunner(500, async (silicon, processOf) => {
      process.kill(await processOf(), 'SIGSTOP');
      expect(await statuses(silicon, nops(100))).toEqual(['executed']);
    });
  });

  it('replaces its own child when that is killed, or stopped', async () => {
    await withRunner(10_000, async (silicon, processOf) => {
      const parent = await processOf();
      for (const signal of ['SIGKILL', 'SIGSTOP']) {
        process.kill(await childOf(parent), signal);
        expect(await statuses(silicon, nops(100))).toEqual(['executed']);
      }
      expect(await processOf()).toBe(parent);
    });
  });
});

/** Says that each test ran and changed nothing, but does `harm` at HLT. */
const fakeRunner = (harm: string): readonly string[] => [
  `exec ${process.execPath} -e '`,
  'let input = Buffer.alloc(0), isGreeted = false;',
  'const welcome = Buffer.alloc(72);',
  'welcome.writeUInt32LE(0x314e5354);',
  'welcome.write("GenuineIntel", 8);',
  'process.stdin.on("data", (chunk) => {',
  '  input = Buffer.concat([input, chunk]);',
  '  if (!isGreeted) {',
  '    const bytes = 16 + input.readUInt32LE(4) * 4104 + input.readUInt32LE(8) * 16;',
  '    if (input.length < bytes) return;',
  '    input = input.subarray(bytes); isGreeted = true; process.stdout.write(welcome);',
  '  }',
  '  while (input.length >= 8 && input.length >= 8 + input.readUInt32LE()) {',
  '    const count = input.readUInt32LE(4);',
  '    for (let k = 0; k < count; k++) {',
  '      const test = input.subarray(8 + 216 * k, 8 + 216 * (k + 1));',
  '      const result = Buffer.alloc(216);',
  '      result.writeUInt32LE(216); test.copy(result, 24, 24);',
  `      if (test[8] === 0xf4) { ${harm} }`,
  '      process.stdout.write(result);',
  '    }',
  '    input = input.subarray(8 + 216 * count);',
  '  }',
  "});'",
];

ofCpu('a runner that fails at one execution', () => {
  it.each([
    ['dies', 'process.exit(7)', { status: 'crashed', detail: expect.stringContaining('exit code 7') }],
    ['kills itself', 'process.kill(process.pid, 9)', { status: 'crashed', detail: expect.stringContaining('SIGKILL') }],
    [
      'answers a record of no such length',
      'result.writeUInt32LE(3)',
      { status: 'crashed', detail: expect.stringContaining('garbage') },
    ],
    [
      'answers runs that are not there',
      'result[6] = 9',
      { status: 'crashed', detail: expect.stringContaining('garbage') },
    ],
    [
      'answers an outcome that there is not',
      'result[4] = 99',
      { status: 'crashed', detail: expect.stringContaining('garbage') },
    ],
    ['says nothing', 'return', { status: 'timed out', timeoutMs: 1_000 }],
  ])('and %s costs no other execution its answer', async (_, harm, guilty) => {
    await withFakeTool(fakeRunner(harm), async (command) => {
      const silicon = await started(command, 1_000);
      const answers = await silicon.execute([nop, execution(0xf4), nop]);
      expect(answers).toMatchObject([{ status: 'executed' }, guilty, { status: 'executed' }]);
      await silicon.close();
    });
  });
});

describe('no runner', () => {
  it('is unavailable where there is none', async () => {
    expect(await createSilicon({ command: '/nowhere/runner' })).toMatchObject({
      name: 'cpu',
      unavailable: expect.stringContaining('/nowhere/runner'),
    });
  });

  it.each([
    ['is something else', 'head -c 100 /dev/zero; sleep 10', 'version'],
    ['says nothing', 'exec sleep 10', '1000 ms'],
    ['gives up', 'echo "the kernel refuses" >&2; exit 1', 'the kernel refuses'],
  ])('is unavailable where it %s', async (_, script, reason) => {
    await withFakeTool([script], async (command) => {
      expect(await createSilicon({ command, timeoutMs: 1_000 })).toMatchObject({
        unavailable: expect.stringContaining(reason),
      });
    });
  });
});
