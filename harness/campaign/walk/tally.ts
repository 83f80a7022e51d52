/** What a walk counts of one space. Plain data, so that a checkpoint can hold it. */
import type { OpcodeMap } from '../../../emulator/isa/opcode-map.ts';
import { slotBytes } from '../../subjects/lengths.ts';

export interface WalkCounts {
  /** The sum of all the rest. */
  candidates: number;
  /** No subject sees an instruction. */
  rejected: number;
  /** By opcode map, then by length: all see one instruction, of one length. */
  readonly agreed: Map<OpcodeMap, number[]>;
  /** Mismatches that known rows claim, by row. */
  readonly explained: Map<string, number>;
  unexplained: number;
  /** Ours or the other does not know the area. */
  unsupported: number;
}

export const noCounts = (): WalkCounts => ({
  candidates: 0,
  rejected: 0,
  agreed: new Map(),
  explained: new Map(),
  unexplained: 0,
  unsupported: 0,
});

export const countAgreed = ({ agreed }: WalkCounts, map: OpcodeMap, lengthBytes: number): void => {
  let lengths = agreed.get(map);
  if (lengths === undefined) {
    lengths = new Array<number>(slotBytes + 1).fill(0);
    agreed.set(map, lengths);
  }
  lengths[lengthBytes] = (lengths[lengthBytes] ?? 0) + 1;
};

/** Of another subject, which follows the walk and is asked about each candidate in large batches. */
export interface FollowerCounts {
  readonly subject: string;
  readonly agreed: number;
  readonly explained: number;
  readonly unexplained: number;
  readonly unsupported: number;
  readonly unavailable: number;
}
