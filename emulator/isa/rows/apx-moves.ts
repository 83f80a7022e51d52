import type { Row } from '../row.ts';

/** The stack, moves, system, masks and tiles with R16 to R31 (APX specification, 355828, 3.1.2.2 to 3.1.3). */
export const apxMoves = [
  // opcode                              syntax                     access  implicit                                                          flags        needs

  // Stack and jump
  ['o64 REX2.W1 50+ro',                  'PUSHP r64',               'r',    'w push64',                                                       'none',      'ONLY64 APX APX_F D64'],
  ['o64 REX2.W1 58+ro',                  'POPP r64',                'w',    'r pop64',                                                        'none',      'ONLY64 APX APX_F D64'],
  ['EVEX.LLZ.NP.MAP4.W0.ND1 FF /6',      'PUSH2 r64:vvvv, r64:rm',  'r r',  'w push64*2',                                                     'none',      'ONLY64 APX APX_F ALWAYS64 NO-RSP'],
  ['EVEX.LLZ.NP.MAP4.W1.ND1 FF /6',      'PUSH2P r64:vvvv, r64:rm', 'r r',  'w push64*2',                                                     'none',      'ONLY64 APX APX_F ALWAYS64 NO-RSP'],
  ['EVEX.LLZ.NP.MAP4.W0.ND1 8F /0',      'POP2 r64:vvvv, r64:rm',   'w w',  'r pop64*2',                                                      'none',      'ONLY64 APX APX_F ALWAYS64 NO-RSP DISTINCT'],
  ['EVEX.LLZ.NP.MAP4.W1.ND1 8F /0',      'POP2P r64:vvvv, r64:rm',  'w w',  'r pop64*2',                                                      'none',      'ONLY64 APX APX_F ALWAYS64 NO-RSP DISTINCT'],
  ['REX2.W0 NP a64 A1 io',               'JMPABS imm64',            'r',    '',                                                               'none',      'ONLY64 APX APX_F F64'],

  // Moves
  ['o16 EVEX.LLZ.MAP4.SCALABLE 60 /r',   'MOVBE r16, r/m16',        'w r',  '',                                                               'none',      'ONLY64 APX APX_F MOVBE'],
  ['o32 EVEX.LLZ.MAP4.SCALABLE 60 /r',   'MOVBE r32, r/m32',        'w r',  '',                                                               'none',      'ONLY64 APX APX_F MOVBE'],
  ['o64 EVEX.LLZ.MAP4.SCALABLE 60 /r',   'MOVBE r64, r/m64',        'w r',  '',                                                               'none',      'ONLY64 APX APX_F MOVBE'],
  ['o16 EVEX.LLZ.MAP4.SCALABLE 61 /r',   'MOVBE r/m16, r16',        'w r',  '',                                                               'none',      'ONLY64 APX APX_F MOVBE'],
  ['o32 EVEX.LLZ.MAP4.SCALABLE 61 /r',   'MOVBE r/m32, r32',        'w r',  '',                                                               'none',      'ONLY64 APX APX_F MOVBE'],
  ['o64 EVEX.LLZ.MAP4.SCALABLE 61 /r',   'MOVBE r/m64, r64',        'w r',  '',                                                               'none',      'ONLY64 APX APX_F MOVBE'],
  ['EVEX.LLZ.NP.MAP4.W0 F9 /r',          'MOVDIRI m32, r32',        'w r',  '',                                                               'none',      'ONLY64 APX APX_F MOVDIRI'],
  ['EVEX.LLZ.NP.MAP4.W1 F9 /r',          'MOVDIRI m64, r64',        'w r',  '',                                                               'none',      'ONLY64 APX APX_F MOVDIRI'],
  ['a32 EVEX.LLZ.66.MAP4.IGNORED F8 /r', 'MOVDIR64B r32, m512',     'r r',  'w m512@reg',                                                     'none',      'ONLY64 APX APX_F MOVDIR64B'],
  ['a64 EVEX.LLZ.66.MAP4.IGNORED F8 /r', 'MOVDIR64B r64, m512',     'r r',  'w m512@reg',                                                     'none',      'ONLY64 APX APX_F MOVDIR64B'],
  ['a32 EVEX.LLZ.F2.MAP4.IGNORED F8 /r', 'ENQCMD r32, m512',        'r r',  'w m512@reg',                                                     'zero-only', 'ONLY64 APX APX_F ENQCMD'],
  ['a64 EVEX.LLZ.F2.MAP4.IGNORED F8 /r', 'ENQCMD r64, m512',        'r r',  'w m512@reg',                                                     'zero-only', 'ONLY64 APX APX_F ENQCMD'],
  ['a32 EVEX.LLZ.F3.MAP4.IGNORED F8 /r', 'ENQCMDS r32, m512',       'r r',  'w m512@reg',                                                     'zero-only', 'ONLY64 APX APX_F ENQCMD CPL0'],
  ['a64 EVEX.LLZ.F3.MAP4.IGNORED F8 /r', 'ENQCMDS r64, m512',       'r r',  'w m512@reg',                                                     'zero-only', 'ONLY64 APX APX_F ENQCMD CPL0'],
  ['EVEX.LLZ.NP.MAP4.W0 F0 /r',          'CRC32 r32, r/m8',         'rw r', '',                                                               'none',      'ONLY64 APX APX_F SSE4.2'],
  ['EVEX.LLZ.NP.MAP4.W1 F0 /r',          'CRC32 r64, r/m8',         'rw r', '',                                                               'none',      'ONLY64 APX APX_F SSE4.2'],
  ['o16 EVEX.LLZ.MAP4.SCALABLE F1 /r',   'CRC32 r32, r/m16',        'rw r', '',                                                               'none',      'ONLY64 APX APX_F SSE4.2'],
  ['o32 EVEX.LLZ.MAP4.SCALABLE F1 /r',   'CRC32 r32, r/m32',        'rw r', '',                                                               'none',      'ONLY64 APX APX_F SSE4.2'],
  ['o64 EVEX.LLZ.MAP4.SCALABLE F1 /r',   'CRC32 r64, r/m64',        'rw r', '',                                                               'none',      'ONLY64 APX APX_F SSE4.2'],
  ['EVEX.LLZ.NP.MAP4.W0 FC /r',          'AADD m32, r32',           'rw r', '',                                                               'none',      'ONLY64 APX APX_F RAO-INT'],
  ['EVEX.LLZ.NP.MAP4.W1 FC /r',          'AADD m64, r64',           'rw r', '',                                                               'none',      'ONLY64 APX APX_F RAO-INT'],
  ['EVEX.LLZ.66.MAP4.W0 FC /r',          'AAND m32, r32',           'rw r', '',                                                               'none',      'ONLY64 APX APX_F RAO-INT'],
  ['EVEX.LLZ.66.MAP4.W1 FC /r',          'AAND m64, r64',           'rw r', '',                                                               'none',      'ONLY64 APX APX_F RAO-INT'],
  ['EVEX.LLZ.F3.MAP4.W0 FC /r',          'AXOR m32, r32',           'rw r', '',                                                               'none',      'ONLY64 APX APX_F RAO-INT'],
  ['EVEX.LLZ.F3.MAP4.W1 FC /r',          'AXOR m64, r64',           'rw r', '',                                                               'none',      'ONLY64 APX APX_F RAO-INT'],
  ['EVEX.LLZ.F2.MAP4.W0 FC /r',          'AOR m32, r32',            'rw r', '',                                                               'none',      'ONLY64 APX APX_F RAO-INT'],
  ['EVEX.LLZ.F2.MAP4.W1 FC /r',          'AOR m64, r64',            'rw r', '',                                                               'none',      'ONLY64 APX APX_F RAO-INT'],

  // System
  ['EVEX.LLZ.F3.MAP4.IGNORED F0 /r',     'INVEPT r64, m128',        'r r',  '',                                                               'vmx',       'ONLY64 APX APX_F VMX CPL0'],
  ['EVEX.LLZ.F3.MAP4.IGNORED F1 /r',     'INVVPID r64, m128',       'r r',  '',                                                               'vmx',       'ONLY64 APX APX_F VMX CPL0'],
  ['EVEX.LLZ.F3.MAP4.IGNORED F2 /r',     'INVPCID r64, m128',       'r r',  '',                                                               'none',      'ONLY64 APX APX_F INVPCID CPL0'],
  ['EVEX.LLZ.NP.MAP4.W0 66 /r',          'WRSSD m32, r32',          'w r',  '',                                                               'none',      'ONLY64 APX APX_F CET_SS'],
  ['EVEX.LLZ.NP.MAP4.W1 66 /r',          'WRSSQ m64, r64',          'w r',  '',                                                               'none',      'ONLY64 APX APX_F CET_SS'],
  ['EVEX.LLZ.66.MAP4.W0 65 /r',          'WRUSSD m32, r32',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F CET_SS CPL0'],
  ['EVEX.LLZ.66.MAP4.W1 65 /r',          'WRUSSQ m64, r64',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F CET_SS CPL0'],
  ['EVEX.LLZ.F2.MAP4.IGNORED F8 /r',     'URDMSR r64:rm, r64',      'w r',  '',                                                               'none',      'ONLY64 APX APX_F USER_MSR'],
  ['EVEX.LLZ.F3.MAP4.IGNORED F8 /r',     'UWRMSR r64, r64:rm',      'r r',  '',                                                               'none',      'ONLY64 APX APX_F USER_MSR'],
  ['EVEX.LLZ.F2.MAP7.W0 F8 /0 id',       'URDMSR r64:rm, imm32',    'w r',  '',                                                               'none',      'ONLY64 APX APX_F USER_MSR'],
  ['EVEX.LLZ.F3.MAP7.W0 F8 /0 id',       'UWRMSR imm32, r64:rm',    'r r',  '',                                                               'none',      'ONLY64 APX APX_F USER_MSR'],

  // Mask registers
  ['EVEX.LLZ.66.0F.W0 90 /r',            'KMOVB k, k/m8',           'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512DQ'],
  ['EVEX.LLZ.66.0F.W0 91 /r',            'KMOVB m8, k',             'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512DQ'],
  ['EVEX.LLZ.NP.0F.W0 90 /r',            'KMOVW k, k/m16',          'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512F'],
  ['EVEX.LLZ.NP.0F.W0 91 /r',            'KMOVW m16, k',            'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512F'],
  ['EVEX.LLZ.66.0F.W1 90 /r',            'KMOVD k, k/m32',          'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512BW'],
  ['EVEX.LLZ.66.0F.W1 91 /r',            'KMOVD m32, k',            'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512BW'],
  ['EVEX.LLZ.NP.0F.W1 90 /r',            'KMOVQ k, k/m64',          'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512BW'],
  ['EVEX.LLZ.NP.0F.W1 91 /r',            'KMOVQ m64, k',            'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512BW'],
  ['EVEX.LLZ.66.0F.W0 92 /r',            'KMOVB k, r32:rm',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512DQ'],
  ['EVEX.LLZ.66.0F.W0 93 /r',            'KMOVB r32, k:rm',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512DQ'],
  ['EVEX.LLZ.NP.0F.W0 92 /r',            'KMOVW k, r32:rm',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512F'],
  ['EVEX.LLZ.NP.0F.W0 93 /r',            'KMOVW r32, k:rm',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512F'],
  ['EVEX.LLZ.F2.0F.W0 92 /r',            'KMOVD k, r32:rm',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512BW'],
  ['EVEX.LLZ.F2.0F.W0 93 /r',            'KMOVD r32, k:rm',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512BW'],
  ['EVEX.LLZ.F2.0F.W1 92 /r',            'KMOVQ k, r64:rm',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512BW'],
  ['EVEX.LLZ.F2.0F.W1 93 /r',            'KMOVQ r64, k:rm',         'w r',  '',                                                               'none',      'ONLY64 APX APX_F AVX512BW'],

  // Tiles
  ['EVEX.LLZ.0F38.W0 49 /0',             'LDTILECFG m512',          'r',    'w TMM0, w TMM1, w TMM2, w TMM3, w TMM4, w TMM5, w TMM6, w TMM7', 'none',      'ONLY64 APX APX_F AMX-TILE'],
  ['EVEX.LLZ.66.0F38.W0 49 /0',          'STTILECFG m512',          'w',    '',                                                               'none',      'ONLY64 APX APX_F AMX-TILE'],
  ['EVEX.LLZ.F2.0F38.W0 4B /r',          'TILELOADD tmm, sibmem',   'w r',  '',                                                               'none',      'ONLY64 APX APX_F AMX-TILE SIB-NEEDED'],
  ['EVEX.LLZ.66.0F38.W0 4B /r',          'TILELOADDT1 tmm, sibmem', 'w r',  '',                                                               'none',      'ONLY64 APX APX_F AMX-TILE SIB-NEEDED'],
  ['EVEX.LLZ.F3.0F38.W0 4B /r',          'TILESTORED sibmem, tmm',  'w r',  '',                                                               'none',      'ONLY64 APX APX_F AMX-TILE SIB-NEEDED'],
] as const satisfies readonly Row[];
