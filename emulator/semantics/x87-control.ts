/** Instructions on the x87 unit's control, which hypervisors meet; arithmetic is not here. */
import type { Semantic } from './cpu.ts';

const stores =
  (register: 'fcw' | 'fsw'): Semantic =>
  (cpu) => {
    cpu.requireUnit('x87');
    cpu.write(0, cpu.unitControl(register));
  };

export const x87Control: Readonly<Record<string, Semantic>> = {
  FNSTCW: stores('fcw'),
  FNSTSW: stores('fsw'),
  FNINIT(cpu) {
    cpu.requireUnit('x87');
    cpu.initializeX87();
  },
};
