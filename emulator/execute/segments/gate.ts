/** Gates of the IDT (SDM 3A 6.11, 6.14.1). */
import { Word } from '../../bits/word.ts';
import { Vector } from '../../semantics/cpu.ts';
import type { SegmentMachine } from './segment-machine.ts';

/** What enters a handler. */
export interface Event {
  readonly vector: number;
  /** Its error code; null where it has none. */
  readonly error: number | null;
  readonly returnOffset: Word;
  /** INT n and its kin, which the gate's DPL may forbid. */
  readonly isSoftware: boolean;
  /** 1 where what faults on the way was not caused by the program. */
  readonly external: 0 | 1;
  /** A fault: RF is set in the image of the flags. */
  readonly resumes: boolean;
}

export interface Gate {
  readonly selector: number;
  readonly offset: Word;
  readonly bits: 16 | 32 | 64;
  readonly masksInterrupts: boolean;
  /** The IST's stack that is to be used, 0 for none. */
  readonly stackTable: number;
}

/** The error code that names a gate: the IDT bit is set (SDM 3A 6.13). */
export const gateError = (vector: number, external: 0 | 1): number => vector * 8 + 2 + external;

const taskGate = 5;
const isGateType = (type: number, isLong: boolean): boolean =>
  type === 14 || type === 15 || (!isLong && (type === 6 || type === 7 || type === taskGate));

/** Null after a fault, and for a task. */
export const gateOf = (machine: SegmentMachine, { vector, isSoftware, external }: Event): Gate | null => {
  const { idtr } = machine.state;
  const isLong = machine.isLongMode;
  const bytes = isLong ? 16 : 8;
  const error = gateError(vector, external);
  if (vector * bytes + bytes - 1 > idtr.limit) return refuse(machine, Vector.GP, error);
  const word = (k: number): number => {
    const low = (idtr.base.lo + vector * bytes + 4 * k) | 0;
    const carry = low >>> 0 < idtr.base.lo >>> 0 ? 1 : 0;
    return machine.readTable(low, isLong ? idtr.base.hi + carry : 0);
  };
  const low = word(0);
  const attributes = word(1);
  const type = (attributes >>> 8) & 31;
  const dpl = (attributes >>> 13) & 3;
  if (!isGateType(type, isLong) || (isSoftware && dpl < machine.privilegeLevel))
    return refuse(machine, Vector.GP, error);
  if ((attributes & (1 << 15)) === 0) return refuse(machine, Vector.NP, error);
  if (type === taskGate) {
    machine.unsupported();
    return null;
  }
  const offset = new Word();
  offset.lo = (low & 0xffff) | (type < 8 ? 0 : attributes & 0xffff_0000);
  offset.hi = isLong ? word(2) : 0;
  return {
    selector: low >>> 16,
    offset,
    bits: isLong ? 64 : type < 8 ? 16 : 32,
    masksInterrupts: (type & 1) === 0,
    stackTable: isLong ? attributes & 7 : 0,
  };
};

const refuse = (machine: SegmentMachine, vector: Vector, error: number): null => {
  machine.fault(vector, error);
  return null;
};
