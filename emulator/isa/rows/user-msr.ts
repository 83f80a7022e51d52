import type { Row } from '../row.ts';

/** USER_MSR in VEX. */
export const userMsr = [
  ['F2 0F 38 F8 /r',              'URDMSR r64:rm, r64',   'w r', '', 'none', 'USER_MSR ONLY64'],
  ['F3 0F 38 F8 /r',              'UWRMSR r64, r64:rm',   'r r', '', 'none', 'USER_MSR ONLY64'],
  ['VEX.128.F2.MAP7.W0 F8 /0 id', 'URDMSR r64:rm, imm32', 'w r', '', 'none', 'USER_MSR ONLY64'],
  ['VEX.128.F3.MAP7.W0 F8 /0 id', 'UWRMSR imm32, r64:rm', 'r r', '', 'none', 'USER_MSR ONLY64'],
] as const satisfies readonly Row[];
