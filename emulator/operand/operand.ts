/** What an operand is, to those who ask for operands. */
import type { Access } from '../isa/form.ts';

export interface OperandFacts {
  /** Width in bits of what is accessed; 0 where it has no size (INVLPG, XSAVE), or none that is known (REP). */
  readonly bits: number;
  readonly access: Access;
  readonly implicit: boolean;
  /** `k1` of {k1}: the register whose bits say which elements take part. Absent without one. */
  readonly mask?: string;
  /** {z}: elements that the mask leaves out become 0. Absent where they stay as they are. */
  readonly zeroing?: true;
  /**
   * MVEX: `cdab` of a register whose elements change places, `1to16`, `4to8`, `float16` of memory that is other than it
   * is used, or of the register that is stored so. Absent where it is as it is.
   */
  readonly conversion?: string;
}

export interface RegisterOperand extends OperandFacts {
  readonly kind: 'register';
  /** The SDM's name, lower case. */
  readonly register: string;
  /** This register and the next ones, so many together. Absent for one. */
  readonly count?: number;
}
export interface MemoryOperand extends OperandFacts {
  readonly kind: 'memory';
  readonly segment: string;
  /** A register's name; `rip` or `eip` counts from the end of the instruction. */
  readonly base: string | null;
  /** A vector register where each of its elements addresses one (VSIB, SDM 2A 2.3.12). */
  readonly index: string | null;
  /** 1 without an index. */
  readonly scale: number;
  /** Sign-extended from the encoding, modulo 2^64; without base and index an address, modulo 2^addressBits. */
  readonly displacement: bigint;
  readonly addressBits: number;
  /** 16 of {1to16}: what is there, `bits` wide, stands for so many elements. Absent without broadcast. */
  readonly broadcast?: number;
  /** {eh} of MVEX: its cache line is not needed soon again. */
  readonly evictionHint?: true;
}
export interface ImmediateOperand extends OperandFacts {
  readonly kind: 'immediate';
  /** Modulo 2^bits. */
  readonly value: bigint;
}
export interface BranchOperand extends OperandFacts {
  readonly kind: 'branch';
  /** Absolute, modulo 2^bits; bits is the operand size. */
  readonly target: bigint;
}
export interface FarPointerOperand extends OperandFacts {
  readonly kind: 'far-pointer';
  readonly selector: number;
  /** Modulo 2^bits. */
  readonly offset: bigint;
}
export type Operand = RegisterOperand | MemoryOperand | ImmediateOperand | BranchOperand | FarPointerOperand;

/**
 * Embedded rounding, which suppresses all exceptions too, or that alone: `{rn-sae}`, `{sae}` (SDM 2A 2.7.7). In MVEX
 * rounding may stand alone as well.
 */
export type Rounding = 'rn-sae' | 'rd-sae' | 'ru-sae' | 'rz-sae' | 'sae' | 'rn' | 'rd' | 'ru' | 'rz';
