import { describe, expect, it } from 'vitest';
import { readRow } from '../isa/notation.ts';
import { displacementUnitOf } from './displacement-unit.ts';

let id = 1_000_000;
const unitOf = (opcode: string, syntax: string, needs: string, b: 0 | 1): number =>
  displacementUnitOf(readRow([opcode, syntax, syntax.split(', ').fill('r').join(' '), '', 'none', needs], id++), b);

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
    expect([unitOf(opcode, syntax, needs, 0), unitOf(opcode, syntax, needs, 1)]).toEqual([whole, element]);
  });
});
