import type { ConversionName } from './conversions.ts';
import type { FlagEffect } from './flags.ts';
import type { Need } from './needs.ts';
import type { OpcodeMap } from './opcode-map.ts';
import type { RegisterClass, RegisterId } from './registers.ts';

/** r reads, w writes, rw both; c makes it conditional; '' neither (LEA's memory, NOP's operand, a prefetch). */
export type Access = '' | 'r' | 'w' | 'rw' | 'cr' | 'cw' | 'rcw';

/**
 * Where an operand comes from: a field of ModRM, VEX.vvvv, the high half of an immediate (is4), the opcode's low bits,
 * fixed by the opcode, an immediate, a relative offset, a far pointer, a direct address, or memory that string
 * instructions and their kin address by fixed registers.
 */
export type OperandPlace =
  | 'reg'
  | 'rm'
  | 'vvvv'
  | 'is4'
  | 'opcode'
  | 'fixed'
  | 'immediate'
  | 'relative'
  | 'far-pointer'
  | 'moffs'
  | 'string';

/** One explicit operand of a form, read from the row's syntax. */
export interface OperandSpec {
  /** As the row writes it: `r/m32`, `simm8:32`, `AL`, `m8@rSI`. */
  readonly token: string;
  readonly place: OperandPlace;
  /** Class of the register this operand is or may be (0 for none). For 8-bit registers gpr8 stands for gpr8High too. */
  readonly registerClass: RegisterClass | 0;
  /** The register (a RegisterId) or the OperandKind where the form fixes it, else 0. */
  readonly fixed: RegisterId;
  /** May it be memory, must it, or never. */
  readonly memory: 'never' | 'may' | 'must';
  /** Size of the register, immediate, target or datum in bits; 0 where it has none (INVLPG, XSAVE). */
  readonly bits: number;
  /** Size of the memory operand in bits, which differs from `bits` in `r32/m16`. */
  readonly memoryBits: number;
  /** Bits as encoded, for immediates, relative offsets and far-pointer offsets. */
  readonly encodedBits: number;
  /** The immediate is sign-extended from `encodedBits` to `bits`. */
  readonly signExtended: boolean;
  readonly access: Access;
  /** {k}: a mask register decides which of its elements are written (SDM 2A 2.7.2). */
  readonly masked: boolean;
  /** {z}: elements that the mask leaves out may become 0. */
  readonly zeroing: boolean;
  /** Size in bits of an element that stands for all where it is memory; 0 where it may not. */
  readonly broadcastBits: number;
  /** As a register: embedded rounding, or only the suppression of all exceptions. */
  readonly rounding: '' | 'er' | 'sae';
  /** VSIB: class of the index register, and bits of an index in it; 0 for memory at one address (SDM 2A 2.3.12). */
  readonly indexClass: RegisterClass | 0;
  readonly indexBits: number;
  /** MVEX: what SSS does to it, '' for nothing. A register that is stored has that of the memory. */
  readonly conversion: ConversionName | '';
  /** Consecutive registers that are operands together, from a multiple of so many on. */
  readonly groupSize: number;
}

/** An implicit operand. */
export interface ImplicitSpec {
  readonly access: Access;
  /**
   * `register`: `register` is its name in lower case. `address-register`, `stack-register`: `register` is `ax`, `cx`,
   * `bp`, `sp`, to be sized by the address size or the stack's size. `push`, `pop`: `count` items of `bits` on the
   * stack. `frame`: one item of `bits` at rBP. `memory`: `bits` at `register`: `ax` or `di` sized by the address size and
   * overridable DS, `rm` likewise in ModRM.rm, `reg` ES and in ModRM.reg, or a 64-bit register by name.
   */
  readonly kind: 'register' | 'address-register' | 'stack-register' | 'push' | 'pop' | 'frame' | 'memory';
  readonly register: string;
  readonly bits: number;
  readonly count: number;
  /** The item that is passed over (POPA's SP), or -1. */
  readonly skipped: number;
}

/**
 * The prefix column of an opcode: NP no 66, F2 or F3; NFx no F2 or F3; else the mandatory prefix itself; '' any. Of VEX
 * and its kin the pp field, and never NFx or ''.
 */
export type MandatoryPrefix = '' | 'NP' | 'NFx' | '66' | 'F3' | 'F2';

/** A form: one line of the SDM's instruction tables, read from its row. */
export interface Form {
  /** Index in `forms`. */
  readonly id: number;
  /** The row's opcode column: `o32 0F 84 cd`. */
  readonly opcodeText: string;
  /** The row's syntax column: `JE rel32`. */
  readonly syntax: string;
  /** Upper case, as in the SDM. */
  readonly mnemonic: string;
  readonly map: OpcodeMap;
  /** The opcode byte; with `opcodeRegister`, the first of eight. */
  readonly opcode: number;
  /** Low three bits of the opcode byte hold a register (`+rd`). */
  readonly opcodeRegister: boolean;
  readonly prefix: MandatoryPrefix;
  /** Effective operand size that selects this form, or 0 for any. `REX.W +` is 64. */
  readonly operandSize: 0 | 16 | 32 | 64;
  /** Effective address size that selects this form, or 0 for any. */
  readonly addressSize: 0 | 16 | 32 | 64;
  /**
   * Of VEX and its kin, the vector length that selects this form (L of VEX, L'L of EVEX), 0 for any (LIG) and for legacy
   * encodings. LZ and L0 are 128, L1 is 256.
   */
  readonly vectorLength: 0 | 128 | 256 | 512;
  /** Of VEX and its kin, the W bit that selects this form, -1 for any (WIG) and for legacy encodings. */
  readonly w: -1 | 0 | 1;
  /** Of MVEX, the bit E that selects this form, -1 for any. */
  readonly eviction: -1 | 0 | 1;
  /** APX: of what EVEX promotes (its ND bit), the bit that selects this form; -1 for all other encodings. */
  readonly nd: -1 | 0 | 1;
  /** The same of NF, which suppresses flags; -1 also where both values select it. */
  readonly nf: -1 | 0 | 1;
  /** APX: the W bit of REX2, which must stand before this form; -1 where it need not. */
  readonly rex2: -1 | 0 | 1;
  readonly hasModrm: boolean;
  readonly mod: 'any' | 'register' | 'memory' | 'ignored';
  /** Fixed ModRM.reg (`/digit`), or -1. */
  readonly reg: number;
  /** Fixed ModRM.rm (a third opcode byte), or -1; -2 where `+i` leaves it free, of a register. */
  readonly rm: number;
  /** Bytes of all immediates; -1 for moffs, whose bytes follow the address size. */
  readonly immediateBytes: number;
  readonly operands: readonly OperandSpec[];
  /** MVEX: what SSS does to its operand that is memory or may be; '' for nothing. */
  readonly conversion: ConversionName | '';
  readonly implicit: readonly ImplicitSpec[];
  readonly flags: FlagEffect;
  readonly needs: ReadonlySet<Need>;
}
