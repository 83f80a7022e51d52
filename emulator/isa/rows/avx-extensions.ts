import type { Row } from '../row.ts';

/** AVX-VNNI, AVX-IFMA, AVX-NE-CONVERT and others in VEX. */
export const avxExtensions = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
