import type { Row } from '../row.ts';

/** SSE2 (SDM 1 5.6). */
export const sse2 = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
