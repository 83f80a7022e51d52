import { describe, expect, it } from 'vitest';
import { executeOne, Select, type Setting, windowBase } from '../execute/segments/testing/execute-one.ts';

const W = windowBase;

/** What came of it, and rIP. */
const outcomeOf = (setting: Setting): string => {
  const { outcome, get } = executeOne(setting);
  return outcome === 'done' ? `to ${get('rip')}` : outcome;
};

const flags = { cf: 0x1, pf: 0x4, zf: 0x40, sf: 0x80, of: 0x800 } as const;

describe('Jcc', () => {
  it.each([
    ['70', 'JO', [flags.of]],
    ['72', 'JB', [flags.cf]],
    ['74', 'JE', [flags.zf]],
    ['76', 'JBE', [flags.cf, flags.zf]],
    ['78', 'JS', [flags.sf]],
    ['7A', 'JP', [flags.pf]],
    ['7C', 'JL', [flags.sf, flags.of]],
    ['7E', 'JLE', [flags.zf, flags.sf, flags.of]],
  ])('%s (%s) jumps where one of its flags is set, and its opposite where none is', (opcode, _, ones) => {
    const opposite = (Number.parseInt(opcode, 16) + 1).toString(16);
    const jump = (code: string, rflags: number) => outcomeOf({ code: `${code} 10`, registers: { rflags } });
    for (const rflags of ones) {
      expect(jump(opcode, rflags)).toBe('to 103412');
      expect(jump(opposite, rflags)).toBe('to 103402');
    }
    expect([jump(opcode, 0), jump(opposite, 0)]).toEqual(['to 103402', 'to 103412']);
  });

  it('compares SF with OF', () => {
    const registers = { rflags: flags.sf | flags.of };
    expect([outcomeOf({ code: '7C 10', registers }), outcomeOf({ code: '7E 10', registers })]).toEqual([
      'to 103402',
      'to 103402',
    ]);
  });

  it('checks the limit of CS only where it jumps', () => {
    const setting = { mode: 32, code: '0F 84 00 10 00 00', segments: { cs: Select.shortCode } } as const;
    expect(outcomeOf({ ...setting, registers: { eflags: flags.zf } })).toBe('#GP(0)');
    expect(outcomeOf(setting)).toBe('to 3406');
  });
});

describe('LOOP and JCXZ', () => {
  it.each([
    ['E2 10', 64, 2n, 'to 103412', '1'],
    ['E2 10', 64, 1n, 'to 103402', '0'],
    ['E2 10', 64, 0n, 'to 103412', 'ffffffffffffffff'],
    ['67 E2 10', 64, 0xffffffff00000000n, 'to 103413', 'ffffffff'],
    ['67 E2 10', 64, 0xffffffff00000001n, 'to 103403', '0'],
    ['67 E2 10', 32, 0x10000n, 'to 103413', '1ffff'],
    ['66 E2 10', 32, 5n, 'to 3413', '4'],
    ['E1 10', 64, 2n, 'to 103402', '1'],
    ['E0 10', 64, 2n, 'to 103412', '1'],
    ['E3 10', 64, 0n, 'to 103412', '0'],
    ['67 E3 10', 64, 0xffffffff00000000n, 'to 103413', 'ffffffff00000000'],
    ['E3 10', 16, 0x10000n, 'to 3412', '10000'],
  ] as const)('%s of %i-bit code with %i goes %s and leaves rCX %s', (code, mode, rcx, way, after) => {
    const setting = { mode, code, registers: { rcx } };
    expect([outcomeOf(setting), executeOne(setting).get('rcx')]).toEqual([way, after]);
  });

  it('does not count where the jump faults', () => {
    const { outcome, get } = executeOne({
      mode: 32,
      code: '',
      segments: { cs: Select.shortCode },
      registers: { ecx: 5, eip: 0x3ffd },
      memory: { [W + 0x3ffd]: 'E2 10' },
    });
    expect([outcome, get('ecx'), get('eip')]).toEqual(['#GP(0)', '5', '3ffd']);
  });
});

