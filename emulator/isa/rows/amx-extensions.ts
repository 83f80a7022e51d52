import type { Row } from '../row.ts';

/** What tiles learned with AVX10.2 (Intel instruction set extensions, 319433: AMX-FP8, AMX-TF32, AMX-AVX512). */
export const amxExtensions = [
  // Dot products of 8 and 19 bits
  ['VEX.128.MAP5.W0 FD /r',        'TDPBF8PS tmm, tmm:rm, tmm:vvvv',        'rw r r', '', 'none', 'AVX10 AMX-FP8 ONLY64 DISTINCT'],
  ['VEX.128.F2.MAP5.W0 FD /r',     'TDPBHF8PS tmm, tmm:rm, tmm:vvvv',       'rw r r', '', 'none', 'AVX10 AMX-FP8 ONLY64 DISTINCT'],
  ['VEX.128.F3.MAP5.W0 FD /r',     'TDPHBF8PS tmm, tmm:rm, tmm:vvvv',       'rw r r', '', 'none', 'AVX10 AMX-FP8 ONLY64 DISTINCT'],
  ['VEX.128.66.MAP5.W0 FD /r',     'TDPHF8PS tmm, tmm:rm, tmm:vvvv',        'rw r r', '', 'none', 'AVX10 AMX-FP8 ONLY64 DISTINCT'],
  ['VEX.128.66.0F38.W0 48 /r',     'TMMULTF32PS tmm, tmm:rm, tmm:vvvv',     'rw r r', '', 'none', 'AVX10 AMX-TF32 ONLY64 DISTINCT'],

  // Rows of tiles as vectors
  ['EVEX.512.F3.0F38.W0 4A /r',    'TCVTROWD2PS zmm, tmm:rm, r32:vvvv',     'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.F3.0F3A.W0 07 /r ib', 'TCVTROWD2PS zmm, tmm:rm, imm8',         'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.F2.0F38.W0 6D /r',    'TCVTROWPS2BF16H zmm, tmm:rm, r32:vvvv', 'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.F2.0F3A.W0 07 /r ib', 'TCVTROWPS2BF16H zmm, tmm:rm, imm8',     'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.F3.0F38.W0 6D /r',    'TCVTROWPS2BF16L zmm, tmm:rm, r32:vvvv', 'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.F3.0F3A.W0 77 /r ib', 'TCVTROWPS2BF16L zmm, tmm:rm, imm8',     'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.0F38.W0 6D /r',       'TCVTROWPS2PHH zmm, tmm:rm, r32:vvvv',   'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.0F3A.W0 07 /r ib',    'TCVTROWPS2PHH zmm, tmm:rm, imm8',       'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.66.0F38.W0 6D /r',    'TCVTROWPS2PHL zmm, tmm:rm, r32:vvvv',   'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.F2.0F3A.W0 77 /r ib', 'TCVTROWPS2PHL zmm, tmm:rm, imm8',       'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.66.0F38.W0 4A /r',    'TILEMOVROW zmm, tmm:rm, r32:vvvv',      'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
  ['EVEX.512.66.0F3A.W0 07 /r ib', 'TILEMOVROW zmm, tmm:rm, imm8',          'w r r',  '', 'none', 'AVX10 AMX-AVX512 AVX10.2 ONLY64'],
] as const satisfies readonly Row[];
