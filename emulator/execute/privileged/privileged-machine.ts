/** What instructions of systems ask of the machine, besides what segments do. */
import type { SystemOwner } from '../owners.ts';
import type { SegmentMachine } from '../segments/segment-machine.ts';

export interface PrivilegedMachine extends SegmentMachine {
  readonly owner: SystemOwner;
  /** Has nothing stopped the instruction so far? */
  readonly isGoingOn: boolean;
  /** This happens when the instruction ends, after its registers and memory. */
  atEnd(change: () => void): void;
  /** So many bytes (1, 2, 4) as the CPU itself reads its tables. */
  readSystem(low: number, high: number, bytes: number): number;
}
