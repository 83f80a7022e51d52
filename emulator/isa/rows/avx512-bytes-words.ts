import type { Row } from '../row.ts';

/** AVX-512 BW and DQ (SDM 1 5.19). */
export const avx512BytesWords = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
