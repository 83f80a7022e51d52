/** What instructions of systems ask of the machine; part of the Cpu. */
import type { RegisterId } from '../isa/registers.ts';

/**
 * Where a hypervisor may take an instruction over: its right to execute has been checked, then its operands have been
 * read. There is a first such place, before everything, which needs no word of the semantics.
 */
export type Reached = 'checked' | 'read';

export type SystemTable = 'gdt' | 'idt';
export type SystemSegment = 'ldt' | 'task';

export interface Privileged<V, B> {
  reach(place: Reached): void;
  /** #GP(0) above CPL 0 where CR4.TSD forbids the time stamp, and CR4.PCE does not permit counters. */
  requireRight(right: 'time stamp' | 'counters'): void;
  /** A control or debug register; #UD where there is none, #DB where debug registers are guarded (DR7.GD). */
  systemRegister(id: RegisterId): V;
  setSystemRegister(id: RegisterId, value: V): void;
  /** GDTR and IDTR; bases are 64 bits wide. */
  tableLimit(table: SystemTable): V;
  tableBase(table: SystemTable): V;
  setTable(table: SystemTable, limit: V, base: V): void;
  /** LDTR and TR (SDM 2A LLDT, LTR). */
  systemSelector(segment: SystemSegment): V;
  loadSystemSegment(segment: SystemSegment, selector: V): void;
  /** By a number of 32 bits; #GP(0) where there is none, or it refuses the value. */
  modelSpecific(number: V): V;
  setModelSpecific(number: V, value: V): void;
  counter(number: V): V;
  /** XCR0, and others where they exist; #UD unless CR4.OSXSAVE. */
  setExtendedControl(number: V, value: V): void;
  /** GS's base and IA32_KERNEL_GS_BASE change places. */
  swapBase(): void;
  /** Translations of the page at an offset in a segment are forgotten. */
  invalidatePage(segment: number, offset: V): void;
  invalidateCaches(kind: 'invd' | 'wbinvd'): void;
  hypercall(): void;
  /** Interrupts are held until the next instruction has ended. */
  holdInterruptsIf(condition: B): void;
  systemReturn(kind: 'sysret' | 'sysexit'): void;
}
