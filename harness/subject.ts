/**
 * The only interface an implementation must meet to be tested, and the words in which it answers.
 * Nothing here knows any particular implementation.
 */
import type { Mode, Vendor } from '../emulator/isa/modes.ts';

/** What is asked: decode the instruction at the start of `bytes`. */
export interface Input {
  /** 1 to 64 bytes. */
  readonly bytes: Uint8Array;
  readonly mode: Mode;
  readonly vendor: Vendor;
}

/** The address that inputs are decoded at, unless a subject is told another: relative targets are canonical against it. */
export const inputAddress = 0x1000;

export type AnswerAccess = '' | 'r' | 'w' | 'rw' | 'cr' | 'cw' | 'rcw';

interface OperandFacts {
  /** Width in bits of what is accessed; 0 where it has no size; undefined where the subject does not tell. */
  readonly bits?: number;
  /** Undefined where the subject does not tell. */
  readonly access?: AnswerAccess;
  readonly implicit?: boolean;
}

export interface RegisterOperand extends OperandFacts {
  readonly kind: 'register';
  /** The SDM's name, lower case. */
  readonly register: string;
}
export interface MemoryOperand extends OperandFacts {
  readonly kind: 'memory';
  readonly segment: string;
  readonly base: string | null;
  readonly index: string | null;
  /** 1 without an index. */
  readonly scale: number;
  /** Sign-extended to the address size, then taken modulo 2^64 as the protocol's hex; absolute addresses unsigned. */
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
  /** Absolute, wrapped to the operand size. */
  readonly target: bigint;
}
export interface FarPointerOperand extends OperandFacts {
  readonly kind: 'far-pointer';
  readonly selector: number;
  readonly offset: bigint;
}
export type AnswerOperand = RegisterOperand | MemoryOperand | ImmediateOperand | BranchOperand | FarPointerOperand;

/** Letters as in emulator/isa/flags.ts, each sorted in the order O S Z A P C D I T …; */
export interface AnswerFlags {
  readonly read: string;
  readonly written: string;
  readonly cleared: string;
  readonly set: string;
  readonly undefined: string;
}

export type Syntax = 'intel' | 'nasm' | 'gas';

/** A valid instruction. What a subject does not tell is left out, and is then not compared. */
export interface Decoded {
  readonly status: 'valid';
  readonly lengthBytes: number;
  /** The SDM's mnemonic, lower case, without prefixes. */
  readonly mnemonic?: string;
  /** Explicit operands in Intel order, then implicit ones. */
  readonly operands?: readonly AnswerOperand[];
  readonly flags?: AnswerFlags;
  /**
   * Every register touched, explicit, implicit or in an address, by its full name (al, ah, ax, eax all are rax; rip and
   * flags left out), as sorted `name=access` words: `rax=rw rbx=r rcx=cr`.
   */
  readonly registersUsed?: string;
  /** Every memory access as sorted `access bits segment:base+index*scale+displacement` entries joined by `; `. */
  readonly memoryUsed?: string;
  /** Text by syntax, as the subject prints it, normalised by nobody yet. */
  readonly text?: Readonly<Partial<Record<Syntax, string>>>;
  /** The subject's own name of the form (iced's Code, our form's syntax), for coverage and buckets. */
  readonly form?: string;
}

export type Answer =
  | Decoded
  | { readonly status: 'invalid'; readonly reason?: string }
  | { readonly status: 'truncated' }
  /** The subject does not know this area: nobody's agreement. */
  | { readonly status: 'unsupported' }
  /** The subject died, printed garbage or broke the protocol on this very input. */
  | { readonly status: 'crashed'; readonly detail: string }
  | { readonly status: 'timed out'; readonly timeoutMs: number }
  /** The subject is not there: nobody's agreement. */
  | { readonly status: 'unavailable'; readonly detail: string };

/** Any implementation asked. */
export interface Subject {
  /** Short and stable: part of bucket keys and of `--subject`. */
  readonly name: string;
  /** As the implementation prints it. */
  readonly version: string;
  readonly modes: readonly Mode[];
  /** Vendors whose differences it can be asked for; a subject that cannot tell them apart lists the one it follows. */
  readonly vendors: readonly Vendor[];
  /** What its answers hold, so that compare does not take silence for agreement. */
  readonly observes: ReadonlySet<
    'validity' | 'length' | 'mnemonic' | 'operands' | 'access' | 'flags' | 'uses' | 'text'
  >;
  /** The letters of flags that its answers tell of; all where absent. Others are not compared. */
  readonly flagsTold?: string;
  /** How many inputs a call wants for good speed. */
  readonly batch: number;
  /** Answers in order, one an input. Never rejects because of an input. */
  decode(inputs: readonly Input[]): Promise<readonly Answer[]>;
  close(): Promise<void>;
}

/** A subject that could not be started, and what the user can do about it. */
export interface Unavailable {
  readonly name: string;
  readonly unavailable: string;
  readonly remedy: string;
}
