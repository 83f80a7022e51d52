import type { Row } from '../row.ts';

/** Moves of what is read by many and seldom written (Intel instruction set extensions, 319433: MOVRS, AMX-MOVRS). */
export const readShared = [
  // General registers
  ['NFx 0F 38 8A /r',                  'MOVRS r8, m8',              'w r', '', 'none', 'AVX10 MOVRS ONLY64'],
  ['o16 NFx 0F 38 8B /r',              'MOVRS r16, m16',            'w r', '', 'none', 'AVX10 MOVRS ONLY64'],
  ['o32 NFx 0F 38 8B /r',              'MOVRS r32, m32',            'w r', '', 'none', 'AVX10 MOVRS ONLY64'],
  ['o64 NFx 0F 38 8B /r',              'MOVRS r64, m64',            'w r', '', 'none', 'AVX10 MOVRS ONLY64'],
  ['0F 18 /4',                         'PREFETCHRST2 m8',           '-',   '', 'none', 'AVX10 MOVRS ONLY64'],

  // Vectors
  ['EVEX.128.F2.MAP5.W0 6F /r',        'VMOVRSB xmm{k}{z}, m128',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.256.F2.MAP5.W0 6F /r',        'VMOVRSB ymm{k}{z}, m256',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.512.F2.MAP5.W0 6F /r',        'VMOVRSB zmm{k}{z}, m512',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.128.F2.MAP5.W1 6F /r',        'VMOVRSW xmm{k}{z}, m128',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.256.F2.MAP5.W1 6F /r',        'VMOVRSW ymm{k}{z}, m256',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.512.F2.MAP5.W1 6F /r',        'VMOVRSW zmm{k}{z}, m512',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.128.F3.MAP5.W0 6F /r',        'VMOVRSD xmm{k}{z}, m128',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.256.F3.MAP5.W0 6F /r',        'VMOVRSD ymm{k}{z}, m256',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.512.F3.MAP5.W0 6F /r',        'VMOVRSD zmm{k}{z}, m512',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.128.F3.MAP5.W1 6F /r',        'VMOVRSQ xmm{k}{z}, m128',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.256.F3.MAP5.W1 6F /r',        'VMOVRSQ ymm{k}{z}, m256',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],
  ['EVEX.512.F3.MAP5.W1 6F /r',        'VMOVRSQ zmm{k}{z}, m512',   'w r', '', 'none', 'AVX10 AVX10.2 MOVRS ONLY64'],

  // Tiles
  ['VEX.128.F2.0F38.W0 4A /r',         'TILELOADDRS tmm, sibmem',   'w r', '', 'none', 'AVX10 AMX-MOVRS ONLY64 SIB-NEEDED'],
  ['VEX.128.66.0F38.W0 4A /r',         'TILELOADDRST1 tmm, sibmem', 'w r', '', 'none', 'AVX10 AMX-MOVRS ONLY64 SIB-NEEDED'],

  // With R16 to R31
  ['EVEX.LLZ.NP.MAP4.IGNORED 8A /r',   'MOVRS r8, m8',              'w r', '', 'none', 'ONLY64 APX APX_F MOVRS'],
  ['o16 EVEX.LLZ.MAP4.SCALABLE 8B /r', 'MOVRS r16, m16',            'w r', '', 'none', 'ONLY64 APX APX_F MOVRS'],
  ['o32 EVEX.LLZ.MAP4.SCALABLE 8B /r', 'MOVRS r32, m32',            'w r', '', 'none', 'ONLY64 APX APX_F MOVRS'],
  ['o64 EVEX.LLZ.MAP4.SCALABLE 8B /r', 'MOVRS r64, m64',            'w r', '', 'none', 'ONLY64 APX APX_F MOVRS'],
  ['EVEX.LLZ.F2.0F38.W0 4A /r',        'TILELOADDRS tmm, sibmem',   'w r', '', 'none', 'ONLY64 APX APX_F AMX-MOVRS SIB-NEEDED'],
  ['EVEX.LLZ.66.0F38.W0 4A /r',        'TILELOADDRST1 tmm, sibmem', 'w r', '', 'none', 'ONLY64 APX APX_F AMX-MOVRS SIB-NEEDED'],
] as const satisfies readonly Row[];
