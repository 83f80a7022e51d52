import type { Row } from '../row.ts';

/** The first Xeon Phi (its ISA reference). */
export const knightsCorner = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
