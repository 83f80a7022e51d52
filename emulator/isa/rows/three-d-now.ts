import type { Row } from '../row.ts';

/** 3DNow! and its extensions (APM 5; AMD 21928). */
export const threeDNow = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
