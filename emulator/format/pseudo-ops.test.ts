import { describe, expect, it } from 'vitest';
import { readRow } from '../isa/notation.ts';
import { pseudoOpsOf } from './pseudo-ops.ts';

const namesOf = (opcode: string, syntax: string) =>
  pseudoOpsOf(readRow([opcode, syntax, syntax.split(', ').fill('r').join(' '), '', 'none', ''], 0));

describe('pseudoOpsOf', () => {
  it.each([
    ['NP 0F C2 /r ib', 'CMPPS xmm, xmm/m128, imm8', { 0: 'cmpeqps', 5: 'cmpnltps', 7: 'cmpordps', 8: undefined }],
    [
      'VEX.256.66.0F.WIG C2 /r ib',
      'VCMPPD ymm, ymm:vvvv, ymm/m256, imm8',
      { 1: 'vcmpltpd', 8: 'vcmpeq_uqpd', 31: 'vcmptrue_uspd', 32: undefined },
    ],
    ['EVEX.LIG.F3.0F3A.W0 C2 /r ib', 'VCMPSH k{k}, xmm:vvvv, xmm/m16{sae}, imm8', { 17: 'vcmplt_oqsh' }],
    [
      'EVEX.512.66.0F3A.W0 1F /r ib',
      'VPCMPD k{k}, zmm:vvvv, zmm/m512/m32bcst, imm8',
      { 0: undefined, 1: 'vpcmpltd', 3: undefined, 6: 'vpcmpnled', 7: undefined },
    ],
    ['EVEX.512.66.0F3A.W0 3E /r ib', 'VPCMPUB k{k}, zmm:vvvv, zmm/m512, imm8', { 0: 'vpcmpequb', 4: 'vpcmpnequb' }],
    ['XOP.128.08.W0 CC /r ib', 'VPCOMB xmm, xmm:vvvv, xmm/m128, imm8', { 0: 'vpcomltb', 7: 'vpcomtrueb' }],
    [
      '66 0F 3A 44 /r ib',
      'PCLMULQDQ xmm, xmm/m128, imm8',
      { 0: 'pclmullqlqdq', 1: 'pclmulhqlqdq', 2: undefined, 16: 'pclmullqhqdq', 17: 'pclmulhqhqdq' },
    ],
  ] as const)('names the immediates of %s %s', (opcode, syntax, expected) => {
    const names = namesOf(opcode, syntax);
    for (const [immediate, name] of Object.entries(expected)) expect(names?.[Number(immediate)]).toBe(name);
  });

  it('has none for other instructions', () => {
    expect(namesOf('0F A4 /r ib', 'SHLD r/m32, r32, imm8')).toBeNull();
    expect(namesOf('66 0F 76 /r', 'PCMPEQD xmm, xmm/m128')).toBeNull();
  });
});
