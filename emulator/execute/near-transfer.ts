/** Where execution goes on: after the instruction that runs, at the target of its near transfer, or nowhere for a fault. */

import { add } from '../bits/add.ts';
import type { Bit } from '../bits/compare.ts';
import { setNumber, Word } from '../bits/word.ts';
import { Vector } from '../semantics/cpu.ts';
import { isCanonical } from './segmented-memory.ts';
import { StagedFlags } from './staged-flags.ts';

const CS = 1;

export class NearTransfer extends StagedFlags {
  /** Where a transfer goes, if there is one. */
  private readonly target = new Word();
  protected hasJumped: Bit = 0;

  fault(vector: Vector, error = 0): void {
    this.stop.fault(vector, error);
  }

  faultIf(condition: Bit, vector: Vector, error = 0): void {
    if (condition === 1) this.stop.fault(vector, error);
  }

  nextInstruction(): Word {
    const into = this.take();
    setNumber(this.operation.lengthBytes, into);
    add(64, into, this.ip, into);
    if (!this.is64) into.hi = 0;
    return into;
  }

  branchTarget(_k: number): Word {
    const { reachLo, reachHi, operandSize } = this.operation;
    const { ip } = this;
    const into = this.take();
    const lo = (ip.lo + reachLo) | 0;
    into.lo = operandSize === 16 ? lo & 0xffff : lo;
    into.hi = operandSize === 64 ? (ip.hi + reachHi + (lo >>> 0 < ip.lo >>> 0 ? 1 : 0)) | 0 : 0;
    return into;
  }

  jump({ lo, hi }: Word): void {
    const { operandSize } = this.operation;
    const to = this.target;
    to.lo = operandSize === 16 ? lo & 0xffff : lo;
    to.hi = operandSize === 64 ? hi : 0;
    this.hasJumped = 1;
    if (!isCanonical(to.hi) || (this.isCodeLimited === true && this.isPastCode(to.lo))) this.stop.fault(Vector.GP, 0);
  }

  private isPastCode(low: number): boolean {
    return low >>> 0 > this.state.segments[CS].limit;
  }

  jumpIf(condition: Bit, target: Word): void {
    if (condition === 1) this.jump(target);
  }

  /** Execution goes on at an offset that has been checked. */
  setInstructionPointer(low: number, high: number): void {
    this.target.lo = low;
    this.target.hi = high;
    this.hasJumped = 1;
  }

  protected moveOn(): void {
    const { ip } = this;
    const before = ip.lo;
    if (this.hasJumped === 1) {
      this.hasJumped = 0;
      ip.lo = this.target.lo;
      ip.hi = this.target.hi;
      return;
    }
    ip.lo = (before + this.operation.lengthBytes) | 0;
    if (before < 0 && ip.lo >= 0 && this.is64 === true) ip.hi = (ip.hi + 1) | 0;
  }
}
