import { describe, expect, it } from 'vitest';
import { executeOne, Select, type Setting, windowBase } from '../execute/segments/testing/execute-one.ts';

const W = windowBase;
const run = executeOne;

/** rSP after, and the stack there. */
const pushed = (setting: Setting, count: number): readonly string[] => {
  const { outcome, get, read } = run(setting);
  const ss = setting.segments?.ss ?? (setting.mode === 16 ? Select.data16 : Select.data);
  const isShort = ss !== Select.data;
  const top = Number.parseInt(get('rsp'), 16);
  return [outcome, get('rsp'), read(isShort ? W + (top & 0xffff) : top, count)];
};

describe('PUSH', () => {
  it.each<[string, Setting, number, readonly string[]]>([
    ['rSP as it was', { code: '54', registers: { rsp: W + 0x800 } }, 8, ['done', '1007f8', '00 08 10 00 00 00 00 00']],
    [
      '16 bits in 64-bit code',
      { code: '66 50', registers: { rsp: W + 0x800, rax: 0x1234 } },
      2,
      ['done', '1007fe', '34 12'],
    ],
    [
      'a sign-extended byte',
      { mode: 32, code: '6A 80', registers: { esp: W + 0x800 } },
      4,
      ['done', '1007fc', '80 ff ff ff'],
    ],
    [
      'ESP on a 16-bit stack',
      { mode: 16, code: '66 54', registers: { esp: 0xabcd0800 } },
      4,
      ['done', 'abcd07fc', '00 08 cd ab'],
    ],
    [
      'below 0, which wraps in 16 bits',
      { mode: 16, code: '50', registers: { esp: 0xabcd0000, eax: 0x1234 } },
      2,
      ['done', 'abcdfffe', '34 12'],
    ],
    [
      'a selector into the low half of a slot of 32 bits',
      { mode: 32, code: '06', registers: { esp: W + 0x800 }, memory: { [W + 0x7fc]: '11 11 11 11' } },
      4,
      ['done', '1007fc', '2b 00 11 11'],
    ],
    [
      'a selector into a whole slot of 64 bits',
      { code: '0F A0', registers: { rsp: W + 0x800 }, memory: { [W + 0x7f8]: '11 11 11 11 11 11 11 11' } },
      8,
      ['done', '1007f8', '00 00 00 00 00 00 00 00'],
    ],
    [
      'a selector at the very end of SS',
      { mode: 32, code: '06', segments: { ss: Select.short }, registers: { esp: 0x1002 } },
      2,
      ['done', 'ffe', '2b 00'],
    ],
  ])('pushes %s', (_, setting, count, expected) => {
    expect(pushed(setting, count)).toEqual(expected);
  });

  it.each([
    ['50', { rsp: 1n << 62n }, '#SS(0)'],
    ['FF 33', { rsp: 0x2000, rbx: 8 }, '#PF(4) at 8'],
    ['50', { rsp: 0x2000 }, '#PF(6) at 1ff8'],
  ])('answers %s with %o by %s', (code, registers, outcome) => {
    expect(run({ code, registers }).outcome).toBe(outcome);
  });
});

