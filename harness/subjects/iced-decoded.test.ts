import { afterAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import type { AnswerOperand, Decoded } from '../subject.ts';
import { createIced } from './iced.ts';

const iced = createIced();
afterAll(() => iced.close());

const decoded = async (hex: string, mode: Mode): Promise<Decoded> => {
  const bytes = Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));
  const [answer] = await iced.decode([{ bytes, mode, vendor: 'intel' }]);
  if (answer?.status !== 'valid') throw new Error(`${hex}: ${answer?.status}`);
  return answer;
};

type Memory = Extract<AnswerOperand, { kind: 'memory' }>;
const memory = (change: Partial<Memory>): AnswerOperand => ({
  kind: 'memory',
  segment: 'ds',
  base: null,
  index: null,
  scale: 1,
  displacement: 0n,
  addressBits: 64,
  bits: 32,
  access: 'r',
  ...change,
});
const reg = (register: string, bits: number, access: AnswerOperand['access'] = 'w'): AnswerOperand =>
  ({ kind: 'register', register, bits, access }) as AnswerOperand;

describe('operands', () => {
  it.each<[string, Mode, string, readonly AnswerOperand[]]>([
    ['8-bit registers by their SDM names', 64, '44 88 C0', [reg('al', 8), reg('r8b', 8, 'r')]],
    ['high and low bytes', 64, '88 E0', [reg('al', 8), reg('ah', 8, 'r')]],
    ['control registers of 64 bits', 64, '44 0F 20 C0', [reg('rax', 64), reg('cr8', 64, 'r')]],
    ['control registers of 32 bits', 32, '0F 20 C0', [reg('eax', 32), reg('cr0', 32, 'r')]],
    ['segment registers', 64, '8E D8', [reg('ds', 16), reg('eax', 32, 'r')]],
    ['bounds', 64, 'F3 0F 1A C1', [reg('bnd0', 128, 'r'), reg('rcx', 64, 'r')]],
    [
      'base, index, scale and disp8',
      64,
      '8B 44 8D F0',
      [
        reg('eax', 32),
        memory({ segment: 'ss', base: 'rbp', index: 'rcx', scale: 4, displacement: 0xffff_ffff_ffff_fff0n }),
      ],
    ],
    [
      'a negative disp32 of 32-bit addressing',
      32,
      '8B 80 00 00 00 80',
      [reg('eax', 32), memory({ base: 'eax', displacement: 0xffff_ffff_8000_0000n, addressBits: 32 })],
    ],
    [
      '16-bit addressing',
      16,
      '8B 42 FE',
      [
        reg('ax', 16),
        memory({
          segment: 'ss',
          base: 'bp',
          index: 'si',
          displacement: 0xffff_ffff_ffff_fffen,
          addressBits: 16,
          bits: 16,
        }),
      ],
    ],
    [
      'a 16-bit address',
      16,
      '8B 06 FE FF',
      [reg('ax', 16), memory({ displacement: 0xfffen, addressBits: 16, bits: 16 })],
    ],
    [
      'a 32-bit address',
      32,
      '8B 05 00 00 00 80',
      [reg('eax', 32), memory({ displacement: 0x8000_0000n, addressBits: 32 })],
    ],
    [
      'an address of disp32 sign-extended to 64 bits',
      64,
      '8B 04 25 00 00 00 80',
      [reg('eax', 32), memory({ displacement: 0xffff_ffff_8000_0000n })],
    ],
    [
      'index without base',
      64,
      '8B 04 8D 10 00 00 00',
      [reg('eax', 32), memory({ index: 'rcx', scale: 4, displacement: 0x10n })],
    ],
    ['RIP-relative memory', 64, '8B 05 10 00 00 00', [reg('eax', 32), memory({ base: 'rip', displacement: 0x10n })]],
    [
      'RIP-relative memory before an immediate',
      64,
      'C7 05 F0 FF FF FF 01 00 00 00',
      [
        memory({ base: 'rip', displacement: 0xffff_ffff_ffff_fff0n, access: 'w' }),
        { kind: 'immediate', value: 1n, bits: 32 },
      ],
    ],
    [
      'EIP-relative memory below zero',
      64,
      '67 8B 05 00 00 00 80',
      [reg('eax', 32), memory({ base: 'eip', displacement: 0xffff_ffff_8000_0000n, addressBits: 32 })],
    ],
    [
      'moffs of 64 bits',
      64,
      'A1 01 00 00 00 00 00 00 80',
      [reg('eax', 32), memory({ displacement: 0x8000_0000_0000_0001n })],
    ],
    [
      'moffs of 32 bits',
      64,
      '67 A1 00 00 00 80',
      [reg('eax', 32), memory({ displacement: 0x8000_0000n, addressBits: 32 })],
    ],
    ['a segment override', 32, '64 8B 00', [reg('eax', 32), memory({ segment: 'fs', base: 'eax', addressBits: 32 })]],
    [
      'an override that 64-bit mode ignores',
      64,
      '26 8B 45 00',
      [reg('eax', 32), memory({ segment: 'ss', base: 'rbp' })],
    ],
    [
      'string memory',
      64,
      '65 67 A4',
      [
        memory({ segment: 'es', base: 'edi', addressBits: 32, bits: 8, access: 'w' }),
        memory({ segment: 'gs', base: 'esi', addressBits: 32, bits: 8 }),
      ],
    ],
    [
      'string memory under an ignored override',
      64,
      '26 A4',
      [memory({ segment: 'es', base: 'rdi', bits: 8, access: 'w' }), memory({ base: 'rsi', bits: 8 })],
    ],
    ['XLATB', 16, 'D7', [memory({ base: 'bx', index: 'al', addressBits: 16, bits: 8 })]],
    ['memory without size', 64, '48 8D 03', [reg('rax', 64), memory({ base: 'rbx', bits: 0, access: '' })]],
    ['memory never touched', 64, '0F 1F 03', [memory({ base: 'rbx', access: '' })]],
    ['memory with selector', 32, 'FF 1B', [memory({ base: 'ebx', addressBits: 32, bits: 48 })]],
    [
      'imm8 sign-extended to 16 bits',
      16,
      '83 C0 80',
      [reg('ax', 16, 'rw'), { kind: 'immediate', value: 0xff80n, bits: 16 }],
    ],
    [
      'imm8 sign-extended to 32 bits',
      32,
      '83 C0 80',
      [reg('eax', 32, 'rw'), { kind: 'immediate', value: 0xffff_ff80n, bits: 32 }],
    ],
    ['imm8 sign-extended to 64 bits', 64, '6A 80', [{ kind: 'immediate', value: 0xffff_ffff_ffff_ff80n, bits: 64 }]],
    [
      'imm32 sign-extended to 64 bits',
      64,
      '48 05 00 00 00 80',
      [reg('rax', 64, 'rw'), { kind: 'immediate', value: 0xffff_ffff_8000_0000n, bits: 64 }],
    ],
    [
      'imm64',
      64,
      '48 B8 01 00 00 00 00 00 00 80',
      [reg('rax', 64), { kind: 'immediate', value: 0x8000_0000_0000_0001n, bits: 64 }],
    ],
    [
      'the two immediates of ENTER',
      64,
      'C8 34 12 03',
      [
        { kind: 'immediate', value: 0x1234n, bits: 16 },
        { kind: 'immediate', value: 3n, bits: 8 },
      ],
    ],
    ['the constant 1 of shifts', 64, 'D1 E0', [reg('eax', 32, 'rw'), { kind: 'immediate', value: 1n, bits: 8 }]],
    [
      'three operands',
      64,
      '0F A4 C3 05',
      [reg('ebx', 32, 'rw'), reg('eax', 32, 'r'), { kind: 'immediate', value: 5n, bits: 8 }],
    ],
    ['a target wrapped to 16 bits', 16, 'E9 FD DF', [{ kind: 'branch', target: 0xf000n, bits: 16 }]],
    ['a target wrapped to 32 bits', 32, 'E9 FB DF FF FF', [{ kind: 'branch', target: 0xffff_f000n, bits: 32 }]],
    [
      'a target wrapped to 64 bits',
      64,
      'E9 FB DF FF FF',
      [{ kind: 'branch', target: 0xffff_ffff_ffff_f000n, bits: 64 }],
    ],
    [
      'a far pointer of 32 bits',
      32,
      '9A 78 56 34 92 08 00',
      [{ kind: 'far-pointer', selector: 8, offset: 0x9234_5678n, bits: 32 }],
    ],
    [
      'a far pointer of 16 bits',
      32,
      '66 EA 34 92 FF FF',
      [{ kind: 'far-pointer', selector: 0xffff, offset: 0x9234n, bits: 16 }],
    ],
  ])('%s (%i-bit)', async (_, mode, hex, operands) => {
    const answer = await decoded(hex, mode);
    expect(answer.lengthBytes).toBe(hex.split(' ').length);
    expect(answer.operands).toEqual(operands);
  });
});

