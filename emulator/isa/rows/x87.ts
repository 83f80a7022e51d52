import type { Row } from '../row.ts';

/** x87 floating-point instructions (SDM 1 5.2). */
export const x87 = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