describe('POP', () => {
  const memory = { [W + 0x800]: '88 77 66 55 44 33 22 11' };

  it.each([
    ['5C', 64, { rsp: W + 0x800 }, '1122334455667788'],
    ['66 5C', 64, { rsp: W + 0x800 }, '107788'],
    ['66 5C', 32, { esp: W + 0x800 }, '107788'],
    ['66 5C', 16, { esp: 0xabcd0800 }, '55667788'],
    ['5C', 16, { esp: 0xabcd0800 }, 'abcd7788'],
  ] as const)('%s of %i-bit code leaves rSP as popped', (code, mode, registers, rsp) => {
    const { outcome, get } = run({ code, mode, registers, memory });
    expect([outcome, get('rsp')]).toEqual(['done', rsp]);
  });

  it('moves rSP on before it wraps into the upper half', () => {
    const { get } = run({ mode: 32, code: '66 5C', registers: { esp: W + 0x3ffe }, memory: { [W + 0x3ffe]: '00 08' } });
    expect(get('esp')).toBe('100800');
  });

  it('addresses its destination after rSP has moved', () => {
    const { read } = run({ mode: 32, code: '8F 04 24', registers: { esp: W + 0x800 }, memory });
    expect(read(W + 0x804, 4)).toBe('88 77 66 55');
  });

  it.each([
    ['the stack first', { mode: 32, code: '8F 03', registers: { esp: 0x4000, ebx: 8 } }, '#PF(4) at 4000'],
    ['a destination that is not mapped', { mode: 32, code: '8F 03', registers: { esp: W, ebx: 8 } }, '#PF(6) at 8'],
  ] as const)('reports %s', (_, setting, outcome) => {
    const { outcome: said, get } = run(setting);
    expect([said, get('esp')]).toEqual([outcome, setting.registers.esp.toString(16)]);
  });

  it.each([
    ['07', 32, { esp: W + 0x3ffe }, { [W + 0x3ffe]: '0f 00' }, 'es'],
    ['0F A1', 64, { rsp: W + 0x3ffc }, { [W + 0x3ffc]: '0f 00 cd ab' }, 'fs'],
  ] as const)('%s of %i-bit code reads a selector only', (code, mode, registers, stack, name) => {
    const { outcome, state } = run({ code, mode, registers, memory: stack });
    const segment = state.segments[name === 'es' ? 0 : 4];
    expect([outcome, segment.selector, segment.baseLo]).toEqual(['done', 0x0f, W]);
  });
});

describe('PUSHA and POPA', () => {
  const registers = { eax: 1, ecx: 2, edx: 3, ebx: 4, ebp: 5, esi: 6, edi: 7, esp: 0xabcd0810 };

  it('pushes eight registers, rSP as it was', () => {
    const words = '07 00 06 00 05 00 10 08 04 00 03 00 02 00 01 00';
    expect(pushed({ mode: 16, code: '60', registers }, 16)).toEqual(['done', 'abcd0800', words]);
  });

  it('pops seven registers and passes over rSP', () => {
    const { get } = run({
      mode: 32,
      code: '66 61',
      registers: { esp: W + 0x800 },
      memory: { [W + 0x800]: '07 00 06 00 05 00 ff ff 04 00 03 00 02 00 01 00' },
    });
    const names = ['edi', 'esi', 'ebp', 'ebx', 'edx', 'ecx', 'eax', 'esp'];
    expect(names.map(get)).toEqual(['7', '6', '5', '4', '3', '2', '1', '100810']);
  });

  it('does nothing where one of the items has no room', () => {
    const { outcome, get, read } = run({ mode: 16, code: '60', registers: { ...registers, esp: 7 } });
    expect([outcome, get('esp'), read(W, 7)]).toEqual(['#SS(0)', '7', '00 00 00 00 00 00 00']);
  });
});

describe('PUSHF and POPF', () => {
  it.each([
    ['9C', 64, 8, '46 4a 24 00 00 00 00 00'],
    ['66 9C', 64, 2, '46 4a'],
  ] as const)('%s shows all flags but VM and RF', (code, mode, count, image) => {
    const [, , stack] = pushed({ code, mode, registers: { rsp: W + 0x800, rflags: 0x254a46 } }, count);
    expect(stack).toBe(image);
  });

  it.each([
    ['9D', 64, 'ff ff ff ff ff ff ff ff', '244dd7'],
    ['9D', 64, '00 00 00 00 00 00 00 00', '202'],
    ['66 9D', 64, 'ff ff', '4fd7'],
    ['9D', 32, 'ff ff ff ff', '244dd7'],
  ] as const)('%s of %i-bit code at CPL 3 leaves IOPL, IF and what is for the system', (code, mode, image, flags) => {
    const { get } = run({ code, mode, registers: { rsp: W + 0x800, rflags: 0x202 }, memory: { [W + 0x800]: image } });
    expect((Number.parseInt(get('rflags'), 16) & ~0x200).toString(16)).toBe(
      (Number.parseInt(flags, 16) & ~0x200).toString(16),
    );
    expect(Number.parseInt(get('rflags'), 16) & 0x200).toBe(0x200);
  });

  it.each(['9C', '9D'])('%s is #GP(0) in virtual-8086 mode below IOPL 3', (code) => {
    expect(run({ kind: 'virtual-8086', code, registers: { esp: 0x800 } }).outcome).toBe('#GP(0)');
    expect(run({ kind: 'virtual-8086', code, registers: { esp: 0x800, iopl: 3 } }).outcome).toBe('done');
  });
});

