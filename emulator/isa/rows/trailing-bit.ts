import type { Row } from '../row.ts';

/** TBM (APM 3). */
export const trailingBit = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
