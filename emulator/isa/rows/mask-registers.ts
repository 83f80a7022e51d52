import type { Row } from '../row.ts';

/** Instructions on mask registers (SDM 1 5.19). */
export const maskRegisters = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
