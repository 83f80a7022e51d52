import type { Row } from '../row.ts';

/** FMA4 (APM 4). */
export const fma4 = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
