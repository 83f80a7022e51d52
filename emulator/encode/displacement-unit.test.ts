import { describe, expect, it } from 'vitest';
import type { Form } from '../isa/form.ts';
import { readRow } from '../isa/notation.ts';
import { displacementUnitOf } from './displacement-unit.ts';

let id = 1_000_000;
const formOf = (opcode: string, syntax: string, needs: string): Form =>
  readRow([opcode, syntax, syntax.split(', ').fill('r').join(' '), '', 'none', needs], id++);

describe('displacementUnitOf', () => {
  it.each([
    ['EVEX.512.0F.W0 58 /r', 'VADDPS zmm{k}{z}, zmm:vvvv, zmm/m512/m32bcst{er}', '', 64, 4],
    ['EVEX.128.66.0F.W1 5A /r', 'VCVTPD2PS xmm{k}{z}, xmm/m128/m64bcst', '', 16, 8],
    ['EVEX.LIG.F3.0F.W0 58 /r', 'VADDSS xmm{k}{z}, xmm:vvvv, xmm/m32{er}', '', 4, 1],
    ['EVEX.512.66.0F38.W1 93 /r', 'VGATHERQPD zmm{k}, vm64z:64', 'MASK-REQUIRED', 8, 1],
    ['EVEX.512.66.0F38.W0 63 /r', 'VPCOMPRESSB zmm/m512{k}{z}, zmm', 'DISP8-1', 1, 1],
    ['VEX.256.0F.WIG 58 /r', 'VADDPS ymm, ymm:vvvv, ymm/m256', '', 1, 1],
    ['01 /r', 'ADD r/m32, r32', '', 1, 1],
  ] as const)('is that of the tuple of %s %s', (opcode, syntax, needs, whole, element) => {
    const form = formOf(opcode, syntax, needs);
    const unitOf = (b: 0 | 1): number => displacementUnitOf(form, { b, conversion: 0 });
    expect([unitOf(0), unitOf(1)]).toEqual([whole, element]);
  });

  it.each([
    ['VADDPS zmm{k}, zmm:vvvv, zmm/m512{Sf32}{er}', [64, 4, 16, 32, 16, 16, 32, 32]],
    ['VADDPD zmm{k}, zmm:vvvv, zmm/m512{Sf64}{er}', [64, 8, 32, 1, 1, 1, 1, 1]],
    ['VMOVDQA32 m512{k}, zmm{Di32}', [64, 1, 1, 1, 16, 16, 32, 32]],
    ['VPGATHERDD zmm{k}, vm32z:32{Ui32}', [4, 1, 1, 1, 1, 1, 2, 2]],
    ['VPERMD zmm{k}, zmm:vvvv, zmm/m512', [64, 1, 1, 1, 1, 1, 1, 1]],
  ])('is that of memory as MVEX converts it: %s', (syntax, units) => {
    const form = formOf('MVEX.512.0F.W0 58 /r', syntax, 'KNC');
    const of = (conversion: number): number => displacementUnitOf(form, { b: 0, conversion });
    expect([0, 1, 2, 3, 4, 5, 6, 7].map(of)).toEqual(units);
  });
});
