import { describe, expect, it } from 'vitest';
import { executeOne, Select, type Setting, windowBase } from '../execute/segments/testing/execute-one.ts';

const W = windowBase;
const outcomeOf = (code: string, setting: Omit<Setting, 'code'> = {}): string =>
  executeOne({ ...setting, code }).outcome;

describe('what is for CPL 0', () => {
  const privileged: readonly [string, string][] = [
    ['LGDT', '0F 01 13'],
    ['LIDT', '0F 01 1B'],
    ['LLDT', '0F 00 D0'],
    ['LTR', '0F 00 D8'],
    ['LMSW', '0F 01 F0'],
    ['CLTS', '0F 06'],
    ['MOV CR0', '0F 22 C0'],
    ['MOV from DR7', '0F 21 F8'],
    ['RDMSR', '0F 32'],
    ['WRMSR', '0F 30'],
    ['INVLPG', '0F 01 3B'],
    ['INVPCID', '66 0F 38 82 03'],
    ['SWAPGS', '0F 01 F8'],
    ['SYSRET', '0F 07'],
    ['XSETBV', '0F 01 D1'],
    ['RDPMC', '0F 33'],
  ];

  it.each(privileged)('%s is #GP(0) at CPL 3, before its memory is asked', (_, code) => {
    expect(outcomeOf(code, { registers: { rbx: 8 } })).toBe('#GP(0)');
  });

  it.each(privileged)('%s is not supported at CPL 0 by an evaluator that nobody owns', (_, code) => {
    expect(outcomeOf(code, { cpl: 0, registers: { rbx: W } })).toBe('unsupported');
  });

  it('halts at CPL 0 only', () => {
    expect([outcomeOf('F4'), outcomeOf('F4', { cpl: 0 }), outcomeOf('F4', { kind: 'real' })]).toEqual([
      '#GP(0)',
      'halted',
      'halted',
    ]);
  });

  it.each(['0F 01 C8', '0F 01 C9'])('%s does not exist at CPL 3', (code) => {
    expect(outcomeOf(code)).toBe('#UD');
  });

  it.each(['0F 00 C0', '0F 00 C8', '0F 01 03', '0F 01 0B', '0F 01 E0'])(
    '%s tells nothing at CPL 3 with UMIP',
    (code) => {
      expect(outcomeOf(code, { registers: { rbx: W } })).toBe('#GP(0)');
    },
  );
});

describe('system calls', () => {
  it.each<[string, Omit<Setting, 'code'>, string]>([
    ['0F 05', {}, 'system call'],
    ['0F 05', { mode: 32 }, '#UD'],
    ['0F 05', { mode: 32, profile: 'amd-zen3' }, 'system call'],
    ['0F 34', { mode: 32 }, 'system call'],
    ['0F 34', { mode: 32, profile: 'amd-zen3' }, '#UD'],
    ['0F 34', { mode: 32, profile: 'amd-zen3', isLegacy: true }, 'system call'],
    ['0F 07', { mode: 32 }, '#UD'],
    ['0F 07', { mode: 32, profile: 'amd-zen3' }, '#GP(0)'],
  ])('%s with %o is %s', (code, setting, outcome) => {
    expect(outcomeOf(code, setting)).toBe(outcome);
  });
});

describe('protected mode', () => {
  it.each(['0F 02 C0', '0F 03 C0', '0F 00 E0', '0F 00 E8', '63 C0', '0F 00 C0'])('%s exists there only', (code) => {
    expect(outcomeOf(code, { kind: 'real', delivers: false })).toBe('#UD');
    expect(outcomeOf(code, { kind: 'virtual-8086' })).toBe('#UD');
  });
});

