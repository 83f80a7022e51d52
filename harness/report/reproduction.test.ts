import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { reproductionsOf } from './reproduction.ts';

const lineOf = (label: string, bytes: Uint8Array, mode: 16 | 32 | 64 = 64): string =>
  reproductionsOf(bytes, mode).find((one) => one.label === label)?.line ?? '';

describe('reproductionsOf', () => {
  it('prints exactly the bytes in a POSIX shell, each of the 256', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const [command] = lineOf('ndisasm', bytes).split(' | ');
    expect(new Uint8Array(execFileSync('/bin/sh', ['-c', command ?? '']))).toEqual(bytes);
  });

  it.each([
    [16, 'i8086'],
    [32, 'i386'],
    [64, 'i386:x86-64'],
  ] as const)('tells objdump and ndisasm the mode: %i', (mode, machine) => {
    expect(lineOf('objdump', Uint8Array.of(0xf0, 0x90), mode)).toBe(
      `printf '\\360\\220' > t.bin && objdump -D -b binary -m ${machine} -M intel t.bin`,
    );
    expect(lineOf('ndisasm', Uint8Array.of(0xf0, 0x90), mode)).toBe(`printf '\\360\\220' | ndisasm -b ${mode} -`);
  });

  it('writes source lines for nasm and gas', () => {
    expect(lineOf('nasm', Uint8Array.of(0xf0, 0x09))).toBe('db 0xf0, 0x09');
    expect(lineOf('gas', Uint8Array.of(0xf0, 0x09))).toBe('.byte 0xf0, 0x09');
  });
});
