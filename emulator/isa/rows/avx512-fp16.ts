import type { Row } from '../row.ts';

/** AVX-512 FP16 (SDM 1 5.19). */
export const avx512Fp16 = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
