import type { Row } from '../row.ts';

/** MMX instructions (SDM 1 5.4). */
export const mmx = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
