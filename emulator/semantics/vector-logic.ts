/** Logic and shuffles of whole XMM registers (SDM 1 5.5.1.3, 5.5.1.4, 5.6.1.3, 5.6.1.5, 5.6.3). */
import type { Cpu, Semantic } from './cpu.ts';
import { lineBytes, xmmLanes } from './vector-lanes.ts';

type Combine = <V, B>(cpu: Cpu<V, B>, a: V, b: V) => V;

const combines =
  (combine: Combine): Semantic =>
  (cpu) => {
    // MMX's forms of the same names have semantics of their own, or none.
    cpu.requireUnit('sse');
    if (cpu.isMemory(1)) cpu.requireAlignment(1, lineBytes);
    for (let lane = 0; lane < xmmLanes; lane++) {
      cpu.writeLane(0, lane, combine(cpu, cpu.readLane(0, lane), cpu.readLane(1, lane)));
    }
  };

const and = combines((cpu, a, b) => cpu.and(a, b));
const andNot = combines((cpu, a, b) => cpu.and(cpu.not(a), b));
const or = combines((cpu, a, b) => cpu.or(a, b));
const xor = combines((cpu, a, b) => cpu.xor(a, b));

/** A lane of the destination, then one of the source. */
const unpacks =
  (from: number): Semantic =>
  (cpu) => {
    cpu.requireUnit('sse');
    if (cpu.isMemory(1)) cpu.requireAlignment(1, lineBytes);
    const low = cpu.readLane(0, from);
    const high = cpu.readLane(1, from);
    cpu.writeLane(0, 0, low);
    cpu.writeLane(0, 1, high);
  };

export const sseLogic: Readonly<Record<string, Semantic>> = { ANDPS: and, ANDNPS: andNot, ORPS: or, XORPS: xor };

export const sse2Logic: Readonly<Record<string, Semantic>> = {
  ...{ ANDPD: and, ANDNPD: andNot, ORPD: or, XORPD: xor },
  ...{ PAND: and, PANDN: andNot, POR: or, PXOR: xor },
  UNPCKLPD: unpacks(0),
  UNPCKHPD: unpacks(1),
  PUNPCKLQDQ: unpacks(0),
  PUNPCKHQDQ: unpacks(1),
  SHUFPD(cpu) {
    cpu.requireUnit('sse');
    if (cpu.isMemory(1)) cpu.requireAlignment(1, lineBytes);
    const order = cpu.immediateOf(2);
    const low = cpu.readLane(0, order & 1);
    const high = cpu.readLane(1, (order >> 1) & 1);
    cpu.writeLane(0, 0, low);
    cpu.writeLane(0, 1, high);
  },
};
