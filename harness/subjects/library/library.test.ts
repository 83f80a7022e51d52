import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import type { Input, Subject, Unavailable } from '../../subject.ts';
import { contractLaws } from '../contract.ts';
import { withFakeTool } from '../fake-tool.ts';
import { createLlvm } from '../llvm/llvm.ts';
import { createZydis } from '../zydis/zydis.ts';
import type { LibraryOptions } from './library.ts';

const input = (hex: string, mode: Mode = 64, vendor: Vendor = 'intel'): Input => ({
  bytes: Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex')),
  mode,
  vendor,
});
const nops = (count: number): readonly Input[] => Array.from({ length: count }, () => input('90'));

type Create = (options?: LibraryOptions) => Promise<Subject | Unavailable>;

const started = async (create: Create, options?: LibraryOptions): Promise<Subject> => {
  const subject = await create(options);
  if ('unavailable' in subject) throw new Error(`${subject.unavailable}: ${subject.remedy}`);
  return subject;
};

const statuses = async (subject: Subject, inputs: readonly Input[]): Promise<readonly string[]> => {
  const answers = await subject.decode(inputs);
  expect(answers).toHaveLength(inputs.length);
  return [...new Set(answers.map(({ status }) => status))];
};

/** The runner that set-up built, with the number of its process in a file. */
const withRunner = async (
  { name, create, timeoutMs }: { name: string; create: Create; timeoutMs: number },
  use: (subject: Subject, processOf: () => Promise<number>) => Promise<void>,
): Promise<void> => {
  const built = join(dirname(dirname(dirname(import.meta.dirname))), 'dist', name, 'runner');
  await withFakeTool(['echo $$ > "$0.process"', `exec ${built}`], async (command) => {
    const subject = await started(create, { command, timeoutMs });
    await use(subject, async () => Number(await readFile(`${command}.process`, 'utf8')));
    await subject.close();
  });
};

describe.each([
  { name: 'llvm', create: createLlvm, version: /^19\.\d+\.\d+$/, remedy: 'apt-get install libllvm19' },
  { name: 'zydis', create: createZydis, version: /^4\.\d+\.\d+$/, remedy: 'apt-get install libzydis-dev' },
])('$name', ({ name, create, version, remedy }) => {
  it('presents its version, modes and vendors', async () => {
    const subject = await started(create);
    await subject.close();
    expect(subject).toMatchObject({ name, modes: [16, 32, 64], vendors: ['intel', 'amd'] });
    expect(subject.version).toMatch(version);
  });

  it.each(contractLaws)('$title', async ({ check }) => {
    expect(await check(() => started(create))).toBeNull();
  });

  it('calls every proper prefix of an instruction truncated', async () => {
    const subject = await started(create);
    const whole = '66 f2 41 0f 38 f1 84 88 11 22 33 44'.split(' ');
    const inputs = whole.slice(1).map((_, k) => input(whole.slice(0, k + 1).join('')));
    expect(await statuses(subject, inputs)).toEqual(['truncated']);
    await subject.close();
  });

  it('answers more inputs than one batch holds', async () => {
    const subject = await started(create);
    expect(await statuses(subject, nops(subject.batch * 2 + 3))).toEqual(['valid']);
    await subject.close();
  });

  it('starts again when it is killed at work, and answers all', async () => {
    await withRunner({ name, create, timeoutMs: 10_000 }, async (subject, processOf) => {
      const first = await processOf();
      const answers = statuses(subject, nops(100_000));
      process.kill(first, 'SIGKILL');
      expect(await answers).toEqual(['valid']);
      expect(await processOf()).not.toBe(first);
    });
  });

  it('is replaced when it is stopped', async () => {
    await withRunner({ name, create, timeoutMs: 1_000 }, async (subject, processOf) => {
      process.kill(await processOf(), 'SIGSTOP');
      expect(await statuses(subject, nops(100))).toEqual(['valid']);
    });
  });

  it.each([
    ['ends', 'echo "no library here" >&2; exit 127', 'no library here'],
    ['answers garbage', 'head -c 100000 /bin/sh; exec sleep 60', 'run set-up'],
    ['cannot be found', null, 'cannot be run'],
  ])('is unavailable, with what to do, where the runner %s', async (_, line, reason) => {
    const wanted = {
      name,
      unavailable: expect.stringContaining(reason),
      remedy: expect.stringContaining(remedy),
    };
    if (line === null) expect(await create({ command: '/nowhere/runner' })).toMatchObject(wanted);
    else await withFakeTool([line], async (command) => expect(await create({ command })).toMatchObject(wanted));
  });
});
