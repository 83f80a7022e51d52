import type { Row } from '../row.ts';

/** Memory protection extensions (SDM 1 appendix E), which AMD has not. */
export const bounds = [
  // opcode        syntax                  access  implicit  flags   needs

  // Bounds (MPX)
  ['NP 0F 1A /r', 'BNDLDX bnd, mib',      'w -',  '',       'none', 'INTEL MPX NO-RIP'],
  ['66 0F 1A /r', 'BNDMOV bnd, bnd/m64',  'w r',  '',       'none', 'INTEL MPX NO64'],
  ['66 0F 1A /r', 'BNDMOV bnd, bnd/m128', 'w r',  '',       'none', 'INTEL MPX ONLY64'],
  ['F3 0F 1A /r', 'BNDCL bnd, r/m32',     'r r',  '',       'none', 'INTEL MPX ADDRESS-ONLY NO64'],
  ['F3 0F 1A /r', 'BNDCL bnd, r/m64',     'r r',  '',       'none', 'INTEL MPX ADDRESS-ONLY ONLY64'],
  ['F2 0F 1A /r', 'BNDCU bnd, r/m32',     'r r',  '',       'none', 'INTEL MPX ADDRESS-ONLY NO64'],
  ['F2 0F 1A /r', 'BNDCU bnd, r/m64',     'r r',  '',       'none', 'INTEL MPX ADDRESS-ONLY ONLY64'],
  ['F2 0F 1B /r', 'BNDCN bnd, r/m32',     'r r',  '',       'none', 'INTEL MPX ADDRESS-ONLY NO64'],
  ['F2 0F 1B /r', 'BNDCN bnd, r/m64',     'r r',  '',       'none', 'INTEL MPX ADDRESS-ONLY ONLY64'],
  ['NP 0F 1B /r', 'BNDSTX mib, bnd',      '- r',  '',       'none', 'INTEL MPX NO-RIP'],
  ['66 0F 1B /r', 'BNDMOV bnd/m64, bnd',  'w r',  '',       'none', 'INTEL MPX NO64'],
  ['66 0F 1B /r', 'BNDMOV bnd/m128, bnd', 'w r',  '',       'none', 'INTEL MPX ONLY64'],
  ['F3 0F 1B /r', 'BNDMK bnd, m32',       'w -',  '',       'none', 'INTEL MPX NO64 NO-RIP'],
  ['F3 0F 1B /r', 'BNDMK bnd, m64',       'w -',  '',       'none', 'INTEL MPX ONLY64 NO-RIP'],
] as const satisfies readonly Row[];
