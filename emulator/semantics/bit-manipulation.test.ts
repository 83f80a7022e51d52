import { describe, expect, it } from 'vitest';
import { executeOne, windowBase } from '../execute/segments/testing/execute-one.ts';

/** Bits O, S, Z and C of RFLAGS: the others are undefined. */
const known = 0x8c1;
const all = 0x8d5;

const run = (code: string, registers: Record<string, number | bigint>, rflags = all) => {
  const { outcome, get } = executeOne({ code, registers: { ...registers, rflags } });
  return { outcome, get, flags: (Number.parseInt(get('rflags'), 16) & known).toString(16) };
};

describe('BMI1', () => {
  it.each([
    // rBX, rCX, then RAX and its flags.
    ['andn eax, ebx, ecx', 'C4 E2 60 F2 C1', 0x0fn, 0xffn, 'f0', '0'],
    ['andn rax, rbx, rcx', 'C4 E2 E0 F2 C1', 0x0fn, 0x80000000000000ffn, '80000000000000f0', '80'],
    ['andn eax, ebx, ecx', 'C4 E2 60 F2 C1', 0xffn, 0x0fn, '0', '40'],
    ['bextr eax, ecx, ebx', 'C4 E2 60 F7 C1', 0x0804n, 0x12345n, '34', '0'],
    ['bextr eax, ecx, ebx', 'C4 E2 60 F7 C1', 0xff00n, 0xffffffffn, 'ffffffff', '0'],
    ['bextr eax, ecx, ebx', 'C4 E2 60 F7 C1', 0x0820n, 0xffffffffn, '0', '40'],
    ['bextr rax, rcx, rbx', 'C4 E2 E0 F7 C1', 0x4020n, 0x123456789abcdef0n, '12345678', '0'],
    ['blsr eax, ecx', 'C4 E2 78 F3 C9', 0n, 0x30n, '20', '0'],
    ['blsr eax, ecx', 'C4 E2 78 F3 C9', 0n, 0n, '0', '41'],
    ['blsmsk eax, ecx', 'C4 E2 78 F3 D1', 0n, 0x30n, '1f', '0'],
    ['blsmsk eax, ecx', 'C4 E2 78 F3 D1', 0n, 0n, 'ffffffff', '81'],
    ['blsi eax, ecx', 'C4 E2 78 F3 D9', 0n, 0x30n, '10', '1'],
    ['blsi rax, rcx', 'C4 E2 F8 F3 D9', 0n, 0x8000000000000000n, '8000000000000000', '81'],
    ['blsi eax, ecx', 'C4 E2 78 F3 D9', 0n, 0n, '0', '40'],
  ])('%s (%s) of %d and %d gives %s and flags %s', (_, code, rbx, rcx, rax, expected) => {
    const { outcome, get, flags } = run(code, { rax: 0xffffffffffffffffn, rbx, rcx });
    expect([outcome, get('rax'), flags]).toEqual(['done', rax, expected]);
  });
});

describe('BMI2', () => {
  it.each([
    ['bzhi eax, ecx, ebx', 'C4 E2 60 F5 C1', 4n, 0xffffffffn, 'f', '0'],
    ['bzhi eax, ecx, ebx', 'C4 E2 60 F5 C1', 0x120n, 0x80000000n, '80000000', '81'],
    ['bzhi eax, ecx, ebx', 'C4 E2 60 F5 C1', 0n, 0xffffffffn, '0', '40'],
  ])('%s (%s) of %d and %d gives %s and flags %s', (_, code, rbx, rcx, rax, expected) => {
    const { get, flags } = run(code, { rbx, rcx });
    expect([get('rax'), flags]).toEqual([rax, expected]);
  });

  it.each([
    ['pdep eax, ebx, ecx', 'C4 E2 63 F5 C1', 0x5n, 0xf0n, '50'],
    ['pext eax, ebx, ecx', 'C4 E2 62 F5 C1', 0x50n, 0xf0n, '5'],
    ['rorx eax, ecx, 4', 'C4 E3 7B F0 C1 04', 0n, 0x12345678n, '81234567'],
    ['rorx rax, rcx, 68', 'C4 E3 FB F0 C1 44', 0n, 0x12345678n, '8000000001234567'],
    ['shlx eax, ecx, ebx', 'C4 E2 61 F7 C1', 0x24n, 0x80000001n, '10'],
    ['shrx rax, rcx, rbx', 'C4 E2 E3 F7 C1', 0x44n, 0x8000000000000000n, '800000000000000'],
    ['sarx eax, ecx, ebx', 'C4 E2 62 F7 C1', 0x04n, 0x80000000n, 'f8000000'],
  ])('%s (%s) of %d and %d gives %s, and leaves the flags alone', (_, code, rbx, rcx, rax) => {
    const { get } = run(code, { rax: 0xffffffffffffffffn, rbx, rcx });
    expect([get('rax'), Number.parseInt(get('rflags'), 16) & all]).toEqual([rax, all]);
  });

  it('multiplies rDX without flags, the high half last where both go to one register', () => {
    const registers = { rdx: 0xffffffffn, rcx: 0xffffffffn, rbx: 1n };
    const apart = run('C4 E2 63 F6 C1', registers);
    expect([apart.get('rax'), apart.get('rbx')]).toEqual(['fffffffe', '1']);
    const together = run('C4 E2 7B F6 C1', registers);
    expect([together.get('rax'), Number.parseInt(together.get('rflags'), 16) & all]).toEqual(['fffffffe', all]);
  });
});

describe('CMPccXADD', () => {
  const memory = { [windowBase + 0x100]: '05 00 00 00' };
  const compare = (code: string, rax: number) => {
    const world = executeOne({ code, memory, registers: { rdi: windowBase + 0x100, rax, rcx: 3 } });
    return [
      world.outcome,
      world.read(windowBase + 0x100, 4),
      world.get('rax'),
      (Number.parseInt(world.get('rflags'), 16) & all).toString(16),
    ];
  };

  it.each([
    ['cmpzxadd', 'C4 E2 71 E4 07', 5, '08 00 00 00', '44'],
    ['cmpzxadd', 'C4 E2 71 E4 07', 6, '05 00 00 00', '95'],
    ['cmpnzxadd', 'C4 E2 71 E5 07', 6, '08 00 00 00', '95'],
    ['cmpbxadd', 'C4 E2 71 E2 07', 6, '08 00 00 00', '95'],
    ['cmpnbxadd', 'C4 E2 71 E3 07', 6, '05 00 00 00', '95'],
    ['cmplexadd', 'C4 E2 71 EE 07', 5, '08 00 00 00', '44'],
    ['cmpnlexadd', 'C4 E2 71 EF 07', 4, '08 00 00 00', '0'],
    ['cmplxadd', 'C4 E2 71 EC 07', 0xffffffff, '05 00 00 00', '15'],
  ])(
    '%s (%s) with 5 in memory and %d beside it leaves %s, and the flags of the comparison',
    (_, code, rax, stored, flags) => {
      expect(compare(code, rax)).toEqual(['done', stored, '5', flags]);
    },
  );

  it('faults where memory is not aligned', () => {
    const registers = { rdi: windowBase + 0x102 };
    expect(executeOne({ code: 'C4 E2 71 E4 07', registers }).outcome).toBe('#GP(0)');
  });
});
