import type { Row } from '../row.ts';

/** FMA and F16C (SDM 1 5.14, 5.15). */
export const fma = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
