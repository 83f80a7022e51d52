import type { nop as rows } from '../isa/rows/nop.ts';
import type { SemanticsOf } from './cpu.ts';

/** No operation, and what is none to a program: operands are not accessed. */
export const nop: SemanticsOf<typeof rows> = {
  NOP() {},
  PAUSE(cpu) {
    cpu.reach('checked');
    cpu.reach('read');
  },
  FWAIT() {},
};
