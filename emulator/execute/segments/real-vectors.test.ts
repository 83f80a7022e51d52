import { describe, expect, it } from 'vitest';
import { executeOne, hexOf, type Setting, windowBase } from './testing/execute-one.ts';

const W = windowBase;
const codeOffset = 0x3400;
/** Vector n goes to 2000:0100 + n. */
const table: Readonly<Record<number, string>> = Object.fromEntries(
  Array.from({ length: 256 }, (_, vector) => [4 * vector, `${hexOf(0x100 + vector, 2)} 00 20`]),
);

const enter = (code: string, setting: Omit<Setting, 'code'> = {}) =>
  executeOne({
    kind: 'real',
    ...setting,
    code,
    registers: { esp: 0x800, eflags: 0x202, ...setting.registers },
    memory: { ...table, ...setting.memory },
  });

const frameOf = (flags: number, next: number): string => [next, 0x1000, flags].map((item) => hexOf(item, 2)).join(' ');

describe('the vectors of real mode (SDM 3A 20.1.4)', () => {
  // A fault pushes the place of the instruction, a trap the place after it (SDM 3A 6.5).
  it.each([
    ['#DE of DIV by zero', 'F7 F1', { ecx: 0 }, 0, 0],
    ['#DE of a quotient that is too large', 'F6 F1', { eax: 0x200, ecx: 1 }, 0, 0],
    ['#DE of AAM 0', 'D4 00', {}, 0, 0],
    ['INT3', 'CC', {}, 3, 1],
    ['INTO where OF is set', 'CE', { eflags: 0xa02 }, 4, 1],
    ['#BR of BOUND', '62 07', { eax: 5, ebx: 0x10 }, 5, 0],
    ['#UD of UD2', '0F 0B', {}, 6, 0],
    ['#UD of what protected mode alone has', '63 C0', {}, 6, 0],
    ['#UD of LOCK that is not allowed', 'F0 90', {}, 6, 0],
    ['#SS of a stack access across 64 KiB', '8B 46 00', { ebp: 0xffff }, 12, 0],
    ['#GP of an access across 64 KiB', '26 8B 07', { ebx: 0xffff }, 13, 0],
    ['#GP of a branch behind 64 KiB', '66 E9 00 00 01 00', {}, 13, 0],
    ['INT n', 'CD 21', {}, 0x21, 2],
    ['INT FF', 'CD FF', {}, 0xff, 2],
  ] as const)('take %s', (_, code, registers, vector, length) => {
    const { outcome, get, read } = enter(code, { registers });
    expect([outcome, get('cs'), get('ip'), get('sp')]).toEqual(['done', '2000', (0x100 + vector).toString(16), '7fa']);
    const flags = 'eflags' in registers ? registers.eflags : 0x202;
    expect(read(W + 0x7fa, 6)).toBe(frameOf(flags, codeOffset + length));
    expect([get('if'), get('tf')]).toEqual(['0', '0']);
  });

  it('push no error code, and 16 bits of flags', () => {
    const { get, read } = enter('0F 0B', { registers: { eflags: 0x24_0ed7 } });
    expect(get('sp')).toBe('7fa');
    expect(read(W + 0x7fa, 6)).toBe(frameOf(0x0ed7, codeOffset));
  });

  it('are not taken by INTO where OF is clear', () => {
    const { outcome, get } = enter('CE');
    expect([outcome, get('cs'), get('ip'), get('sp')]).toEqual(['done', '1000', '3401', '800']);
  });

  it('are taken after an instruction that TF traces, with TF pushed and then clear', () => {
    const { get, read } = enter('90', { registers: { eflags: 0x302 } });
    expect([get('ip'), get('tf')]).toEqual(['101', '0']);
    expect(read(W + 0x7fa, 6)).toBe(frameOf(0x302, codeOffset + 1));
  });

  it('leave registers as they were before a fault', () => {
    const { get } = enter('F7 F1', { registers: { eax: 0x1234_5678, edx: 7, ecx: 0 } });
    expect([get('eax'), get('edx')]).toEqual(['12345678', '7']);
  });
});
