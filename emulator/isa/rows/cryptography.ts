import type { Row } from '../row.ts';

/** AES, PCLMULQDQ, SHA, GFNI and Key Locker in legacy encodings (SDM 1 5.12, 5.18, 5.22). */
export const cryptography = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
