/** Why an instruction did not simply end: the first cause counts, what comes after it is discarded. */
import { copy, Word } from '../bits/word.ts';

export const StopKind = {
  none: 0,
  /** A trap: the instruction has ended, and the exception comes after it. */
  trap: 1,
  halt: 2,
  /** SYSCALL or SYSENTER has ended: what follows is the owner's. */
  systemCall: 3,
  /** A fault, and all from here on: nothing has happened. */
  fault: 4,
  /** Its owner is asked for memory or a port. */
  need: 5,
  unsupported: 6,
  /** A hypervisor has taken it over: nothing has happened. */
  intercepted: 7,
} as const;

export class Stop {
  kind: number = StopKind.none;
  /** 1 where this says anything, or where an instruction has changed what holds for those after it: flags of control, segments. */
  isNoted: 0 | 1 = 0;
  vector = 0;
  /** Error code; pushed only by vectors that have one. */
  error = 0;
  /** Address of #PF, or of what is needed. */
  readonly address = new Word();
  /** Of a need. */
  isPort = false;
  isWrite = false;
  isLocked = false;
  bytes = 0;
  /** What is to be written, and what a locked write expects to find. */
  readonly data = new Word();
  readonly expected = new Word();
  /** The upper halves of 16 bytes. */
  readonly dataAbove = new Word();
  readonly expectedAbove = new Word();

  clear(): void {
    this.kind = StopKind.none;
    this.isNoted = 0;
  }

  /** Is this the first cause? */
  set(kind: number): boolean {
    if (this.kind !== StopKind.none) return false;
    this.kind = kind;
    this.isNoted = 1;
    return true;
  }

  fault(vector: number, error: number): void {
    if (!this.set(StopKind.fault)) return;
    this.vector = vector;
    this.error = error;
  }

  pageFault(error: number, low: number, high: number): void {
    if (!this.set(StopKind.fault)) return;
    this.vector = 14;
    this.error = error;
    this.address.lo = low;
    this.address.hi = high;
  }

  /** An owner is to take a write. */
  askToWrite(isPort: boolean, bytes: number, address: Word, data: Word): void {
    this.set(StopKind.need);
    this.isPort = isPort;
    this.isWrite = true;
    this.isLocked = false;
    this.bytes = bytes;
    copy(address, this.address);
    copy(data, this.data);
  }
}