describe('LAR, LSL, VERR, VERW', () => {
  const registers = { rax: 0xffffffffffffffffn } as const;

  it.each([
    ['0F 02 C3', Select.data32, 1, '40f300'],
    ['48 0F 02 C3', Select.data32, 1, '40f300'],
    ['66 0F 02 C3', Select.data32, 1, 'fffffffffffff300'],
    ['0F 02 C3', Select.absent, 1, '407300'],
    ['0F 02 C3', Select.code64, 1, 'affb00'],
    ['0F 02 C3', Select.conforming, 1, 'cf9f00'],
    ['0F 02 C3', Select.callGate, 1, 'ec00'],
    ['0F 02 C3', Select.task, 1, 'e900'],
    ['0F 02 C3', Select.innerData, 0, 'ffffffffffffffff'],
    ['0F 02 C3', 0, 0, 'ffffffffffffffff'],
    ['0F 02 C3', Select.beyond, 0, 'ffffffffffffffff'],
    ['0F 03 C3', Select.data, 1, 'ffffffff'],
    ['0F 03 C3', Select.short, 1, 'fff'],
    ['0F 03 C3', Select.task, 1, '67'],
    ['0F 03 C3', Select.callGate, 0, 'ffffffffffffffff'],
    ['66 0F 03 C3', Select.shortCode, 1, 'ffffffffffff3fff'],
  ])('%s of selector %i leaves ZF %i and RAX %s', (code, rbx, zf, rax) => {
    const { outcome, get } = executeOne({ code, registers: { ...registers, rbx: rbx + 0xabcd0000 } });
    expect([outcome, get('zf'), get('rax')]).toEqual(['done', String(zf), rax]);
  });

  it.each([
    [Select.data, 1, 1],
    [Select.readOnly, 1, 0],
    [Select.code32, 1, 0],
    [Select.executeOnly, 0, 0],
    [Select.absent, 1, 1],
    [Select.conforming, 1, 0],
    [Select.innerData, 0, 0],
    [Select.task, 0, 0],
    [0, 0, 0],
  ])('selector %i is readable %i, writable %i', (rax, readable, writable) => {
    const zf = (code: string) => Number(executeOne({ code, registers: { rax, rflags: 0x40 } }).get('zf'));
    expect([zf('0F 00 E0'), zf('0F 00 E8')]).toEqual([readable, writable]);
  });
});

describe('ARPL', () => {
  it.each([
    [0x20, 3, '23', '1'],
    [0x21, 2, '22', '1'],
    [0x22, 2, '22', '0'],
    [0x23, 0, '23', '0'],
  ])('raises the RPL of %i to that of %i', (eax, ebx, expected, zf) => {
    const { get } = executeOne({ mode: 32, code: '63 D8', registers: { eax, ebx } });
    expect([get('eax'), get('zf')]).toEqual([expected, zf]);
  });

  it('writes memory only where it raises', () => {
    const setting = { mode: 32, code: '63 03', segments: { ds: Select.readOnly } } as const;
    expect(executeOne({ ...setting, registers: { ebx: 0x100, eax: 0 } }).outcome).toBe('done');
    expect(executeOne({ ...setting, registers: { ebx: 0x100, eax: 3 } }).outcome).toBe('#GP(0)');
  });
});

describe('bases of FS and GS', () => {
  it.each([
    ['F3 0F AE C0', { rax: 0xffffffffffffffffn, fsbase: 0x123456789abcn }, 'rax', '56789abc'],
    ['F3 48 0F AE C8', { gsbase: 0x123456789abcn }, 'rax', '123456789abc'],
    ['F3 0F AE D0', { rax: 0xffffffffffffffffn, fsbase: 1 }, 'fsbase', 'ffffffff'],
    ['F3 48 0F AE D8', { rax: 0xffff800000000000n }, 'gsbase', 'ffff800000000000'],
  ])('%s with %o leaves %s %s', (code, registers, name, expected) => {
    const { outcome, get } = executeOne({ code, registers });
    expect([outcome, get(name)]).toEqual(['done', expected]);
  });

  it('refuses a base that is not canonical, and all bases without CR4.FSGSBASE', () => {
    expect(outcomeOf('F3 48 0F AE D8', { registers: { rax: 1n << 47n } })).toBe('#GP(0)');
    expect(outcomeOf('F3 48 0F AE C0', { registers: { cr4: 0 } })).toBe('#UD');
  });
});
