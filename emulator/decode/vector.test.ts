/** VEX and its kin on rows of this test's own: one for each thing that they can say. */
import { describe, expect, it, vi } from 'vitest';
import { forms } from '../isa/forms.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import type { OpcodeOption } from '../isa/options.ts';
import { registerName } from '../isa/registers.ts';
import type { Row } from '../isa/row.ts';
import { anatomyOf } from './anatomy.ts';
import { decode } from './decode.ts';

vi.mock('../isa/forms.ts', async () => {
  const { readRow } = await import('../isa/notation.ts');
  // biome-ignore format: one row a line, aligned.
  const rows: readonly Row[] = [
    ['EVEX.128.0F.W0 58 /r',         'VADDPS xmm{k}{z}, xmm:vvvv, xmm/m128/m32bcst',     'w r r',   '', 'none', ''],
    ['EVEX.256.0F.W0 58 /r',         'VADDPS ymm{k}{z}, ymm:vvvv, ymm/m256/m32bcst',     'w r r',   '', 'none', ''],
    ['EVEX.512.0F.W0 58 /r',         'VADDPS zmm{k}{z}, zmm:vvvv, zmm/m512/m32bcst{er}', 'w r r',   '', 'none', ''],
    ['EVEX.512.66.0F38.W0 90 /r',    'VPGATHERDD zmm{k}, vm32z:32',                      'w r',     '', 'none', 'DISTINCT MASK-REQUIRED'],
    ['EVEX.512.66.0F.W0 76 /r',      'VPCMPEQD k{k}, zmm:vvvv, zmm/m512/m32bcst',        'w r r',   '', 'none', ''],
    ['EVEX.128.66.0F.W0 6E /r',      'VMOVD xmm, r/m32',                                 'w r',     '', 'none', ''],
    ['EVEX.128.66.0F.W0 7E /r',      'VMOVD r/m32, xmm',                                 'w r',     '', 'none', ''],
    ['EVEX.512.F2.MAP6.W0 56 /r',    'VFCMULCPH zmm{k}{z}, zmm:vvvv, zmm/m512{er}',      'w r r',   '', 'none', 'DISTINCT-DESTINATION'],
    ['EVEX.512.66.0F38.W0 8A /r',    'VCOMPRESSPS zmm/m512{k}{z}, zmm',                  'w r',     '', 'none', 'DISP8-4'],
    ['EVEX.512.F2.0F38.W0 9A /r',    'V4FMADDPS zmm{k}{z}, zmm:vvvv+3, m128',            'rw r r',  '', 'none', ''],
    ['EVEX.512.F2.0F38.W0 68 /r',    'VP2INTERSECTD k+1, zmm:vvvv, zmm/m512/m32bcst',    'w r r',   '', 'none', ''],
    ['VEX.L1.0F.W0 41 /r',           'KANDW k, k:vvvv, k:rm',                            'w r r',   '', 'none', ''],
    ['VEX.128.66.0F3A.W0 4A /r /is4', 'VBLENDVPS xmm, xmm:vvvv, xmm/m128, xmm:is4',      'w r r r', '', 'none', ''],
    ['VEX.128.66.0F3A.W0 48 /r /is4', 'VPERMIL2PS xmm, xmm:vvvv, xmm/m128, xmm:is4, imm4', 'w r r r r', '', 'none', ''],
    ['VEX.128.66.0F38.W0 90 /r',     'VPGATHERDD xmm, vm32x:32, xmm:vvvv',               'rw r rw', '', 'none', 'DISTINCT'],
    ['VEX.128.F2.0F38.W0 4B /r',     'TILELOADD tmm, sibmem',                            'w r',     '', 'none', 'ONLY64 SIB-NEEDED'],
    ['VEX.128.F2.0F38.W0 5E /r',     'TDPBSSD tmm, tmm:rm, tmm:vvvv',                    'rw r r',  '', 'none', 'ONLY64 DISTINCT'],
    ['XOP.128.09.W0 90 /r',          'VPROTB xmm, xmm/m128, xmm:vvvv',                   'w r r',   '', 'none', ''],
    ['0F 0F /r 9E',                  'PFADD mm, mm/m64',                                 'rw r',    '', 'none', ''],
    ['NP 0F FC /r',                  'PADDB mm, mm/m64',                                 'rw r',    '', 'none', ''],
    ['66 0F 78 /0 ib ib',            'EXTRQ xmm:rm, imm8, imm8',                         'rw r r',  '', 'none', 'AMD'],
    ['D8 C0+i',                      'FADD ST0, ST(i)',                                  'rw r',    '', 'none', ''],
    ['8F /0',                        'POP r/m16',                                        'w',       '', 'none', ''],
    ['62 /r',                        'BOUND r32, m32&32',                                'r r',     '', 'none', 'NO64'],
    ['NP 0F 10 /r',                  'MOVUPS xmm, xmm/m128',                             'w r',     '', 'none', ''],
    ['0F 10 /r',                     'UMOV r/m8, r8',                                    'w r',     '', 'none', 'NO64 UMOV'],
    ['0F 38',                        'SMINT',                                            '',        '', 'none', 'NO64 CYRIX'],
    ['0F 24 /r',                     'MOV r32:rm, TRn',                                  'w r',     '', 'none', 'NO64 MOV-TR MOD-IGNORED'],
    ['MVEX.512.0F.W0 58 /r',         'VADDPS zmm{k}, zmm:vvvv, zmm/m512{Sf32}{er}',      'w r r',   '', 'none', 'ONLY64 KNC'],
    ['MVEX.512.0F.W0 5B /r',         'VMOVAPS zmm{k}, m512{Uf32}',                       'w r',     '', 'none', 'ONLY64 KNC'],
    ['MVEX.512.66.0F38.W0 64 /r',    'VPBLENDMD zmm{k}, zmm:vvvv, zmm/m512{Si32}',       'w r r',   '', 'none', 'ONLY64 KNC'],
    ['MVEX.512.F2.0F.W0.EH0 29 /r',  'VMOVNRAPS m512{k}, zmm{Df32}',                     'w r',     '', 'none', 'ONLY64 KNC'],
    ['MVEX.512.F2.0F.W0.EH1 29 /r',  'VMOVNRNGOAPS m512{k}, zmm{Df32}',                  'w r',     '', 'none', 'ONLY64 KNC'],
    ['MVEX.512.66.0F38.W0 36 /r',    'VPERMD zmm{k}, zmm:vvvv, zmm/m512',                'w r r',   '', 'none', 'ONLY64 KNC NO-SSS-WITH-E'],
    ['VEX.128.MAP0.W0 74 cb',        'JKZD k:vvvv, rel8',                                'r r',     '', 'none', 'ONLY64 KNC F64'],
  ];
  return { forms: rows.map(readRow) };
});

