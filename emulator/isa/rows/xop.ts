import type { Row } from '../row.ts';

/** XOP (APM 4). */
export const xop = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
