/** What instructions on x87, MMX and SSE registers ask of the machine, as far as they move and control; part of the Cpu. */

/** Whose registers: what CR0 and CR4 must allow differs (SDM 3A 2.5, 9.2, 13.1). */
export type Unit = 'x87' | 'mmx' | 'sse' | 'fxsave';

export interface VectorState<V, B> {
  /** #UD or #NM where CR0.EM, CR0.TS or CR4.OSFXSR forbid the unit. */
  requireUnit(unit: Unit): void;
  /** 64 bits of an MMX or XMM register operand, or of memory: the lane counts from the lowest. */
  readLane(k: number, lane: number): V;
  /** MMX registers become x87 registers of which all are in use (SDM 1 9.5.1). */
  writeLane(k: number, lane: number, value: V): void;
  /** FCW, FSW and MXCSR. */
  unitControl(register: 'fcw' | 'fsw' | 'mxcsr'): V;
  setControl(register: 'mxcsr', value: V): void;
  /** Registers of x87 as FNINIT leaves them. */
  initializeX87(): void;
  /** 64 bits of the 512 that FXSAVE stores, at a multiple of 8 (SDM 2A table 3-48). */
  stateImage(offset: number): V;
  /** The same as FXRSTOR loads them; reserved bits of MXCSR are #GP(0). */
  loadStateImage(offset: number, value: V): void;
  isReservedControl(value: V): B;
}
