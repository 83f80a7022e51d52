import { describe, expect, it } from 'vitest';
import { executeOne, hexOf, Select, type Setting, windowBase } from './testing/execute-one.ts';

const W = windowBase;

const pointer = (offset: number | bigint, selector: number, bytes: number): string =>
  `${hexOf(offset, bytes)} ${hexOf(selector, 2)}`;

/** What came of it; where to, in which code, and rSP. */
const outcomeOf = (setting: Setting): string => {
  const { outcome, get, mode } = executeOne(setting);
  return outcome === 'done' ? `${get('cs')}:${get('rip')} ${mode}` : outcome;
};

describe('far JMP', () => {
  it.each([
    [Select.code32, '23:100200 32'],
    [Select.code32 & ~3, '23:100200 32'],
    [Select.code64, '33:100200 64'],
    [Select.conforming, '3b:100200 32'],
    [Select.innerCode32, '#GP(10)'],
    [Select.data, '#GP(28)'],
    [Select.absentCode, '#NP(58)'],
    [Select.longAndBig, '#GP(60)'],
    [Select.task, '#GP(40)'],
    [Select.beyond, '#GP(78)'],
    [Select.callGate, 'unsupported'],
    [0, '#GP(0)'],
    [3, '#GP(0)'],
    [Select.shortCode, '#GP(0)'],
  ])('to selector %i from 32-bit code at CPL 3 is %s', (selector, expected) => {
    expect(outcomeOf({ mode: 32, code: `EA ${pointer(W + 0x200, selector, 4)}` })).toBe(expected);
  });

  it.each([
    ['FF 2B', 0x80000200, Select.code64, 4, '33:80000200 64'],
    ['48 FF 2B', 0x100100200n, Select.code64, 8, '33:100100200 64'],
    ['48 FF 2B', 1n << 62n, Select.code64, 8, '#GP(0)'],
    ['48 FF 2B', 0x100100200n, Select.code32, 8, '23:100200 32'],
    ['48 FF 2B', 0x100000200n, Select.shortCode, 8, '47:200 32'],
    ['66 FF 2B', 0x200, Select.code16, 2, '7:200 16'],
  ] as const)('%s with offset %i to selector %i of 64-bit code is %s', (code, offset, selector, bytes, expected) => {
    const memory = { [W + 0x100]: pointer(offset, selector, bytes) };
    expect(outcomeOf({ code, registers: { rbx: W + 0x100 }, memory })).toBe(expected);
  });

  it('takes the level of the caller for the RPL of CS', () => {
    expect(executeOne({ mode: 32, code: `EA ${pointer(W, Select.code32 & ~3, 4)}` }).get('cs')).toBe('23');
    expect(outcomeOf({ mode: 32, cpl: 0, code: `EA ${pointer(W, Select.innerCode32, 4)}` })).toBe('10:100000 32');
    expect(outcomeOf({ mode: 32, cpl: 0, code: `EA ${pointer(W, Select.innerCode32 | 3, 4)}` })).toBe('#GP(10)');
    expect(outcomeOf({ mode: 32, cpl: 0, code: `EA ${pointer(W, Select.code32, 4)}` })).toBe('#GP(20)');
  });

  it('reports the offset in memory before the selector', () => {
    expect(outcomeOf({ mode: 32, code: 'FF 2B', registers: { ebx: 0x10 } })).toBe('#PF(4) at 10');
  });
});

describe('far CALL', () => {
  const call = (selector: number, esp: number, setting: Omit<Setting, 'code'> = {}) =>
    executeOne({ mode: 32, ...setting, code: `9A ${pointer(0x200, selector, 4)}`, registers: { esp } });

  it('pushes CS as 32 bits, and where it comes from', () => {
    const { outcome, get, read } = call(Select.shortCode, W + 0x800);
    expect([outcome, get('cs'), get('eip'), get('esp')]).toEqual(['done', '47', '200', '1007f8']);
    expect(read(W + 0x7f8, 8)).toBe('07 34 10 00 23 00 00 00');
  });

  it.each([
    ['the selector, then the stack', Select.innerCode32, 0x2000, '#GP(10)'],
    ['the stack, then the offset', Select.code16, 0x2000, '#PF(6) at 1ffc'],
  ])('checks %s', (_, selector, esp, outcome) => {
    expect(call(selector, esp).outcome).toBe(outcome);
  });

  it('checks the offset', () => {
    const code = `9A ${pointer(0x4000, Select.shortCode, 4)}`;
    expect(outcomeOf({ mode: 32, code, registers: { esp: W + 0x800 } })).toBe('#GP(0)');
  });

  it.each<[string, Setting, string, number]>([
    [
      'flat, into 64-bit code',
      {
        mode: 32,
        code: `9A ${pointer(W + 0x200, Select.code64, 4)}`,
        segments: { ss: Select.short },
        registers: { esp: W + 0x802 },
      },
      '7fa',
      W + 0x7fa,
    ],
    [
      'through SS, out of 64-bit code',
      {
        code: 'FF 1B',
        segments: { ss: Select.data16 },
        registers: { rbx: W + 0x100, rsp: 0x1234000000100802n },
        memory: { [W + 0x100]: pointer(W + 0x200, Select.code32, 4) },
      },
      '7fa',
      W + 0x7fa,
    ],
  ])('pushes as the new code has the stack: %s', (_, setting, sp, address) => {
    const { outcome, get, read } = executeOne(setting);
    expect(outcome).toBe('done');
    expect(get('sp')).toBe(sp);
    expect(read(address + 4, 4)).toBe(setting.mode === 32 ? '23 00 00 00' : '33 00 00 00');
  });
});

