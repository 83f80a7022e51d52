import { describe, expect, it } from 'vitest';
import { executeOne, Select, type Setting, windowBase } from '../execute/segments/testing/execute-one.ts';

const W = windowBase;
const down = { rflags: 0x400 } as const;
const memory = { [W + 0x100]: '01 02 03 04 05 06 07 08', [W + 0x200]: '01 02 04 04 05 06 07 08' };
const pointers = { rsi: W + 0x100, rdi: W + 0x200 } as const;

const run = (code: string, registers: Setting['registers'] = {}, setting: Omit<Setting, 'code'> = {}) =>
  executeOne({ memory, ...setting, code, registers: { ...pointers, ...registers } });

describe('MOVS, STOS, LODS', () => {
  it.each([
    ['A4', {}, '01', '100101', '100201'],
    ['66 A5', {}, '01 02', '100102', '100202'],
    ['A5', {}, '01 02 03 04', '100104', '100204'],
    ['48 A5', {}, '01 02 03 04 05 06 07 08', '100108', '100208'],
    ['48 A5', down, '01 02 03 04 05 06 07 08', '1000f8', '1001f8'],
    ['AA', { rax: 0x77 }, '77 02', '100100', '100201'],
    ['48 AB', { rax: 0x1122334455667788n }, '88 77 66 55 44 33 22 11', '100100', '100208'],
  ])('%s with %o stores %s', (code, registers, stored, rsi, rdi) => {
    const { outcome, get, read } = run(code, registers);
    const bytes = stored.split(' ').length;
    expect([outcome, read(W + 0x200, bytes), get('rsi'), get('rdi')]).toEqual(['done', stored, rsi, rdi]);
  });

  it.each([
    ['AC', 'ffffffffffffff01'],
    ['66 AD', 'ffffffffffff0201'],
    ['AD', '4030201'],
    ['48 AD', '807060504030201'],
  ])('%s loads into its register: %s', (code, rax) => {
    const { get } = run(code, { rax: 0xffffffffffffffffn });
    expect(get('rax')).toBe(rax);
  });

  it.each([
    ['67 A4', 64, 0xffffffff00100100n, 0xffffffff00100200n, '100101', '100201'],
    ['67 A4', 32, 0xabcd0100n, 0xabcdffffn, 'abcd0101', 'abcd0000'],
  ] as const)('%s of %i-bit code moves pointers of the address size', (code, mode, rsi, rdi, toSi, toDi) => {
    const segments = mode === 32 ? { ds: Select.data32, es: Select.data32 } : {};
    const { outcome, get } = run(code, { rsi, rdi }, { mode, segments });
    expect([outcome, get('rsi'), get('rdi')]).toEqual(['done', toSi, toDi]);
  });

  it('reports the source before the destination', () => {
    expect(run('A4', { rsi: 0x10, rdi: 0x2010 }).outcome).toBe('#PF(4) at 10');
  });
});

describe('CMPS and SCAS', () => {
  // Bits O, S, Z, A, P, C of RFLAGS.
  const status = (flags: string): string => (Number.parseInt(flags, 16) & 0x8d5).toString(16);

  it.each([
    ['A6', {}, '44', '100101', '100201'],
    ['A7', {}, '85', '100104', '100204'],
    ['A6', { ...down, rsi: W + 0x102, rdi: W + 0x202 }, '95', '100101', '100201'],
    ['AE', { rax: 0x80 }, '810', '100100', '100201'],
    ['AE', { rax: 1, ...down }, '44', '100100', '1001ff'],
    ['48 AF', { rax: 0 }, '95', '100100', '100208'],
  ])('%s with %o has flags as CMP', (code, registers, flags, rsi, rdi) => {
    const { outcome, get } = run(code, registers);
    expect([outcome, status(get('rflags')), get('rsi'), get('rdi')]).toEqual(['done', flags, rsi, rdi]);
  });

  it('reports ES:rDI before the source', () => {
    expect(run('A6', { rsi: 0x10, rdi: 0x2010 }).outcome).toBe('#PF(4) at 2010');
  });
});

describe('ports', () => {
  it.each(['6C', '6E', 'EC', 'EE', 'E4 80', 'E7 80'])('%s is #GP(0) above IOPL, whatever its memory', (code) => {
    expect(run(code, { rsi: 0x10, rdi: 0x10 }).outcome).toBe('#GP(0)');
  });

  it('is for the I/O map alone in virtual-8086 mode, which permits nothing here', () => {
    expect(run('EC', { iopl: 3 }, { kind: 'virtual-8086' }).outcome).toBe('#GP(0)');
  });

  it.each([
    ['6C', '#PF(6) at 10'],
    ['6E', '#PF(4) at 10'],
  ])('%s checks its memory before the port is asked', (code, outcome) => {
    expect(run(code, { rsi: 0x10, rdi: 0x10, iopl: 3 }).outcome).toBe(outcome);
  });
});
