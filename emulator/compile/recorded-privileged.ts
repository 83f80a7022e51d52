/** What instructions of systems ask, and of the control of vectors: nothing of it is compiled. */
import type { Privileged } from '../semantics/privileged.ts';
import type { VectorState } from '../semantics/vector-state.ts';
import { RecordedVectors } from './recorded-vectors.ts';
import { refuse, type Term, type Truth } from './term.ts';

export class RecordedPrivileged extends RecordedVectors implements Privileged<Term, Truth>, VectorState<Term, Truth> {
  /** Where a hypervisor is asked, nothing compiled runs. */
  reach(): void {}
  requireRight(): void {
    refuse('a right');
  }
  systemRegister(): Term {
    return refuse('a system register');
  }
  setSystemRegister(): void {
    refuse('a system register');
  }
  tableLimit(): Term {
    return refuse('a table');
  }
  tableBase(): Term {
    return refuse('a table');
  }
  setTable(): void {
    refuse('a table');
  }
  systemSelector(): Term {
    return refuse('a segment');
  }
  loadSystemSegment(): void {
    refuse('a segment');
  }
  modelSpecific(): Term {
    return refuse('a model-specific register');
  }
  setModelSpecific(): void {
    refuse('a model-specific register');
  }
  counter(): Term {
    return refuse('a counter');
  }
  setExtendedControl(): void {
    refuse('a system register');
  }
  swapBase(): void {
    refuse('a segment');
  }
  invalidatePage(): void {
    refuse('translations');
  }
  invalidateCaches(): void {
    refuse('caches');
  }
  hypercall(): void {
    refuse('a hypercall');
  }
  holdInterruptsIf(): void {
    refuse('interrupts');
  }
  systemReturn(): void {
    refuse('a system call');
  }
  unitControl(): Term {
    return refuse('a vector');
  }
  setControl(): void {
    refuse('a vector');
  }
  isReservedControl(): Truth {
    return refuse('a vector');
  }
  initializeX87(): void {
    refuse('a vector');
  }
  stateImage(): Term {
    return refuse('a vector');
  }
  loadStateImage(): void {
    refuse('a vector');
  }
}
