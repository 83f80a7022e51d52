/**
 * The only interface an implementation must meet to be tested, and the words in which it answers.
 * Nothing here knows any particular implementation.
 */
import type { Syntax } from '../emulator/format/format.ts';
import type { FlagEffect } from '../emulator/isa/flags.ts';
import type { Access } from '../emulator/isa/form.ts';
import type { Mode, Vendor } from '../emulator/isa/modes.ts';
import type { OpcodeOption } from '../emulator/isa/options.ts';
import type * as Ours from '../emulator/operand/operand.ts';

/** What is asked: decode the instruction at the start of `bytes`. */
export interface Input {
  /** 1 to 64 bytes. */
  readonly bytes: Uint8Array;
  readonly mode: Mode;
  readonly vendor: Vendor;
  /** Instructions of few or bygone CPUs that are asked for by name; none where absent. */
  readonly options?: readonly OpcodeOption[];
}

/** The address that inputs are decoded at, unless a subject is told another: relative targets are canonical against it. */
export const inputAddress = 0x1000;

export type AnswerAccess = Access;

/** An operand of which size, access and implicitness may be left out: where the subject does not tell them. */
type Told<T extends Ours.OperandFacts> = Omit<T, keyof Ours.OperandFacts> & Partial<Ours.OperandFacts>;

export type RegisterOperand = Told<Ours.RegisterOperand>;
export type MemoryOperand = Told<Ours.MemoryOperand>;
export type ImmediateOperand = Told<Ours.ImmediateOperand>;
export type BranchOperand = Told<Ours.BranchOperand>;
export type FarPointerOperand = Told<Ours.FarPointerOperand>;
export type AnswerOperand = RegisterOperand | MemoryOperand | ImmediateOperand | BranchOperand | FarPointerOperand;

/** Letters as in emulator/isa/flags.ts, each sorted in the order O S Z A P C D I T …; */
export type AnswerFlags = Omit<FlagEffect, 'byCount'>;

export type { Syntax };

/** A valid instruction. What a subject does not tell is left out, and is then not compared. */
export interface Decoded {
  readonly status: 'valid';
  readonly lengthBytes: number;
  /** The SDM's mnemonic, lower case, without prefixes. */
  readonly mnemonic?: string;
  /** Explicit operands in Intel order, then implicit ones. */
  readonly operands?: readonly AnswerOperand[];
  /** `rn-sae`, `sae`: what EVEX.b says without memory. Absent without it. */
  readonly rounding?: Ours.Rounding;
  readonly flags?: AnswerFlags;
  /**
   * Every register touched, explicit, implicit or in an address, by its full name (al, ah, ax, eax all are rax; rip and
   * flags left out), as sorted `name=access` words: `rax=rw rbx=r rcx=cr`.
   */
  readonly registersUsed?: string;
  /** Every memory access as sorted `access bits segment:base+index*scale+displacement` entries joined by `; `. */
  readonly memoryUsed?: string;
  /**
   * CPUID features that a CPU must have to know it, in the words of emulator/isa/needs.ts: sorted, with a space between;
   * '' where none is named. Not told of instructions that are behind an option: no bit of the manuals tells of those.
   */
  readonly cpuidFeatures?: string;
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
  /**
   * What its answers hold, so that compare does not take silence for agreement. Decorations are mask, zeroing,
   * conversion and broadcast of operands, how many registers one names, and rounding: absent means none.
   */
  readonly observes: ReadonlySet<
    'validity' | 'length' | 'mnemonic' | 'operands' | 'access' | 'decorations' | 'flags' | 'uses' | 'features' | 'text'
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
