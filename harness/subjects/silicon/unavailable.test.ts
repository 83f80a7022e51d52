import { accessSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSilicon } from './silicon.ts';

vi.mock('node:fs', async (original) => ({ ...(await original<typeof import('node:fs')>()), accessSync: vi.fn() }));

const own = { platform: process.platform, arch: process.arch };
const become = (machine: Partial<typeof own>): void => {
  for (const [name, value] of Object.entries({ ...own, ...machine }))
    Object.defineProperty(process, name, { ...Object.getOwnPropertyDescriptor(process, name), value });
};

afterEach(() => become(own));

describe('the CPU', () => {
  it.each([
    ['another system', { platform: 'darwin', arch: 'x64' }],
    ['another CPU', { platform: 'linux', arch: 'arm64' }],
  ] as const)('cannot be asked on %s, where captures stand for it', async (_, machine) => {
    become(machine);
    expect(await createSilicon()).toEqual({
      name: 'cpu',
      unavailable: 'this is not x86-64 Linux',
      remedy: 'captured results are compared instead; to ask a CPU, run on x86-64 Linux',
    });
  });

  it('cannot be asked where its runner is not built, and how it is built is told', async () => {
    become({ platform: 'linux', arch: 'x64' });
    vi.mocked(accessSync).mockImplementation(() => {
      throw new Error('ENOENT');
    });
    expect(await createSilicon()).toMatchObject({
      unavailable: 'its runner is not built',
      remedy: expect.stringContaining('apt-get install gcc libc6-dev'),
    });
  });
});
