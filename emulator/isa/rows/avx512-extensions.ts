import type { Row } from '../row.ts';

/** AVX-512 CD, ER, PF and what came later (SDM 1 5.19). */
export const avx512Extensions = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
