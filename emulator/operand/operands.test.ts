import { describe, expect, it } from 'vitest';
import { decode } from '../decode/decode.ts';
import type { Mode } from '../isa/modes.ts';
import type { OpcodeOption } from '../isa/options.ts';
import { maskAccessOf, roundingOf } from './decorations.ts';
import { flagsOf } from './flags.ts';
import type { Operand } from './operand.ts';
import { memoryAccessesOf, operandsOf } from './operands.ts';

const instructionOf = (hex: string, mode: Mode, options: readonly OpcodeOption[] = []) => {
  const answer = decode(
    Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)),
    mode,
    { options },
  );
  if (answer.status !== 'valid') throw new Error(`${hex} is ${answer.status}`);
  return answer.instruction;
};

/** `rw mem32`, `r eax`, `imm8 5`, with a star where implicit. */
const say = (operand: Operand): string => {
  const mark = operand.implicit ? '*' : '';
  switch (operand.kind) {
    case 'register':
      return `${mark}${operand.access} ${operand.register}`;
    case 'memory':
      return `${mark}${operand.access} ${operand.bits}@${operand.segment}:${operand.base ?? ''}${BigInt.asIntN(64, operand.displacement) || ''}`;
    case 'immediate':
      return `${operand.value}:${operand.bits}`;
    case 'branch':
      return `to ${operand.target.toString(16)}:${operand.bits}`;
    case 'far-pointer':
      return `${operand.selector}:${operand.offset}`;
  }
};

const operands = (hex: string, mode: Mode) => operandsOf(instructionOf(hex, mode), 0x1000n).map(say);

describe('operandsOf', () => {
  it.each([
    ['01 43 04', 32, ['rw 32@ds:ebx4', 'r eax']],
    ['E8 10 00 00 00', 64, ['to 1015:64', '*rw rsp', '*w 64@ss:rsp-8']],
    ['66 E8 10 00', 32, ['to 1014:16', '*rw esp', '*w 16@ss:esp-2']],
    ['A1 10 00 00 00', 32, ['w eax', 'r 32@ds:16']],
    ['6B C3 05', 64, ['w eax', 'r ebx', '5:32']],
    ['6A FF', 64, ['18446744073709551615:64', '*rw rsp', '*w 64@ss:rsp-8']],
    ['0F B6 03', 64, ['w eax', 'r 8@ds:rbx']],
    ['0F 44 03', 32, ['cw eax', 'r 32@ds:ebx']],
    ['0F 44 03', 64, ['rw eax', 'r 32@ds:rbx']],
    ['FF 36', 64, ['r 64@ds:rsi', '*rw rsp', '*w 64@ss:rsp-8']],
    ['A4', 64, ['w 8@es:rdi', 'r 8@ds:rsi', '*rw rdi', '*rw rsi']],
    ['F3 A5', 32, ['cw 32@es:edi', 'cr 32@ds:esi', '*rcw edi', '*rcw esi', '*rcw ecx']],
    ['64 A4', 64, ['w 8@es:rdi', 'r 8@fs:rsi', '*rw rdi', '*rw rsi']],
    ['67 A5', 64, ['w 32@es:edi', 'r 32@ds:esi', '*rw edi', '*rw esi']],
    ['D7', 32, ['r 8@ds:ebx', '*w al', '*r ebx', '*r al']],
    [
      'C8 10 00 02',
      32,
      ['16:16', '2:8', '*rw ebp', '*rw esp', '*r 32@ss:ebp-4', '*w 32@ss:esp-4', '*w 32@ss:esp-8', '*w 32@ss:esp-12'],
    ],
    ['9A 01 00 00 00 02 00', 32, ['2:1', '*rw esp', '*w 32@ss:esp-4', '*w 32@ss:esp-8']],
    ['0F 20 C0', 32, ['w eax', 'r cr0']],
    ['C4 E2 73 F6 03', 64, ['w eax', 'w ecx', 'r 32@ds:rbx', '*r edx']],
    ['C4 E2 F3 F6 03', 64, ['w rax', 'w rcx', 'r 64@ds:rbx', '*r rdx']],
    ['C4 E2 F0 F3 CB', 32, ['w ecx', 'r ebx']],
    ['C4 E2 71 E4 03', 64, ['rw 32@ds:rbx', 'rw eax', 'r ecx']],
  ] as const)('gives those of %s in %i-bit mode', (hex, mode, expected) => {
    expect(operands(hex, mode)).toEqual(expected);
  });

  it('sizes control registers by the mode', () => {
    expect(operandsOf(instructionOf('0F 20 C0', 32), 0n)[1]).toMatchObject({ register: 'cr0', bits: 32 });
    expect(operandsOf(instructionOf('0F 20 C0', 64), 0n)[1]).toMatchObject({ register: 'cr0', bits: 64 });
  });
});

