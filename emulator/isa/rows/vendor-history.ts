import type { Row } from '../row.ts';

/** Opcodes of other vendors, and of CPUs long gone. */
export const vendorHistory = [
  // opcode  syntax  access  implicit  flags  needs
] as const satisfies readonly Row[];
