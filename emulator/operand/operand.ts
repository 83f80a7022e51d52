/** What an operand is, to those who ask for operands. */
import type { Access } from '../isa/form.ts';

export interface OperandFacts {
  /** Width in bits of what is accessed; 0 where it has no size (INVLPG, XSAVE), or none that is known (REP). */
  readonly bits: number;
  readonly access: Access;
  readonly implicit: boolean;
}

export interface RegisterOperand extends OperandFacts {
  readonly kind: 'register';
  /** The SDM's name, lower case. */
  readonly register: string;
}
export interface MemoryOperand extends OperandFacts {
  readonly kind: 'memory';
  readonly segment: string;
  /** A register's name; `rip` or `eip` counts from the end of the instruction. */
  readonly base: string | null;
  readonly index: string | null;
  /** 1 without an index. */
  readonly scale: number;
  /** Sign-extended from the encoding, modulo 2^64; without base and index an address, modulo 2^addressBits. */
  readonly displacement: bigint;
  readonly addressBits: number;
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
