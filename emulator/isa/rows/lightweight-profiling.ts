import type { Row } from '../row.ts';

/** LWP (AMD 43724). */
export const lightweightProfiling = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
