import type { Row } from '../row.ts';

/** AES, PCLMULQDQ, SHA, GFNI and Key Locker in legacy encodings (SDM 1 5.12, 5.18, 5.22). */
export const cryptography = [
  // AES, carry-less multiplication, GFNI
  ['66 0F 38 DC /r',    'AESENC xmm, xmm/m128',                 'rw r',   '',                                                                       'none',         'AES'],
  ['66 0F 38 DD /r',    'AESENCLAST xmm, xmm/m128',             'rw r',   '',                                                                       'none',         'AES'],
  ['66 0F 38 DE /r',    'AESDEC xmm, xmm/m128',                 'rw r',   '',                                                                       'none',         'AES'],
  ['66 0F 38 DF /r',    'AESDECLAST xmm, xmm/m128',             'rw r',   '',                                                                       'none',         'AES'],
  ['66 0F 38 DB /r',    'AESIMC xmm, xmm/m128',                 'w r',    '',                                                                       'none',         'AES'],
  ['66 0F 3A DF /r ib', 'AESKEYGENASSIST xmm, xmm/m128, imm8',  'w r r',  '',                                                                       'none',         'AES'],
  ['66 0F 3A 44 /r ib', 'PCLMULQDQ xmm, xmm/m128, imm8',        'rw r r', '',                                                                       'none',         'PCLMULQDQ'],
  ['66 0F 38 CF /r',    'GF2P8MULB xmm, xmm/m128',              'rw r',   '',                                                                       'none',         'GFNI'],
  ['66 0F 3A CE /r ib', 'GF2P8AFFINEQB xmm, xmm/m128, imm8',    'rw r r', '',                                                                       'none',         'GFNI'],
  ['66 0F 3A CF /r ib', 'GF2P8AFFINEINVQB xmm, xmm/m128, imm8', 'rw r r', '',                                                                       'none',         'GFNI'],

  // SHA
  ['NP 0F 38 C8 /r',    'SHA1NEXTE xmm, xmm/m128',              'rw r',   '',                                                                       'none',         'SHA'],
  ['NP 0F 38 C9 /r',    'SHA1MSG1 xmm, xmm/m128',               'rw r',   '',                                                                       'none',         'SHA'],
  ['NP 0F 38 CA /r',    'SHA1MSG2 xmm, xmm/m128',               'rw r',   '',                                                                       'none',         'SHA'],
  ['NP 0F 38 CC /r',    'SHA256MSG1 xmm, xmm/m128',             'rw r',   '',                                                                       'none',         'SHA'],
  ['NP 0F 38 CD /r',    'SHA256MSG2 xmm, xmm/m128',             'rw r',   '',                                                                       'none',         'SHA'],
  ['NP 0F 38 CB /r',    'SHA256RNDS2 xmm, xmm/m128',            'rw r',   'r XMM0',                                                                 'none',         'SHA'],
  ['NP 0F 3A CC /r ib', 'SHA1RNDS4 xmm, xmm/m128, imm8',        'rw r r', '',                                                                       'none',         'SHA'],

  // Key Locker
  ['F3 0F 38 DC /r',    'LOADIWKEY xmm, xmm:rm',                'r r',    'r EAX, r XMM0',                                                          'zero-only',    'KL CPL0'],
  ['F3 0F 38 FA /r',    'ENCODEKEY128 r32, r32:rm',             'w r',    'rw XMM0, w XMM1, w XMM2, w XMM4, w XMM5, w XMM6',                        'clear-status', 'AESKLE'],
  ['F3 0F 38 FB /r',    'ENCODEKEY256 r32, r32:rm',             'w r',    'rw XMM0, rw XMM1, w XMM2, w XMM3, w XMM4, w XMM5, w XMM6',               'clear-status', 'AESKLE'],
  ['F3 0F 38 DC /r',    'AESENC128KL xmm, m384',                'rw r',   '',                                                                       'zero-only',    'AESKLE'],
  ['F3 0F 38 DD /r',    'AESDEC128KL xmm, m384',                'rw r',   '',                                                                       'zero-only',    'AESKLE'],
  ['F3 0F 38 DE /r',    'AESENC256KL xmm, m512',                'rw r',   '',                                                                       'zero-only',    'AESKLE'],
  ['F3 0F 38 DF /r',    'AESDEC256KL xmm, m512',                'rw r',   '',                                                                       'zero-only',    'AESKLE'],
  ['F3 0F 38 D8 /0',    'AESENCWIDE128KL m384',                 'r',      'rw XMM0, rw XMM1, rw XMM2, rw XMM3, rw XMM4, rw XMM5, rw XMM6, rw XMM7', 'zero-only',    'AESKLE WIDE_KL'],
  ['F3 0F 38 D8 /1',    'AESDECWIDE128KL m384',                 'r',      'rw XMM0, rw XMM1, rw XMM2, rw XMM3, rw XMM4, rw XMM5, rw XMM6, rw XMM7', 'zero-only',    'AESKLE WIDE_KL'],
  ['F3 0F 38 D8 /2',    'AESENCWIDE256KL m512',                 'r',      'rw XMM0, rw XMM1, rw XMM2, rw XMM3, rw XMM4, rw XMM5, rw XMM6, rw XMM7', 'zero-only',    'AESKLE WIDE_KL'],
  ['F3 0F 38 D8 /3',    'AESDECWIDE256KL m512',                 'r',      'rw XMM0, rw XMM1, rw XMM2, rw XMM3, rw XMM4, rw XMM5, rw XMM6, rw XMM7', 'zero-only',    'AESKLE WIDE_KL'],
] as const satisfies readonly Row[];
