import type { Row } from '../row.ts';

/** Tiles (SDM 1 5.25). */
export const amx = [
  // Configuration
  ['VEX.128.0F38.W0 49 /0',            'LDTILECFG m512',                     'r',      'w TMM0, w TMM1, w TMM2, w TMM3, w TMM4, w TMM5, w TMM6, w TMM7', 'none', 'AMX-TILE ONLY64'],
  ['VEX.128.66.0F38.W0 49 /0',         'STTILECFG m512',                     'w',      '',                                                               'none', 'AMX-TILE ONLY64'],
  ['VEX.128.0F38.W0 49 C0',            'TILERELEASE',                        '',       'w TMM0, w TMM1, w TMM2, w TMM3, w TMM4, w TMM5, w TMM6, w TMM7', 'none', 'AMX-TILE ONLY64'],
  ['VEX.128.F2.0F38.W0 49 11:rrr:000', 'TILEZERO tmm',                       'w',      '',                                                               'none', 'AMX-TILE ONLY64'],

  // Moves
  ['VEX.128.F2.0F38.W0 4B /r',         'TILELOADD tmm, sibmem',              'w r',    '',                                                               'none', 'AMX-TILE ONLY64 SIB-NEEDED'],
  ['VEX.128.66.0F38.W0 4B /r',         'TILELOADDT1 tmm, sibmem',            'w r',    '',                                                               'none', 'AMX-TILE ONLY64 SIB-NEEDED'],
  ['VEX.128.F3.0F38.W0 4B /r',         'TILESTORED sibmem, tmm',             'w r',    '',                                                               'none', 'AMX-TILE ONLY64 SIB-NEEDED'],

  // Dot products
  ['VEX.128.F2.0F38.W0 5E /r',         'TDPBSSD tmm, tmm:rm, tmm:vvvv',      'rw r r', '',                                                               'none', 'AMX-INT8 ONLY64 DISTINCT'],
  ['VEX.128.F3.0F38.W0 5E /r',         'TDPBSUD tmm, tmm:rm, tmm:vvvv',      'rw r r', '',                                                               'none', 'AMX-INT8 ONLY64 DISTINCT'],
  ['VEX.128.66.0F38.W0 5E /r',         'TDPBUSD tmm, tmm:rm, tmm:vvvv',      'rw r r', '',                                                               'none', 'AMX-INT8 ONLY64 DISTINCT'],
  ['VEX.128.0F38.W0 5E /r',            'TDPBUUD tmm, tmm:rm, tmm:vvvv',      'rw r r', '',                                                               'none', 'AMX-INT8 ONLY64 DISTINCT'],
  ['VEX.128.F3.0F38.W0 5C /r',         'TDPBF16PS tmm, tmm:rm, tmm:vvvv',    'rw r r', '',                                                               'none', 'AMX-BF16 ONLY64 DISTINCT'],
  ['VEX.128.F2.0F38.W0 5C /r',         'TDPFP16PS tmm, tmm:rm, tmm:vvvv',    'rw r r', '',                                                               'none', 'AMX-FP16 ONLY64 DISTINCT'],
  ['VEX.128.66.0F38.W0 6C /r',         'TCMMIMFP16PS tmm, tmm:rm, tmm:vvvv', 'rw r r', '',                                                               'none', 'AMX-COMPLEX ONLY64 DISTINCT'],
  ['VEX.128.0F38.W0 6C /r',            'TCMMRLFP16PS tmm, tmm:rm, tmm:vvvv', 'rw r r', '',                                                               'none', 'AMX-COMPLEX ONLY64 DISTINCT'],
] as const satisfies readonly Row[];
