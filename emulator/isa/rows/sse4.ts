import type { Row } from '../row.ts';

/** SSE4.1, SSE4.2 (SDM 1 5.10, 5.11) and SSE4A (APM 4). */
export const sse4 = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