describe('near JMP, CALL and RET', () => {
  it.each<[string, Omit<Setting, 'code'>, string]>([
    ['EB 10', {}, 'to 103412'],
    ['66 EB 10', { profile: 'intel' }, 'to 103413'],
    ['66 EB 10', { profile: 'amd-zen3' }, 'to 3413'],
    ['E9 FD CF', { mode: 16 }, 'to 400'],
    ['FF E0', { registers: { rax: 0x12345678 } }, 'to 12345678'],
    ['FF E0', { registers: { rax: 1n << 62n } }, '#GP(0)'],
    ['66 FF E0', { mode: 32, registers: { eax: 0x12345678 } }, 'to 5678'],
    ['FF 23', { registers: { rbx: W }, memory: { [W]: '11 22 33 00 00 00 00 00' } }, 'to 332211'],
    ['FF E0', { mode: 32, segments: { cs: Select.shortCode }, registers: { eax: 0x4000 } }, '#GP(0)'],
  ])('%s with %o: %s', (code, setting, expected) => {
    expect(outcomeOf({ ...setting, code })).toBe(expected);
  });

  it('pushes the address of what follows', () => {
    const { outcome, get, read } = executeOne({ code: 'E8 10 00 00 00', registers: { rsp: W + 0x800 } });
    expect([outcome, get('rip'), get('rsp')]).toEqual(['done', '103415', '1007f8']);
    expect(read(W + 0x7f8, 8)).toBe('05 34 10 00 00 00 00 00');
  });

  it('calls by memory at rSP as it was', () => {
    const { get } = executeOne({
      mode: 32,
      code: 'FF 14 24',
      registers: { esp: W + 0x800 },
      memory: { [W + 0x800]: '00 02 10 00' },
    });
    expect([get('eip'), get('esp')]).toEqual(['100200', '1007fc']);
  });

  it.each([
    ['the target in memory, then the stack', { code: 'FF 13', registers: { rsp: 0x2000, rbx: 8 } }, '#PF(4) at 8'],
    ['the stack, then the target', { code: 'FF D0', registers: { rsp: 0x2000, rax: 1n << 62n } }, '#PF(6) at 1ff8'],
    ['the target', { code: 'FF D0', registers: { rsp: W + 0x800, rax: 1n << 62n } }, '#GP(0)'],
  ])('checks %s', (_, setting, outcome) => {
    expect(outcomeOf(setting)).toBe(outcome);
  });

  it.each([
    ['C3', 64, 'to 11223344', '100808'],
    ['C2 10 00', 64, 'to 11223344', '100818'],
    ['66 C2 10 00', 64, 'to 11223344', '100818'],
    ['66 C3', 32, 'to 3344', '100802'],
    ['C2 00 FF', 16, 'to 3344', 'abcd0702'],
    ['66 C3', 16, '#GP(0)', 'abcd0800'],
  ] as const)('%s of %i-bit code goes %s', (code, mode, way, rsp) => {
    const setting = {
      mode,
      code,
      registers: { rsp: mode === 16 ? 0xabcd0800 : W + 0x800 },
      memory: { [W + 0x800]: '44 33 22 11 00 00 00 00' },
    };
    expect([outcomeOf(setting), executeOne(setting).get('rsp')]).toEqual([way, rsp]);
  });
});

describe('interrupts and undefined opcodes', () => {
  it.each<[string, Omit<Setting, 'code'>, string]>([
    ['CC', {}, 'trap #BP'],
    ['CD 03', {}, 'trap #BP'],
    ['CD 04', {}, 'trap #OF'],
    ['CD 20', {}, '#GP(102)'],
    ['CD 01', {}, '#GP(a)'],
    ['CE', { mode: 32, registers: { eflags: 0x800 } }, 'trap #OF'],
    ['CE', { mode: 32 }, 'to 103401'],
    ['F1', {}, 'trap vector 1'],
    ['0F 0B', {}, '#UD'],
    ['0F B9 00', {}, '#UD'],
    ['0F FF 00', {}, '#UD'],
  ])('%s with %o is %s', (code, setting, expected) => {
    expect(outcomeOf({ ...setting, code })).toBe(expected);
  });

  it('has rIP after the instruction when it traps', () => {
    expect(executeOne({ code: 'CD 03' }).get('rip')).toBe('103402');
  });
});

describe('BOUND', () => {
  const memory = { [W + 0x100]: 'fe ff ff ff 09 00 00 00', [W + 0x3ffc]: '00 00 00 00' };

  it.each([
    [9, W + 0x100, 'to 103402'],
    [10, W + 0x100, '#BR'],
    [0xffffffff, W + 0x100, 'to 103402'],
    [0xfffffffd, W + 0x100, '#BR'],
    [1, W + 0x3ffc, '#PF(4) at 104000'],
    [0x80000000, W + 0x3ffc, '#BR'],
  ])('of %i with bounds at %i is %s', (eax, ebx, expected) => {
    expect(outcomeOf({ mode: 32, code: '62 03', registers: { eax, ebx }, memory })).toBe(expected);
  });

  it('reads the upper bound where the address wraps', () => {
    const bounds = { [W + 0xfffe]: '00 00', [W]: '05 00' };
    expect(outcomeOf({ mode: 16, code: '62 07', registers: { eax: 5, ebx: 0xfffe }, memory: bounds })).toBe('to 3402');
    expect(outcomeOf({ mode: 16, code: '62 07', registers: { eax: 6, ebx: 0xfffe }, memory: bounds })).toBe('#BR');
  });
});
