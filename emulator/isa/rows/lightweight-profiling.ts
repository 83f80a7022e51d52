import type { Row } from '../row.ts';

/** LWP (AMD 43724). */
export const lightweightProfiling = [
  // Lightweight profiling (APM 3)
  ['XOP.128.09.W0 12 /0',    'LLWPCB r32:rm',                 'r',      '', 'none',          'LWP W-IGNORED'],
  ['XOP.128.09.W1 12 /0',    'LLWPCB r64:rm',                 'r',      '', 'none',          'LWP ONLY64'],
  ['XOP.128.09.W0 12 /1',    'SLWPCB r32:rm',                 'w',      '', 'none',          'LWP W-IGNORED'],
  ['XOP.128.09.W1 12 /1',    'SLWPCB r64:rm',                 'w',      '', 'none',          'LWP ONLY64'],
  ['XOP.128.0A.W0 12 /0 id', 'LWPINS r32:vvvv, r/m32, imm32', 'r r r',  '', 'carry-written', 'LWP W-IGNORED'],
  ['XOP.128.0A.W1 12 /0 id', 'LWPINS r64:vvvv, r/m32, imm32', 'r r r',  '', 'carry-written', 'LWP ONLY64'],
  ['XOP.128.0A.W0 12 /1 id', 'LWPVAL r32:vvvv, r/m32, imm32', 'r cr r', '', 'none',          'LWP W-IGNORED'],
  ['XOP.128.0A.W1 12 /1 id', 'LWPVAL r64:vvvv, r/m32, imm32', 'r cr r', '', 'none',          'LWP ONLY64'],
] as const satisfies readonly Row[];
