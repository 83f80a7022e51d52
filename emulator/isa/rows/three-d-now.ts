import type { Row } from '../row.ts';

/** 3DNow! and its extensions (APM 5; AMD 21928). */
export const threeDNow = [
  // 3DNow! (APM 3 appendix A.1.2, APM 5)
  ['0F 0F /r 0D', 'PI2FD mm, mm/m64',    'w r',  '', 'none', '3DNOW'],
  ['0F 0F /r 1D', 'PF2ID mm, mm/m64',    'w r',  '', 'none', '3DNOW'],
  ['0F 0F /r 90', 'PFCMPGE mm, mm/m64',  'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r 94', 'PFMIN mm, mm/m64',    'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r 9A', 'PFSUB mm, mm/m64',    'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r 9E', 'PFADD mm, mm/m64',    'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r A0', 'PFCMPGT mm, mm/m64',  'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r A4', 'PFMAX mm, mm/m64',    'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r A6', 'PFRCPIT1 mm, mm/m64', 'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r A7', 'PFRSQIT1 mm, mm/m64', 'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r AA', 'PFSUBR mm, mm/m64',   'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r AE', 'PFACC mm, mm/m64',    'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r B0', 'PFCMPEQ mm, mm/m64',  'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r B4', 'PFMUL mm, mm/m64',    'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r B6', 'PFRCPIT2 mm, mm/m64', 'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r B7', 'PMULHRW mm, mm/m64',  'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r BF', 'PAVGUSB mm, mm/m64',  'rw r', '', 'none', '3DNOW'],
  ['0F 0F /r 96', 'PFRCP mm, mm/m64',    'w r',  '', 'none', '3DNOW'],
  ['0F 0F /r 97', 'PFRSQRT mm, mm/m64',  'w r',  '', 'none', '3DNOW'],
  ['0F 0E',       'FEMMS',               '',     '', 'none', '3DNOW'],

  // Enhanced 3DNow!
  ['0F 0F /r 0C', 'PI2FW mm, mm/m64',    'w r',  '', 'none', '3DNOWEXT'],
  ['0F 0F /r 1C', 'PF2IW mm, mm/m64',    'w r',  '', 'none', '3DNOWEXT'],
  ['0F 0F /r 8A', 'PFNACC mm, mm/m64',   'rw r', '', 'none', '3DNOWEXT'],
  ['0F 0F /r 8E', 'PFPNACC mm, mm/m64',  'rw r', '', 'none', '3DNOWEXT'],
  ['0F 0F /r BB', 'PSWAPD mm, mm/m64',   'w r',  '', 'none', '3DNOWEXT'],

  // Geode
  ['0F 0F /r 86', 'PFRCPV mm, mm/m64',   'w r',  '', 'none', 'CYRIX NO64'],
  ['0F 0F /r 87', 'PFRSQRTV mm, mm/m64', 'w r',  '', 'none', 'CYRIX NO64'],
] as const satisfies readonly Row[];
