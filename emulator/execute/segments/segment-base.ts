/** RDFSBASE, WRFSBASE and their kin for GS (SDM 2B RDFSBASE, 2D WRFSBASE). */
import type { Word } from '../../bits/word.ts';
import { Cr4 } from '../../machine/state.ts';
import { Vector } from '../../semantics/cpu.ts';
import { isCanonical } from '../segmented-memory.ts';
import type { SegmentMachine } from './segment-machine.ts';

export const readSegmentBase = (machine: SegmentMachine, segment: number, into: Word): void => {
  requireBaseAccess(machine);
  into.lo = machine.state.segments[segment].baseLo;
  into.hi = machine.state.segments[segment].baseHi;
};

export const writeSegmentBase = (machine: SegmentMachine, segment: number, { lo, hi }: Word): void => {
  requireBaseAccess(machine);
  if (!isCanonical(hi)) machine.fault(Vector.GP, 0);
  const into = machine.stageSegment(segment);
  into.baseLo = lo;
  into.baseHi = hi;
};

const requireBaseAccess = (machine: SegmentMachine): void => {
  if ((machine.state.control[4].lo & Cr4.FSGSBASE) === 0) machine.fault(Vector.UD, 0);
};