describe('operands of MVEX', () => {
  const [loaded, stored] = [2, 1];

  it.each([
    ['62 F1 78 B9 58 00', loaded, { bits: 256, conversion: 'float16', evictionHint: true }],
    ['62 F1 78 19 58 00', loaded, { bits: 32, conversion: '1to16' }],
    ['62 F1 F9 29 58 00', loaded, { bits: 256, conversion: '4to8' }],
    ['62 F1 78 79 58 C1', loaded, { register: 'zmm1', conversion: 'dddd' }],
    ['62 F1 78 69 29 00', stored, { register: 'zmm0', conversion: 'uint16' }],
  ])('say what SSS and E of %s do', (hex, place, expected) => {
    expect(operandsOf(instructionOf(hex, 64, ['KNC']), 0n)[place]).toMatchObject(expected);
  });

  it('have memory in the size in which it is stored', () => {
    const [memory] = operandsOf(instructionOf('62 F1 78 69 29 00', 64, ['KNC']), 0n);
    expect(memory).toMatchObject({ bits: 256, mask: 'k1', access: 'cw' });
    expect(memory).not.toHaveProperty('conversion');
  });

  it.each([
    ['62 F1 78 88 58 C1', 'rn'],
    ['62 F1 78 F8 58 C1', 'rz-sae'],
    ['62 F2 79 98 52 C1', null],
    ['62 F2 79 D8 52 C1', 'sae'],
    ['62 F1 78 F8 58 01', null],
    ['62 F1 78 78 58 C1', null],
  ])('are rounded in %s: %s', (hex, rounding) => {
    expect(roundingOf(instructionOf(hex, 64, ['KNC']))).toBe(rounding);
  });

  it('have a mask that VADDSETSPS and prefetches write, and blends do not', () => {
    const accesses = ['62 F2 79 09 CC C1', '62 F2 79 09 C6 0C 08', '62 F2 79 09 C6 04 08', '62 F2 79 09 64 C1'];
    expect(accesses.map((hex) => maskAccessOf(instructionOf(hex, 64, ['KNC'])))).toEqual(['rw', 'rw', 'r', 'r']);
  });
});

describe('operands of APX', () => {
  const apx = ['APX'] as const;

  it('are R16 to R31 too, also of memory that no operand shows', () => {
    const [to, , implicit] = operandsOf(instructionOf('62 EC 7D 08 F8 00', 64, apx), 0n);
    expect(to).toMatchObject({ register: 'r16', access: 'r' });
    expect(implicit).toMatchObject({ kind: 'memory', base: 'r16', segment: 'es', access: 'w' });
    const [, unmoved] = operandsOf(instructionOf('F3 D5 90 AE F0', 64, apx), 0n);
    expect(unmoved).toMatchObject({ kind: 'memory', base: 'r16' });
  });

  it('are two items of the stack in PUSH2', () => {
    const items = memoryAccessesOf(instructionOf('62 F4 74 18 FF F0', 64, apx));
    expect(items.map(({ displacement, bits, access }) => [BigInt.asIntN(64, displacement), bits, access])).toEqual([
      [-8n, 64, 'w'],
      [-16n, 64, 'w'],
    ]);
  });

  it('are read if the condition holds, and written as the row says', () => {
    const accesses = ['62 F4 04 05 39 D8', '62 F4 7C 0C 40 01', '62 F4 7C 1C 40 01', '62 F4 7C 18 40 01'].map((hex) =>
      operandsOf(instructionOf(hex, 64, apx), 0n).map(({ access }) => access),
    );
    expect(accesses).toEqual([
      ['cr', 'cr'],
      ['cw', 'cr'],
      ['w', 'r', 'cr'],
      ['w', 'r', 'r'],
    ]);
  });
});

describe('memoryAccessesOf', () => {
  it('begins a cache line before the operand of VLOADUNPACKHD', () => {
    const [access] = memoryAccessesOf(instructionOf('62 F2 78 08 D4 40 01', 64, ['KNC']));
    expect(access).toMatchObject({ base: 'rax', displacement: BigInt.asUintN(64, 4n - 64n), bits: 32 });
  });

  it('addresses the destination of POP by the rSP that it leaves behind', () => {
    const [destination] = memoryAccessesOf(instructionOf('8F 04 24', 64));
    expect(destination).toMatchObject({ base: 'rsp', displacement: 8n, access: 'w' });
  });

  it('passes over the SP that POPA does not load', () => {
    const displacements = memoryAccessesOf(instructionOf('61', 32)).map((access) => Number(access.displacement));
    expect(displacements).toEqual([0, 4, 8, 16, 20, 24, 28]);
  });
});

describe('flagsOf', () => {
  it.each([
    ['D1 E0', { written: 'OSZPC', undefined: 'A' }],
    ['C1 E0 01', { written: 'OSZPC', undefined: 'A' }],
    ['C1 E0 02', { written: 'SZPC', undefined: 'OA' }],
    ['C1 E0 20', { written: '', undefined: '' }],
    ['48 C1 E0 20', { written: 'SZPC', undefined: 'OA' }],
    ['D3 E0', { written: 'SZPC', undefined: 'OA' }],
    ['C0 D0 09', { written: '', read: '' }],
    ['C0 D0 0A', { written: 'OC', read: 'C' }],
    ['C1 C0 1F', { written: 'C', undefined: 'O' }],
  ] as const)('settles the count of %s', (hex, expected) => {
    expect(flagsOf(instructionOf(hex, 64))).toMatchObject(expected);
  });

  it.each([
    ['62 F4 7C 08 01 D8', { written: 'OSZAPC' }],
    ['62 F4 7C 0C 01 D8', { read: '', written: '', undefined: '' }],
    ['62 F4 7C 0C F7 E0', { written: '', undefined: '' }],
    ['62 F4 7C 0C C1 E0 02', { written: '', undefined: '' }],
    ['62 F4 74 18 C1 E0 01', { written: 'OSZPC', undefined: 'A' }],
    ['62 F4 7C 0C 40 01', { read: 'O', written: '' }],
    ['62 F4 04 05 39 D8', { read: 'Z', written: 'OSZAPC' }],
    ['62 F4 04 0A 39 D8', { read: '', written: 'OSZAPC' }],
    ['62 F4 04 0F 39 D8', { read: 'OSZ', written: 'OSZAPC' }],
  ] as const)('says what NF and SCC of %s leave of them', (hex, expected) => {
    expect(flagsOf(instructionOf(hex, 64, ['APX']))).toMatchObject(expected);
  });
});
