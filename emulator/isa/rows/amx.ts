import type { Row } from '../row.ts';

/** Tiles (SDM 1 5.25). */
export const amx = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
