/** The reference's answers to instructions of systems: as far as CPL 3 of a common system goes, and no further. */

import { Vector } from '../cpu.ts';
import type { Privileged } from '../privileged.ts';
import type { FloatOrder, VectorState } from '../vector-state.ts';
import { ReferenceOperands } from './reference-operands.ts';

export const outside = (what: string): never => {
  throw new Error(`The reference has no ${what}`);
};

export class ReferencePrivileged
  extends ReferenceOperands
  implements Privileged<bigint, boolean>, VectorState<bigint, boolean>
{
  reach(): void {}

  /** CR4.TSD and CR4.PCE are 0. */
  requireRight(right: 'time stamp' | 'counters'): void {
    if (right === 'counters' && this.before.privilegeLevel !== 0) this.end(Vector.GP, 0);
  }

  systemRegister(): bigint {
    return this.stop === null ? outside('system registers') : 0n;
  }

  setSystemRegister(): void {
    if (this.stop === null) outside('system registers');
  }

  tableLimit(): bigint {
    return this.stop === null ? outside('tables') : 0n;
  }

  tableBase(): bigint {
    return this.stop === null ? outside('tables') : 0n;
  }

  setTable(): void {
    if (this.stop === null) outside('tables');
  }

  systemSelector(): bigint {
    return this.stop === null ? outside('tables') : 0n;
  }

  loadSystemSegment(): void {
    if (this.stop === null) outside('tables');
  }

  modelSpecific(): bigint {
    return this.stop === null ? outside('model-specific registers') : 0n;
  }

  setModelSpecific(): void {
    if (this.stop === null) outside('model-specific registers');
  }

  counter(): bigint {
    return this.stop === null ? outside('counters') : 0n;
  }

  setExtendedControl(): void {
    if (this.stop === null) outside('system registers');
  }

  swapBase(): void {
    if (this.stop === null) outside('segment bases to swap');
  }

  invalidatePage(): void {}

  invalidateCaches(): void {}

  hypercall(): void {
    this.stop ??= { kind: 'unsupported' };
  }

  /** Interrupts are not its matter. */
  holdInterruptsIf(): void {}

  systemReturn(): void {
    this.stop ??= { kind: 'unsupported' };
  }

  /** It has no such registers, and memory is not asked without them. */
  requireUnit(): void {
    this.stop ??= { kind: 'unsupported' };
  }

  readLane(): bigint {
    return 0n;
  }

  writeLane(): void {}

  calculate(): bigint {
    return 0n;
  }

  orderOf(): FloatOrder<boolean> {
    return { isLess: false, isEqual: false, isUnordered: false };
  }

  convert(): bigint {
    return 0n;
  }

  unitControl(): bigint {
    return 0n;
  }

  setControl(): void {}

  isReservedControl(): boolean {
    return false;
  }

  initializeX87(): void {}

  stateImage(): bigint {
    return 0n;
  }

  loadStateImage(): void {}
}
