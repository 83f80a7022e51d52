import type { Row } from '../row.ts';

/** SSE3 and SSSE3 (SDM 1 5.7, 5.8). */
export const sse3 = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