describe('flags', () => {
  const none = { read: '', written: '', cleared: '', set: '', undefined: '' };
  it.each<[string, string, Partial<typeof none>]>([
    ['ADC', '11 D8', { read: 'C', written: 'OSZAPC' }],
    ['AND', '21 D8', { written: 'SZP', cleared: 'OC', undefined: 'A' }],
    ['SHL by CL', 'D3 E0', { written: 'SZPC', undefined: 'OA' }],
    ['SHL by 1', 'D1 E0', { written: 'OSZPC', undefined: 'A' }],
    ['SHL by 0', 'C1 E0 00', {}],
    ['STD', 'FD', { set: 'D' }],
    ['CLI', 'FA', { cleared: 'I' }],
    ['STAC', '0F 01 CB', { set: 'K' }],
    ['STUI', 'F3 0F 01 EF', { set: 'U' }],
    ['POPFQ', '9D', { written: 'OSZAPCDIK' }],
  ])('of %s', async (_, hex, flags) => {
    expect((await decoded(hex, 64)).flags).toEqual({ ...none, ...flags });
  });
});

describe('uses', () => {
  it.each<[string, Mode, string, string, string]>([
    ['the registers of an address', 64, '8B 44 8D F0', 'rax=w rbp=r rcx=r', 'r 32 ss:rbp+rcx*4-0x10'],
    ['RIP-relative memory by its displacement', 64, '8B 05 10 00 00 00', 'rax=w', 'r 32 ds:rip+0x10'],
    ['the default segment under an ignored prefix', 64, '2E 8B 05 10 00 00 00', 'rax=w', 'r 32 ds:rip+0x10'],
    ['no segment register for its own sake', 32, '64 8B 00', 'rax=rw', 'r 32 fs:eax'],
    ['a segment register that is an operand', 32, '16', 'rsp=rw ss=r', 'w 32 ss:esp-0x4'],
    ['a segment register that is loaded', 32, 'C5 03', 'ds=w rax=w rbx=r', 'r 48 ds:ebx'],
    ['no segment register that is only popped', 32, '17', 'rsp=rw ss=w', 'r 32 ss:esp'],
    ['no segment register of a prefetch', 32, '64 0F 18 00', 'rax=r', ''],
    ['segment registers that are read for themselves', 64, '64 0F 01 DB', 'fs=r gs=r rax=r', ''],
    ['no segment register under REP', 16, 'F3 AA', 'rax=cr rcx=rcw rdi=rcw', 'cw 0 es:di'],
    ['a 16-bit stack', 16, '50', 'rax=r rsp=rw', 'w 16 ss:sp-0x2'],
    ['POP by the stack pointer that it leaves', 64, '8F 04 24', 'rsp=rw', 'r 64 ss:rsp; w 64 ss:rsp+0x8'],
    ['nothing certain under REP', 64, 'F3 A4', 'rcx=rcw rdi=rcw rsi=rcw', 'cr 0 ds:rsi; cw 0 es:rdi'],
    ['address registers of LEA, but no memory', 64, '8D 03', 'rax=w rbx=r', ''],
    ['nothing for a NOP', 64, '0F 1F 03', '', ''],
    ['two accesses to one place as one', 64, 'FF 74 24 F8', 'rsp=rw', 'rw 64 ss:rsp-0x8'],
  ])('are told: %s (%i-bit)', async (_, mode, hex, registersUsed, memoryUsed) => {
    expect(await decoded(hex, mode)).toMatchObject({ registersUsed, memoryUsed });
  });
});
