import { describe, expect, it } from 'vitest';
import type { OperandSpec } from './form.ts';
import { RegisterClass, register } from './registers.ts';
import { readOperand } from './syntax.ts';

const { mm, xmm, ymm, zmm, mask, tile, st, gpr32, gpr64, test } = RegisterClass;

describe('readOperand', () => {
  it.each<[token: string, expected: Partial<OperandSpec>]>([
    ['mm', { place: 'reg', registerClass: mm, bits: 64, memory: 'never' }],
    ['mm:rm', { place: 'rm', registerClass: mm, memory: 'never' }],
    ['mm/m32', { place: 'rm', registerClass: mm, bits: 64, memory: 'may', memoryBits: 32 }],
    ['xmm', { place: 'reg', registerClass: xmm, bits: 128 }],
    ['xmm/m64', { place: 'rm', registerClass: xmm, bits: 128, memory: 'may', memoryBits: 64 }],
    ['ymm:vvvv', { place: 'vvvv', registerClass: ymm, bits: 256 }],
    ['xmm:is4', { place: 'is4', registerClass: xmm, bits: 128, encodedBits: 8 }],
    ['imm4', { place: 'immediate', encodedBits: 0, bits: 8 }],
    ['k', { place: 'reg', registerClass: mask, bits: 64 }],
    ['k/m8', { place: 'rm', registerClass: mask, memory: 'may', memoryBits: 8 }],
    ['k:vvvv', { place: 'vvvv', registerClass: mask }],
    ['k+1', { place: 'reg', registerClass: mask, groupSize: 2 }],
    ['tmm:vvvv', { place: 'vvvv', registerClass: tile, bits: 8192 }],
    ['sibmem', { place: 'rm', memory: 'must', memoryBits: 0 }],
    ['ST0', { place: 'fixed', fixed: register(st, 0), registerClass: st, bits: 80 }],
    ['ST(i)', { place: 'rm', registerClass: st, memory: 'never' }],
    ['XMM0', { place: 'fixed', fixed: register(xmm, 0), registerClass: xmm }],
    ['TRn', { place: 'reg', registerClass: test, bits: 32 }],
    ['zmm:vvvv+3', { place: 'vvvv', registerClass: zmm, groupSize: 4 }],
    ['zmm{k}{z}', { place: 'reg', registerClass: zmm, masked: true, zeroing: true }],
    ['k{k}', { place: 'reg', registerClass: mask, masked: true, zeroing: false }],
    ['m512{k}', { place: 'rm', memory: 'must', memoryBits: 512, masked: true }],
    ['zmm/m512{k}{z}', { place: 'rm', memory: 'may', memoryBits: 512, masked: true, zeroing: true }],
    ['zmm/m512/m32bcst', { place: 'rm', memory: 'may', memoryBits: 512, broadcastBits: 32, rounding: '' }],
    ['zmm/m512/m64bcst{er}', { memoryBits: 512, broadcastBits: 64, rounding: 'er' }],
    ['xmm/m32{sae}', { memory: 'may', memoryBits: 32, rounding: 'sae' }],
    ['zmm:rm{sae}', { place: 'rm', memory: 'never', rounding: 'sae' }],
    ['r/m64{er}', { place: 'rm', registerClass: gpr64, memoryBits: 64, rounding: 'er' }],
    ['r32:vvvv', { place: 'vvvv', registerClass: gpr32 }],
    ['vm32x:64', { place: 'rm', memory: 'must', memoryBits: 64, indexClass: xmm, indexBits: 32 }],
    ['vm64z:32{k}', { memory: 'must', memoryBits: 32, indexClass: zmm, indexBits: 64, masked: true }],
    ['zmm/m512{Sf32}{er}', { memoryBits: 512, conversion: 'Sf32', rounding: 'er', masked: false }],
    ['m512{Df32}{k}', { memory: 'must', conversion: 'Df32', masked: true }],
  ])('reads %s', (token, expected) => {
    expect(readOperand(token, 'r')).toMatchObject({ ...expected, token, access: 'r' });
  });

  it.each(['wmm', 'xmm:is5', 'vm16x:32', 'zmm{q}', 'zmm{k', 'zmm}{k', 'zmm{k}{', 'zmm{Sf32}{Uf32}', 'zmm/m512/m32'])(
    'refuses %s',
    (token) => {
      expect(() => readOperand(token, 'r')).toThrow(token);
    },
  );
});
