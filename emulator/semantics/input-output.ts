import type { inputOutput as rows } from '../isa/rows/input-output.ts';
import type { Cpu, SemanticsOf } from './cpu.ts';

/** Port input and output (SDM 1 5.1.9). */
export const inputOutput: SemanticsOf<typeof rows> = {
  IN(cpu) {
    const port = portOf(cpu, 1);
    cpu.requirePortAccess(port, cpu.width);
    reachAll(cpu);
    cpu.write(0, cpu.readPort(port, cpu.width));
  },
  OUT(cpu) {
    const port = portOf(cpu, 0);
    const width = cpu.bits(1);
    cpu.requirePortAccess(port, width);
    reachAll(cpu);
    cpu.writePort(port, width, cpu.read(1));
  },
};

/** Before the port is asked. */
const reachAll = <V, B>(cpu: Cpu<V, B>): void => {
  cpu.reach('checked');
  cpu.reach('read');
};

/** DX, or an immediate of 8 bits. */
const portOf = <V, B>(cpu: Cpu<V, B>, k: number): V =>
  cpu.registerOf(k) === 0 ? cpu.zeroExtend(8, cpu.read(k)) : cpu.zeroExtend(16, cpu.read(k));
