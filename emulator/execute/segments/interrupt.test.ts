import { describe, expect, it } from 'vitest';
import { executeOne, hexOf, Select, type Setting, windowBase } from './testing/execute-one.ts';

const W = windowBase;

const frame = (bytes: number, ...items: readonly (number | bigint)[]): string =>
  items.map((item) => hexOf(item, bytes)).join(' ');

const iret = (code: string, stack: string, setting: Omit<Setting, 'code'> = {}) =>
  executeOne({
    ...setting,
    code,
    registers: { rsp: setting.kind === undefined && setting.mode !== 16 ? W + 0x800 : 0x800, ...setting.registers },
    memory: { [W + 0x800]: stack },
  });

describe('IRET of 64-bit mode', () => {
  const to = (cs: number, ss: number, ip: number | bigint = W + 0x200, flags = 0x202) =>
    iret('48 CF', frame(8, ip, cs, flags, W + 0x900, ss));

  it.each([
    [Select.code64, Select.data, 'done'],
    [Select.code32, Select.data, 'done'],
    [Select.code64, Select.data16, 'done'],
    [Select.code64, 0, '#GP(0)'],
    [Select.code32, 3, '#GP(0)'],
    [Select.code64, Select.data & ~3, '#GP(28)'],
    [Select.code64, Select.innerData, '#GP(18)'],
    [Select.code64, Select.code32, '#GP(20)'],
    [Select.code64, Select.readOnly, '#GP(24)'],
    [Select.code64, Select.absent, '#SS(34)'],
    [Select.code64, Select.beyond, '#GP(78)'],
    [Select.innerCode64, Select.beyond, '#GP(8)'],
    [Select.code64 & ~3, Select.data, '#GP(30)'],
    [0, Select.beyond, '#GP(0)'],
  ])('to CS %i with SS %i is %s', (cs, ss, outcome) => {
    expect(to(cs, ss).outcome).toBe(outcome);
  });

  it('checks SS before the offset', () => {
    expect(to(Select.code64, Select.innerData, 1n << 62n).outcome).toBe('#GP(18)');
    expect(to(Select.code64, Select.data, 1n << 62n).outcome).toBe('#GP(0)');
    expect(to(Select.shortCode, Select.data, 0x4000).outcome).toBe('#GP(0)');
  });

  it('loads the stack pointer as wide as the new code has it', () => {
    const load = (cs: number, ss: number) =>
      iret('48 CF', frame(8, 0x200, cs, 0x202, 0xabcdef0123456789n, ss)).get('rsp');
    expect(load(Select.code64, Select.data16)).toBe('abcdef0123456789');
    expect(load(Select.code32, Select.data)).toBe('23456789');
    expect(load(Select.code16, Select.data16)).toBe('106789');
  });

  it('reads flags, CS, rIP, SS and rSP, in this order', () => {
    const at = (rsp: number, memory: Setting['memory'] = {}) =>
      executeOne({ code: '48 CF', registers: { rsp }, memory }).outcome;
    expect(at(0x2000)).toBe('#PF(4) at 2010');
    expect(at(W - 16)).toBe('#PF(4) at ffff8');
    expect(at(W - 8, { [W]: frame(8, Select.innerCode64, 0x202) })).toBe('#PF(4) at ffff8');
    expect(at(W + 0x3fe8, { [W + 0x3fe8]: frame(8, W, Select.innerCode64, 0x202) })).toBe('#GP(8)');
    expect(at(W + 0x3fe8, { [W + 0x3fe8]: frame(8, W, Select.code64, 0x202) })).toBe('#PF(4) at 104008');
  });

  it.each([
    ['48 CF', 8, 0xffff_ffff_feff],
    ['CF', 4, 0xfffffeff],
    ['66 CF', 2, 0xfeff],
  ] as const)('%s at CPL 3 loads what POPF loads, and RF', (code, bytes, image) => {
    const flags = iret(code, frame(bytes, 0x200, Select.code64, image, 0x900, Select.data)).get('rflags');
    expect(flags).toBe(bytes === 2 ? '4cd7' : '254cd7');
  });

  it('is #GP(0) where NT is set, before the stack is read', () => {
    expect(executeOne({ code: '48 CF', registers: { rsp: 0x2000, nt: 1 } }).outcome).toBe('#GP(0)');
  });

  it('goes out from CPL 0', () => {
    const { outcome, cpl, get } = iret('48 CF', frame(8, W + 0x200, Select.code64, 0x3202, W + 0x900, Select.data), {
      cpl: 0,
    });
    expect([outcome, cpl, get('ss'), get('rsp'), get('iopl'), get('ds')]).toEqual([
      'done',
      3,
      '2b',
      '100900',
      '3',
      '0',
    ]);
  });
});