interface Setting {
  readonly mode?: Mode;
  readonly vendor?: Vendor;
  readonly options?: readonly OpcodeOption[];
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

const kinds = ['', 'memory', 'immediate', 'immediate2', 'branch'];

/** Mnemonic and operands; then what decorates them, in the order of the fields. */
const say = (hex: string, { mode = 64, vendor = 'intel', options = [] }: Setting = {}): string => {
  const answer = decode(bytesOf(hex), mode, { vendor, options });
  if (answer.status === 'invalid') return answer.reason;
  if (answer.status !== 'valid') return answer.status;
  const { instruction } = answer;
  expect(instruction.lengthBytes).toBe(bytesOf(hex).length);
  const operands = [...instruction.operands.subarray(0, instruction.operandCount)].map(
    (operand) => kinds[operand] ?? registerName(operand),
  );
  return [forms[instruction.form]?.mnemonic.toLowerCase(), operands.join(',')].join(' ').trim();
};

const decoded = (hex: string, mode: Mode = 64, options: readonly OpcodeOption[] = []) => {
  const answer = decode(bytesOf(hex), mode, { options });
  if (answer.status !== 'valid')
    throw new Error(`${hex}: ${answer.status === 'invalid' ? answer.reason : answer.status}`);
  return answer.instruction;
};

describe('EVEX', () => {
  it.each([
    ['62 F1 7C 48 58 C1', 64, 'vaddps zmm0,zmm0,zmm1'],
    ['62 F1 7C 28 58 C1', 64, 'vaddps ymm0,ymm0,ymm1'],
    ['62 01 04 40 58 FF', 64, 'vaddps zmm31,zmm31,zmm31'],
    ['62 A1 6C 48 58 CA', 64, 'vaddps zmm17,zmm2,zmm18'],
    ['62 F1 7C 49 58 00', 16, 'vaddps zmm0,zmm0,memory'],
    ['62 F1 3C 48 58 C1', 32, 'vaddps zmm0,zmm0,zmm1'],
    ['62 C1 7C 48 58 C1', 32, 'vaddps zmm0,zmm0,zmm1'],
    ['62 F1 7D 48 76 C9', 64, 'vpcmpeqd k1,zmm0,zmm1'],
    ['62 B1 7D 08 6E C0', 64, 'vmovd xmm0,eax'],
    ['62 C1 7D 08 7E C0', 64, 'vmovd r8d,xmm16'],
    ['62 F2 57 48 9A 00', 64, 'v4fmaddps zmm0,zmm4,memory'],
    ['62 F2 27 48 9A 00', 64, 'v4fmaddps zmm0,zmm8,memory'],
    ['62 F2 27 48 9A 00', 32, 'v4fmaddps zmm0,zmm0,memory'],
    ['62 F2 7F 48 68 D9', 64, 'vp2intersectd k2,zmm0,zmm1'],
    ['62 08', 32, 'bound ecx,memory'],
  ] as const)('reads %s in %i-bit mode as %s', (hex, mode, expected) => {
    expect(say(hex, { mode })).toBe(expected);
  });

  it.each([
    ['62 F9 7C 48 58 C1', 64, 'reserved-bits'],
    ['62 F1 78 48 58 C1', 64, 'reserved-bits'],
    ['62 F1 7C 68 58 C1', 64, 'vector-length'],
    ['62 F1 FC 48 58 C1', 64, 'size'],
    ['62 F1 7F 48 58 C1', 64, 'prefix'],
    ['62 F1 7C C8 58 C1', 64, 'zeroing'],
    ['62 F1 7D C9 76 C1', 64, 'zeroing'],
    ['62 F2 7D C9 8A 00', 64, 'zeroing'],
    ['62 F1 7D 09 6E C0', 64, 'mask'],
    ['62 F2 7D 48 90 04 08', 64, 'mask'],
    ['62 F1 7D 58 76 C1', 64, 'rounding'],
    ['62 F1 7D 18 6E C0', 64, 'rounding'],
    ['62 F1 7D 18 6E 00', 64, 'broadcast'],
    ['62 F6 77 58 56 00', 64, 'broadcast'],
    ['62 F1 75 08 6E C0', 64, 'vvvv'],
    ['62 F1 7D 00 6E C0', 64, 'vvvv'],
    ['62 F1 7C 40 58 C1', 32, 'vvvv'],
    ['62 F2 75 49 90 04 08', 64, 'vvvv'],
    ['62 71 7D 48 76 C9', 64, 'register'],
    ['62 E1 7D 48 76 C9', 64, 'register'],
    ['62 F6 77 48 56 C0', 64, 'same-register'],
    ['62 F6 7F 48 56 C1', 64, 'same-register'],
    ['62 F2 7D 49 90 04 00', 64, 'same-register'],
    ['62 F2 7D 49 90 00', 64, 'vector-index'],
    ['67 62 F2 7D 49 90 00', 32, 'vector-index'],
    ['66 62 F1 7C 48 58 C1', 64, 'prefix-before-vex'],
    ['48 62 F1 7C 48 58 C1', 64, 'prefix-before-vex'],
    ['62 F1 7C 48 58', 64, 'truncated'],
    ['62 F1 7C 48 58 40', 64, 'truncated'],
    ['62', 32, 'truncated'],
  ] as const)('refuses %s in %i-bit mode: %s', (hex, mode, reason) => {
    expect(say(hex, { mode })).toBe(reason);
  });

  it.each([
    ['62 F1 7C 48 58 C1', { mask: 0, zeroing: 0, b: 0, vectorLength: 2 }],
    ['62 F1 7C 4F 58 C1', { mask: 7, zeroing: 0 }],
    ['62 F1 7C C9 58 C1', { mask: 1, zeroing: 1 }],
    ['62 F1 7C 38 58 C1', { b: 1, vectorLength: 1, operandCount: 3 }],
    ['62 F6 77 48 56 C1', { vvvv: 1, mask: 0 }],
    ['62 F1 7C 40 58 C1', { vvvv: 16 }],
  ])('fills the fields of %s', (hex, expected) => {
    expect(decoded(hex)).toMatchObject(expected);
  });

  it("rounds registers of 512 bits, whatever L'L says", () => {
    expect(say('62 F1 7C 18 58 C1')).toBe('vaddps zmm0,zmm0,zmm1');
    expect(say('62 F1 7C 18 58 00')).toBe('vaddps xmm0,xmm0,memory');
  });

  it.each([
    ['62 F1 7C 48 58 40 01', 64],
    ['62 F1 7C 28 58 40 01', 32],
    ['62 F1 7C 08 58 40 FF', -16],
    ['62 F1 7C 58 58 40 01', 4],
    ['62 F1 7C 48 58 80 01 00 00 00', 1],
    ['62 F2 7D 49 90 44 08 02', 8],
    ['62 F2 7D 48 8A 40 7F', 508],
    ['62 F2 57 48 9A 40 01', 16],
    ['67 62 F1 7C 48 58 40 01', 64],
  ])('scales the displacement of %s to %i', (hex, displacement) => {
    expect(decoded(hex).displacement).toBe(displacement);
  });

  it('scales displacements with addresses of 16 bits as well', () => {
    expect(decoded('62 F1 7C 48 58 40 FF', 16).displacement).toBe(-64);
  });
});

describe('VSIB', () => {
  it.each([
    ['62 F2 7D 49 90 04 08', 'zmm1', 1],
    ['62 F2 7D 49 90 04 20', 'zmm4', 1],
    ['62 F2 7D 41 90 04 C8', 'zmm17', 8],
    ['62 B2 7D 49 90 04 08', 'zmm9', 1],
    ['C4 E2 69 90 04 20', 'xmm4', 1],
  ])('takes the index of %s from a vector register', (hex, index, scale) => {
    const instruction = decoded(hex);
    expect([registerName(instruction.index), instruction.scale]).toEqual([index, scale]);
  });

  it.each(['C4 E2 69 90 04 00', 'C4 E2 69 90 04 10', 'C4 E2 79 90 04 08'])('wants three registers in %s', (hex) => {
    expect(say(hex)).toBe('same-register');
  });
});

describe('VEX, XOP and legacy encodings of vectors', () => {
  it.each([
    ['C5 F4 41 C2', 64, 'kandw k0,k1,k2'],
    ['C4 E1 34 41 C2', 32, 'kandw k0,k1,k2'],
    ['C4 C1 74 41 C2', 64, 'kandw k0,k1,k2'],
    ['C4 E3 71 4A C2 30', 64, 'vblendvps xmm0,xmm1,xmm2,xmm3'],
    ['C4 E3 71 4A C2 B7', 64, 'vblendvps xmm0,xmm1,xmm2,xmm11'],
    ['C4 E3 71 4A C2 B7', 32, 'vblendvps xmm0,xmm1,xmm2,xmm3'],
    ['C4 E3 71 48 C2 32', 64, 'vpermil2ps xmm0,xmm1,xmm2,xmm3,immediate2'],
    ['C4 E2 7B 4B 04 08', 64, 'tileloadd tmm0,memory'],
    ['C4 E2 6B 5E C1', 64, 'tdpbssd tmm0,tmm1,tmm2'],
    ['8F E9 78 90 C1', 64, 'vprotb xmm0,xmm1,xmm0'],
    ['8F 49 70 90 C1', 64, 'vprotb xmm8,xmm9,xmm1'],
    ['8F E9 78 90 C1', 16, 'vprotb xmm0,xmm1,xmm0'],
    ['8F C0', 64, 'pop ax'],
    ['0F 0F C1 9E', 64, 'pfadd mm0,mm1'],
    ['4D 0F 0F C1 9E', 64, 'pfadd mm0,mm1'],
    ['0F 0F 44 08 01 9E', 32, 'pfadd mm0,memory'],
    ['45 0F FC C1', 64, 'paddb mm0,mm1'],
    ['D8 C3', 64, 'fadd st0,st3'],
    ['41 D8 C3', 64, 'fadd st0,st3'],
  ] as const)('reads %s in %i-bit mode as %s', (hex, mode, expected) => {
    expect(say(hex, { mode })).toBe(expected);
  });

  it.each([
    ['C5 B4 41 C2', 64, 'register'],
    ['C5 74 41 C2', 64, 'register'],
    ['C5 F0 41 C2', 64, 'vector-length'],
    ['C4 E2 7B 4B 00', 64, 'sib-needed'],
    ['C4 E2 73 5E C1', 64, 'same-register'],
    ['C4 E2 3B 5E C1', 64, 'register'],
    ['C4 C2 6B 5E C1', 64, 'register'],
    ['C4 E2 6B 5E C1', 32, 'mode'],
    ['66 8F E9 78 90 C1', 64, 'prefix-before-vex'],
    ['8F E9 78 90', 64, 'truncated'],
    ['0F 0F', 64, 'truncated'],
    ['0F 0F C1', 64, 'truncated'],
    ['0F 0F 44 08 01', 64, 'truncated'],
    ['F0 0F 0F 00 9E', 64, 'lock-not-allowed'],
  ] as const)('refuses %s in %i-bit mode: %s', (hex, mode, reason) => {
    expect(say(hex, { mode })).toBe(reason);
  });

  it('keeps both halves of an immediate that names a register', () => {
    expect(decoded('C4 E3 71 48 C2 32')).toMatchObject({ immediate: 0x32, immediate2: 2, immediateBytes: 1 });
  });

  it('reads two immediates of a byte', () => {
    expect(say('66 0F 78 C1 05 06', { vendor: 'amd' })).toBe('extrq xmm1,immediate,immediate2');
    expect(say('66 0F 78 C1 05 06')).toBe('opcode');
  });

  it('knows the parts of an instruction whose opcode comes last', () => {
    const parts = anatomyOf(decoded('64 0F 0F 44 08 01 9E'));
    expect(parts.map(({ kind, lengthBytes }) => `${kind} ${lengthBytes}`)).toEqual([
      'prefix 1',
      'escape 2',
      'modrm 1',
      'sib 1',
      'displacement 1',
      'opcode 1',
    ]);
  });
});

describe('options', () => {
  it.each<[hex: string, options: readonly OpcodeOption[], without: string, expected: string]>([
    ['0F 10 C1', ['UMOV'], 'movups xmm0,xmm1', 'umov cl,al'],
    ['66 0F 10 C1', ['UMOV'], 'prefix', 'umov cl,al'],
    ['0F 38', ['KNC', 'CYRIX'], 'truncated', 'smint'],
    ['0F 24 00', ['MOV-TR'], 'opcode', 'mov eax,tr0'],
  ])('make of %s with %j what others have not', (hex, options, without, expected) => {
    expect([say(hex, { mode: 32 }), say(hex, { mode: 32, options })]).toEqual([without, expected]);
    expect(say(hex, { mode: 64, options })).toBe(without === 'opcode' ? 'mode' : without);
  });
});

describe('MVEX', () => {
  const KNC = { options: ['KNC'] } as const;

  it.each([
    ['62 F1 78 08 58 C1', 'vaddps zmm0,zmm0,zmm1'],
    ['62 01 00 00 58 FF', 'vaddps zmm31,zmm31,zmm31'],
    ['62 F1 78 58 58 C1', 'vaddps zmm0,zmm0,zmm1'],
    ['62 F1 78 B8 58 C1', 'vaddps zmm0,zmm0,zmm1'],
    ['62 F1 78 58 58 00', 'vaddps zmm0,zmm0,memory'],
    ['62 F1 78 18 5B 00', 'conversion'],
    ['62 F2 79 98 64 C1', 'vpblendmd zmm0,zmm0,zmm1'],
    ['62 F1 F8 08 58 C1', 'size'],
    ['62 F1 7C 48 58 C1', 'vaddps zmm0,zmm0,zmm1'],
    ['62 F1 7B 08 29 00', 'vmovnraps memory,zmm0'],
    ['62 F1 7B 88 29 00', 'vmovnrngoaps memory,zmm0'],
    ['62 F1 7B 98 29 00', 'conversion'],
    ['62 F2 79 88 36 C1', 'vpermd zmm0,zmm0,zmm1'],
    ['62 F2 79 98 36 C1', 'conversion'],
    ['62 F2 79 18 36 C1', 'conversion'],
    ['C4 E0 60 74 10', 'jkzd k3,branch'],
    ['C4 F0 60 74 10', 'opcode'],
  ])('reads %s as %s', (hex, expected) => {
    expect(say(hex, KNC)).toBe(expected);
  });

  it.each([
    ['62 F1 78 08 58 40 01', 64],
    ['62 F1 78 18 58 40 01', 4],
    ['62 F1 78 28 58 40 01', 16],
    ['62 F1 78 38 58 40 01', 32],
    ['62 F1 78 C9 5B 40 01', 16],
  ])('scales the displacement of %s to %i', (hex, displacement) => {
    expect(decoded(hex, 64, ['KNC']).displacement).toBe(displacement);
  });

  it('is there with its option only, and in 64-bit mode only', () => {
    expect(say('62 F1 78 08 58 C1')).toBe('reserved-bits');
    expect(say('62 F1 78 08 58 C1', { mode: 32, ...KNC })).toBe('reserved-bits');
    expect(decoded('62 F1 78 98 58 C1', 64, ['KNC'])).toMatchObject({ conversion: 1, eviction: 1 });
  });
});