describe('ENTER', () => {
  const registers = { esp: 0xabcd0800, ebp: 0x12340900 };
  const memory = { [W + 0x8fa]: '01 02 03 04 05 06' };

  it.each<[string, Setting, readonly string[]]>([
    ['C8 10 00 00', { mode: 16, code: '', registers }, ['abcd07ee', '123407fe']],
    ['66 C8 10 00 00', { mode: 16, code: '', registers }, ['abcd07ec', 'abcd07fc']],
    ['66 C8 00 00 00', { mode: 16, code: '', registers: { esp: 0xabcd0000, ebp: 0 } }, ['abcdfffc', 'abccfffc']],
    ['66 C8 10 00 03', { mode: 32, code: '', registers, segments: { ss: Select.data16 } }, ['abcd07e8', '123407fe']],
    ['C8 10 00 00', { code: '', registers: { rsp: W + 0x800, rbp: 1 } }, ['1007e8', '1007f8']],
    ['66 C8 10 00 00', { code: '', registers: { rsp: W + 0x800, rbp: 0x123456789abcn } }, ['1007ee', '1234567807fe']],
    ['C8 10 00 23', { code: '', registers: { rsp: W + 0x800, rbp: W + 0x900 } }, ['1007d0', '1007f8']],
  ])('%s leaves rSP and rBP of the sizes of stack and operand', (code, setting, expected) => {
    const { outcome, get } = run({ ...setting, code });
    expect([outcome, get('rsp'), get('rbp')]).toEqual(['done', ...expected]);
  });

  it('pushes rBP, the display and the frame', () => {
    const { read } = run({ mode: 16, code: 'C8 00 00 03', registers, memory });
    expect(read(W + 0x7f8, 8)).toBe('fe 07 03 04 05 06 00 09');
  });

  it('reads a display that it has just pushed', () => {
    const { read } = run({ code: 'C8 00 00 03', registers: { rsp: W + 0x818, rbp: W + 0x818 } });
    const [frame, pointer] = ['10 08 10 00 00 00 00 00', '18 08 10 00 00 00 00 00'];
    expect(read(W + 0x7f8, 32)).toBe([frame, pointer, pointer, pointer].join(' '));
  });

  it.each([
    ['C8 00 10 00', { rsp: W + 0x800 }, '#PF(6) at ff7f8'],
    ['C8 F8 07 00', { rsp: W + 0x800 }, 'done'],
    ['C8 F9 07 00', { rsp: W + 0x800 }, '#PF(6) at fffff'],
    ['C8 10 00 02', { rsp: W + 8, rbp: 8 }, '#PF(4) at 0'],
  ])('%s is checked at the end of the frame: %o is %s', (code, registers, outcome) => {
    expect(run({ code, registers }).outcome).toBe(outcome);
  });
});

describe('LEAVE', () => {
  const memory = { [W + 0x800]: '11 22 33 44 55 66 77 08' };

  it.each([
    ['C9', 64, { rbp: W + 0x800 }, '100808', '877665544332211'],
    ['66 C9', 64, { rbp: W + 0x800 }, '100802', '102211'],
    ['66 C9', 16, { esp: 0xabcd0100, ebp: 0x99990800 }, 'abcd0804', '44332211'],
    ['C9', 16, { esp: 0xabcd0100, ebp: 0x99990800 }, 'abcd0802', '99992211'],
  ] as const)('%s of %i-bit code takes %o back', (code, mode, registers, rsp, rbp) => {
    const { get } = run({ code, mode, registers, memory });
    expect([get('rsp'), get('rbp')]).toEqual([rsp, rbp]);
  });
});
