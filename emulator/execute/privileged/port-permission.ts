/** The I/O permission bit map of the task (SDM 1 19.5.2). */
import type { PrivilegedMachine } from './privileged-machine.ts';

const mapPointer = 0x66;

/** Are so many ports from one on permitted? Not without a TSS that has a map as far as that. */
export const isPortPermitted = (machine: PrivilegedMachine, port: number, bytes: number): boolean => {
  const { tr } = machine.state;
  if (tr.isNull || tr.limit < mapPointer + 1) return false;
  const at = (offset: number): readonly [number, number] => {
    const low = (tr.baseLo + offset) | 0;
    return [low, machine.isLongMode ? tr.baseHi + (low >>> 0 < tr.baseLo >>> 0 ? 1 : 0) : 0];
  };
  const map = machine.readSystem(...at(mapPointer), 2);
  // Two bytes are always read, so that a map ends with one of ones.
  const offset = map + (port >> 3);
  if (offset + 1 > tr.limit) return false;
  const bits = machine.readSystem(...at(offset), 2);
  return ((bits >> (port & 7)) & ((1 << bytes) - 1)) === 0;
};