describe('far RET', () => {
  const ret = (code: string, frame: string, setting: Omit<Setting, 'code'> = {}) =>
    executeOne({ mode: 32, registers: { rsp: W + 0x800 }, ...setting, code, memory: { [W + 0x800]: frame } });

  it.each([
    [Select.code32, '23:100200 32'],
    [Select.code64, '33:100200 64'],
    [Select.conforming | 3, '3b:100200 32'],
    [Select.conforming, '#GP(38)'],
    [Select.code32 & ~3, '#GP(20)'],
    [Select.innerCode32, '#GP(10)'],
    [Select.innerCode32 | 3, '#GP(10)'],
    [Select.data, '#GP(28)'],
    [Select.absentCode, '#NP(58)'],
    [Select.longAndBig, '#GP(60)'],
    [Select.callGate | 3, '#GP(48)'],
    [Select.beyond, '#GP(78)'],
    [0, '#GP(0)'],
    [Select.shortCode, '#GP(0)'],
  ])('to selector %i at CPL 3 is %s', (selector, expected) => {
    const { outcome, get, mode } = ret('CB', `${hexOf(W + 0x200, 4)} ${hexOf(selector, 2)} cd ab`);
    expect(outcome === 'done' ? `${get('cs')}:${get('rip')} ${mode}` : outcome).toBe(expected);
  });

  it.each([
    ['CA 10 00', 32, 4, '100818'],
    ['48 CA 10 00', 64, 8, '100820'],
    ['CB', 64, 4, '100808'],
  ] as const)('%s of %i-bit code releases its parameters', (code, mode, bytes, rsp) => {
    const frame = `${hexOf(W + 0x200, bytes)} ${hexOf(Select.code32, bytes)}`;
    expect(ret(code, frame, { mode }).get('rsp')).toBe(rsp);
  });

  it('reads CS first, and only its selector', () => {
    const memory = { [W + 0x3ffa]: `${hexOf(W + 0x200, 4)} 23 00` };
    const setting = { mode: 32, code: 'CB', memory } as const;
    expect(executeOne({ ...setting, registers: { esp: W + 0x3ffa } }).outcome).toBe('done');
    expect(executeOne({ ...setting, registers: { esp: W + 0x3ffe } }).outcome).toBe('#PF(4) at 104002');
  });

  it('goes out to CPL 3 with the stack that it finds, and forgets what is not for CPL 3', () => {
    const words = [W + 0x200, Select.code32, 0x11, W + 0x900, Select.data].map((word) => hexOf(word, 4));
    const { outcome, get, cpl } = ret('CA 04 00', words.join(' '), { cpl: 0 });
    expect([outcome, get('cs'), get('eip'), cpl]).toEqual(['done', '23', '100200', 3]);
    expect([get('ss'), get('esp'), get('ds'), get('es')]).toEqual(['2b', '100904', '0', '0']);
  });

  it.each([
    [Select.readOnly, '#GP(24)'],
    [Select.data & ~3, '#GP(28)'],
    [Select.absent, '#SS(34)'],
    [0, '#GP(0)'],
  ])('does not go out with SS %i', (selector, expected) => {
    const words = [W + 0x200, Select.code32, W + 0x900, selector].map((word) => hexOf(word, 4));
    expect(ret('CB', words.join(' '), { cpl: 0 }).outcome).toBe(expected);
  });
});

describe('in real mode', () => {
  it('jumps to selector * 16, within the limit of CS', () => {
    const jump = (code: string) => executeOne({ kind: 'real', delivers: false, code });
    const { outcome, get, state } = jump('EA 34 12 00 20');
    expect([outcome, get('cs'), get('ip'), state.segments[1].baseLo]).toEqual(['done', '2000', '1234', 0x20000]);
    expect(jump('66 EA 00 00 01 00 00 20').outcome).toBe('#GP(0)');
  });

  it('calls and comes back', () => {
    const called = executeOne({ kind: 'real', code: '9A 34 12 00 20', registers: { esp: 0xabcd0800 } });
    expect([called.get('cs'), called.get('ip'), called.get('esp')]).toEqual(['2000', '1234', 'abcd07fc']);
    expect(called.read(W + 0x7fc, 4)).toBe('05 34 00 10');
    const back = executeOne({
      kind: 'real',
      code: 'CA 02 00',
      registers: { esp: 0x7fc },
      memory: { [W + 0x7fc]: '05 34 00 10' },
    });
    expect([back.get('cs'), back.get('ip'), back.get('esp')]).toEqual(['1000', '3405', '802']);
  });
});
