/** What instructions on x87, MMX and SSE registers ask of the machine, as far as they are emulated; part of the Cpu. */
import type { FloatOperation } from '../bits/float.ts';
import type { FloatWidth } from '../bits/float-format.ts';

/** Whose registers: what CR0, CR4 and XCR0 must allow differs (SDM 3A 2.5, 9.2, 13.1; SDM 1 13.3). */
export type Unit = 'x87' | 'mmx' | 'sse' | 'fxsave' | 'avx' | 'avx512';

/** How two floating-point numbers compare: one of the three, or none where the first is greater. */
export interface FloatOrder<B> {
  readonly isLess: B;
  readonly isEqual: B;
  readonly isUnordered: B;
}

/** From one kind of number to another; an integer is rounded to nearest, or truncated. */
export interface FloatConversion {
  readonly from: 'integer' | 'float';
  readonly fromBits: 32 | 64;
  readonly to: 'integer' | 'float';
  readonly toBits: 32 | 64;
  readonly truncates?: boolean;
}

export interface VectorState<V, B> {
  /** #UD or #NM where CR0, CR4 or XCR0 forbid the unit. */
  requireUnit(unit: Unit): void;
  /** 64 bits of an MMX or vector register operand, or of memory: the lane counts from the lowest. */
  readLane(k: number, lane: number): V;
  /** MMX registers become x87 registers of which all are in use (SDM 1 9.5.1). */
  writeLane(k: number, lane: number, value: V): void;
  /**
   * Arithmetic in the low bits of lanes, as MXCSR has it; its exceptions are noted there. `sqrt` is of `b`. Unmasked
   * exceptions, other roundings than to nearest, FTZ and DAZ are not emulated.
   */
  calculate(operation: FloatOperation, width: FloatWidth, a: V, b: V): V;
  /** The same for comparisons; `signalsQuiet` where quiet NaNs are invalid too. */
  orderOf(width: FloatWidth, a: V, b: V, signalsQuiet: boolean): FloatOrder<B>;
  /** The same for conversions. */
  convert(conversion: FloatConversion, a: V): V;
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
