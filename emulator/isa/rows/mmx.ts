import type { Row } from '../row.ts';

/** MMX instructions (SDM 1 5.4). */
export const mmx = [
  // Moves
  ['NP 0F 6E /r',         'MOVD mm, r/m32',       'w r',  '', 'none', 'MMX'],
  ['NP REX.W + 0F 6E /r', 'MOVQ mm, r/m64',       'w r',  '', 'none', 'MMX'],
  ['NP 0F 7E /r',         'MOVD r/m32, mm',       'w r',  '', 'none', 'MMX'],
  ['NP REX.W + 0F 7E /r', 'MOVQ r/m64, mm',       'w r',  '', 'none', 'MMX'],
  ['NP 0F 6F /r',         'MOVQ mm, mm/m64',      'w r',  '', 'none', 'MMX'],
  ['NP 0F 7F /r',         'MOVQ mm/m64, mm',      'w r',  '', 'none', 'MMX'],

  // Packing and unpacking
  ['NP 0F 60 /r',         'PUNPCKLBW mm, mm/m32', 'rw r', '', 'none', 'MMX'],
  ['NP 0F 61 /r',         'PUNPCKLWD mm, mm/m32', 'rw r', '', 'none', 'MMX'],
  ['NP 0F 62 /r',         'PUNPCKLDQ mm, mm/m32', 'rw r', '', 'none', 'MMX'],
  ['NP 0F 68 /r',         'PUNPCKHBW mm, mm/m64', 'rw r', '', 'none', 'MMX'],
  ['NP 0F 69 /r',         'PUNPCKHWD mm, mm/m64', 'rw r', '', 'none', 'MMX'],
  ['NP 0F 6A /r',         'PUNPCKHDQ mm, mm/m64', 'rw r', '', 'none', 'MMX'],
  ['NP 0F 63 /r',         'PACKSSWB mm, mm/m64',  'rw r', '', 'none', 'MMX'],
  ['NP 0F 67 /r',         'PACKUSWB mm, mm/m64',  'rw r', '', 'none', 'MMX'],
  ['NP 0F 6B /r',         'PACKSSDW mm, mm/m64',  'rw r', '', 'none', 'MMX'],

  // Arithmetic, comparison and logic
  ['NP 0F 64 /r',         'PCMPGTB mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F 65 /r',         'PCMPGTW mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F 66 /r',         'PCMPGTD mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F 74 /r',         'PCMPEQB mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F 75 /r',         'PCMPEQW mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F 76 /r',         'PCMPEQD mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F D5 /r',         'PMULLW mm, mm/m64',    'rw r', '', 'none', 'MMX'],
  ['NP 0F D8 /r',         'PSUBUSB mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F D9 /r',         'PSUBUSW mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F DB /r',         'PAND mm, mm/m64',      'rw r', '', 'none', 'MMX'],
  ['NP 0F DC /r',         'PADDUSB mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F DD /r',         'PADDUSW mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F DF /r',         'PANDN mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F E5 /r',         'PMULHW mm, mm/m64',    'rw r', '', 'none', 'MMX'],
  ['NP 0F E8 /r',         'PSUBSB mm, mm/m64',    'rw r', '', 'none', 'MMX'],
  ['NP 0F E9 /r',         'PSUBSW mm, mm/m64',    'rw r', '', 'none', 'MMX'],
  ['NP 0F EB /r',         'POR mm, mm/m64',       'rw r', '', 'none', 'MMX'],
  ['NP 0F EC /r',         'PADDSB mm, mm/m64',    'rw r', '', 'none', 'MMX'],
  ['NP 0F ED /r',         'PADDSW mm, mm/m64',    'rw r', '', 'none', 'MMX'],
  ['NP 0F EF /r',         'PXOR mm, mm/m64',      'rw r', '', 'none', 'MMX'],
  ['NP 0F F5 /r',         'PMADDWD mm, mm/m64',   'rw r', '', 'none', 'MMX'],
  ['NP 0F F8 /r',         'PSUBB mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F F9 /r',         'PSUBW mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F FA /r',         'PSUBD mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F FC /r',         'PADDB mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F FD /r',         'PADDW mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F FE /r',         'PADDD mm, mm/m64',     'rw r', '', 'none', 'MMX'],

  // Shifts
  ['NP 0F D1 /r',         'PSRLW mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F D2 /r',         'PSRLD mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F D3 /r',         'PSRLQ mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F E1 /r',         'PSRAW mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F E2 /r',         'PSRAD mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F F1 /r',         'PSLLW mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F F2 /r',         'PSLLD mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F F3 /r',         'PSLLQ mm, mm/m64',     'rw r', '', 'none', 'MMX'],
  ['NP 0F 71 /2 ib',      'PSRLW mm:rm, imm8',    'rw r', '', 'none', 'MMX'],
  ['NP 0F 71 /4 ib',      'PSRAW mm:rm, imm8',    'rw r', '', 'none', 'MMX'],
  ['NP 0F 71 /6 ib',      'PSLLW mm:rm, imm8',    'rw r', '', 'none', 'MMX'],
  ['NP 0F 72 /2 ib',      'PSRLD mm:rm, imm8',    'rw r', '', 'none', 'MMX'],
  ['NP 0F 72 /4 ib',      'PSRAD mm:rm, imm8',    'rw r', '', 'none', 'MMX'],
  ['NP 0F 72 /6 ib',      'PSLLD mm:rm, imm8',    'rw r', '', 'none', 'MMX'],
  ['NP 0F 73 /2 ib',      'PSRLQ mm:rm, imm8',    'rw r', '', 'none', 'MMX'],
  ['NP 0F 73 /6 ib',      'PSLLQ mm:rm, imm8',    'rw r', '', 'none', 'MMX'],

  // State
  ['NP 0F 77',            'EMMS',                 '',     '', 'none', 'MMX'],
] as const satisfies readonly Row[];