describe('IRET outside 64-bit mode', () => {
  it('leaves SS alone at the same level', () => {
    const { outcome, get, mode } = iret('CF', frame(4, W + 0x200, Select.code64, 0x40ad7, 1, 2), { mode: 32 });
    expect([outcome, get('cs'), get('esp'), mode]).toEqual(['done', '33', '10080c', 64]);
    expect(get('rflags')).toBe('408d7');
  });

  it('does not go to virtual-8086 mode, nor to another task, yet', () => {
    const stack = frame(4, W + 0x200, Select.innerCode32, 0x20202);
    expect(iret('CF', stack, { mode: 32, cpl: 0, isLegacy: true }).outcome).toBe('unsupported');
    expect(iret('CF', stack, { mode: 32, isLegacy: true, registers: { nt: 1 } }).outcome).toBe('unsupported');
    expect(iret('CF', stack, { mode: 32, registers: { nt: 1 } }).outcome).toBe('#GP(0)');
  });

  it('takes FLAGS back in real mode, all of them', () => {
    const { outcome, get } = iret('CF', frame(2, 0x1234, 0x2000, 0x7ed7), { kind: 'real' });
    expect([outcome, get('cs'), get('ip'), get('sp')]).toEqual(['done', '2000', '1234', '806']);
    expect(get('flags')).toBe('7ed7');
  });

  it('is for IOPL 3 in virtual-8086 mode, and leaves IOPL there', () => {
    const stack = frame(2, 0x1234, 0x2000, 0x4202);
    expect(iret('CF', stack, { kind: 'virtual-8086' }).outcome).toBe('#GP(0)');
    const { outcome, get } = iret('CF', stack, { kind: 'virtual-8086', registers: { iopl: 3 } });
    expect([outcome, get('iopl'), get('nt'), get('vm')]).toEqual(['done', '3', '1', '1']);
  });
});

describe('software interrupts', () => {
  // The vector table of real mode: vectors 3, 4 and 21h go to 2000:1234.
  const table = { 12: '34 12 00 20', 16: '34 12 00 20', 132: '34 12 00 20' };

  it.each([
    ['CC', '01 34'],
    ['CE', '01 34'],
    ['CD 21', '02 34'],
  ])('%s of real mode goes through the vectors', (code, next) => {
    const registers = { esp: 0x800, eflags: 0x40f02 };
    const { outcome, get, read } = executeOne({ kind: 'real', code, registers, memory: table });
    expect([outcome, get('cs'), get('ip'), get('sp')]).toEqual(['done', '2000', '1234', '7fa']);
    expect(read(W + 0x7fa, 6)).toBe(`${next} 00 10 02 0f`);
    expect([get('if'), get('tf'), get('ac'), get('df')]).toEqual(['0', '0', '0', '1']);
  });

  it('is told to the owner where the machine does not deliver', () => {
    const { outcome, get } = executeOne({ kind: 'real', delivers: false, code: 'CD 21', registers: { esp: 0x800 } });
    expect([outcome, get('ip'), get('sp')]).toEqual(['trap vector 33', '3402', '800']);
  });

  it('does nothing where the stack has no room', () => {
    const { outcome, get } = executeOne({ kind: 'real', code: 'CD 21', registers: { esp: 5 }, memory: table });
    expect([outcome, get('ip'), get('sp'), get('cs')]).toEqual(['#SS(0)', '3400', '5', '1000']);
  });

  it('is #GP in virtual-8086 mode below IOPL 3, INT n only', () => {
    expect(executeOne({ kind: 'virtual-8086', code: 'CD 21' }).outcome).toBe('#GP(0)');
    expect(executeOne({ kind: 'virtual-8086', code: 'CC' }).outcome).toBe('trap #BP');
    expect(executeOne({ kind: 'virtual-8086', code: 'CD 21', registers: { iopl: 3 } }).outcome).toBe('#GP(10a)');
  });

  it('is open to CPL 0', () => {
    expect(executeOne({ code: 'CD 21', cpl: 0 }).outcome).toBe('trap vector 33');
  });
});
