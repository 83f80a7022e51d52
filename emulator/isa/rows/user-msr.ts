import type { Row } from '../row.ts';

/** USER_MSR in VEX. */
export const userMsr = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
