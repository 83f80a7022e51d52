import type { Row } from '../row.ts';

/** SSE (SDM 1 5.5). */
export const sse = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
