import type { Row } from '../row.ts';

/** AVX-512 F, with VL (SDM 1 5.19). */
export const avx512Foundation = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
