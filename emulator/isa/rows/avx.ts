import type { Row } from '../row.ts';

/** AVX (SDM 1 5.13). */
export const avx = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
