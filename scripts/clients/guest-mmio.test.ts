import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const guestMmio = (...args: readonly string[]) =>
  execa(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'guest-mmio.ts'), ...args], { reject: false });

describe('guest-mmio', () => {
  it('serves a device to code of all three widths', async () => {
    const { stdout, exitCode } = await guestMmio();
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim());
    expect(lines).toContain('exit: MMIO read  2 at d0020, answered 14 00');
    expect(lines).toContain('exit: MMIO write 1 at d0fff, 34');
    expect(lines).toContain('exit: MMIO write 1 at d1000, 12');
    expect(lines).toContain('exit: MMIO write 2 at fee00ffe, 78 56');
    expect(lines).toContain('exit: MMIO write 4 at ffff8000fee00030, 01 00 00 00 if it holds 00 00 00 00');
    expect(lines).toContain('exit: MMIO write 3 at ffff8000fee00ffd, 78 56 34');
    expect(lines.filter((line) => line === 'exit: IN  5 * 1 at port 60, answered 68 65 6c 6c 6f')).toHaveLength(3);
    expect(lines.filter((line) => line.endsWith('the buffer holds "hello"'))).toHaveLength(3);
  });

  it('emulates code that it is given', async () => {
    const { stdout } = await guestMmio('--mode', '64', '--code', '41 ff 40 10 f4');
    expect(stdout).toContain('inc dword ptr');
    expect(stdout).toContain('exit: MMIO write 4 at ffff8000fee00010, 01 00 00 00');
    expect(stdout).toContain('halted');
  });

  it('says what is wrong with its arguments', async () => {
    const mode = await guestMmio('--mode', '8');
    expect([mode.exitCode, mode.stderr.includes('16, 32, 64')]).toEqual([1, true]);
    const code = await guestMmio('--code', 'xyz');
    expect([code.exitCode, code.stderr.includes('no code')]).toEqual([2, true]);
  });
});
