import type { Row } from '../row.ts';

/** AVX2 (SDM 1 5.16). */
export const avx2 = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
