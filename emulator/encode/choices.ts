import type { Instruction } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import type { OpcodeOption } from '../isa/options.ts';
import type { RegisterId } from '../isa/registers.ts';

/** A memory operand of ModRM, by what it addresses. Base and index have the address size; in 16-bit addressing scale is 1. */
export interface Memory {
  /** A general register, or EIP or RIP. */
  readonly base?: RegisterId;
  /** Of VSIB a vector register. */
  readonly index?: RegisterId;
  readonly scale?: 1 | 2 | 4 | 8;
  /** Signed; 0 by default. */
  readonly displacement?: number;
  /** As many as it takes by default. */
  readonly displacementBytes?: 0 | 1 | 2 | 4;
  /** With a SIB byte even where none is needed. */
  readonly hasSib?: boolean;
}

/** What an encoding of a form is made from. What is left out is the plainest that the form allows. */
export interface Choices {
  readonly mode: Mode;
  /** Default intel. */
  readonly vendor?: Vendor;
  /** What the decoder is asked for by name; nothing by default. */
  readonly options?: readonly OpcodeOption[];
  /** The register in ModRM.reg or in the opcode. */
  readonly reg?: RegisterId;
  /** The operand in ModRM.rm. */
  readonly rm?: RegisterId | Memory;
  /** The register in VEX.vvvv. */
  readonly vvvv?: RegisterId;
  /** The register in the high half of the immediate. */
  readonly is4?: RegisterId;
  /** EVEX: the mask register of {k1}. None by default, k1 where one is required. */
  readonly mask?: RegisterId;
  /** EVEX: {z}. */
  readonly zeroing?: boolean;
  /** EVEX: one element of memory for all. */
  readonly broadcast?: boolean;
  /** EVEX, without memory: embedded rounding, or `sae` where nothing but exceptions can be said. */
  readonly rounding?: 'rn' | 'rd' | 'ru' | 'rz' | 'sae';
  /**
   * MVEX.SSS, 0 to 7: of memory its conversion, of registers a swizzle or, with `eviction`, a rounding mode, of which bit 2
   * is {sae}.
   */
  readonly conversion?: number;
  /** MVEX.E where the form does not fix it: of memory {eh}. */
  readonly eviction?: 0 | 1;
  /** APX: {nf}, of a form that can leave flags alone. */
  readonly suppressesFlags?: boolean;
  /** APX: SCC of a conditional comparison, 0 to 15; always, which is 10, by default. */
  readonly sourceCondition?: number;
  /** APX: its flags where that does not hold, OF, SF, ZF, CF in bits 3 to 0. */
  readonly defaultFlags?: number;
  /** ModRM.reg where neither an operand nor the opcode uses it, 0 to 7. */
  readonly spareReg?: number;
  /** ModRM.rm where no operand uses it, 0 to 7. */
  readonly spareRm?: number;
  /** For forms that do not fix it. Of VEX none has one. */
  readonly operandSize?: 16 | 32 | 64;
  /** W, L and L'L where the form does not fix them; 0 by default. */
  readonly w?: 0 | 1;
  readonly vectorLength?: 128 | 256 | 512;
  /** That of the memory operand's registers, else that of the mode, by default. */
  readonly addressSize?: 16 | 32 | 64;
  /** The address of a moffs operand, as two's complement of 32 bits, and its bits 63:32. */
  readonly offset?: number;
  readonly offsetHigh?: number;
  /** The first immediate, the branch distance or the far pointer's offset. Signed or unsigned, as fits. */
  readonly immediate?: number;
  /** Bits 63:32 of an immediate of 64 bits. */
  readonly immediateHigh?: number;
  /** The second immediate, a far pointer's selector; with is4 the low half of the immediate. */
  readonly immediate2?: number;
  /** Bits of `Prefix` besides those that the form, its sizes and CR8 need. */
  readonly prefixes?: number;
  /** A segment override. In 64-bit mode FS and GS override; the others are hints. */
  readonly segment?: RegisterId;
  /** With a REX byte even where none is needed. */
  readonly hasRex?: boolean;
  /** APX: with REX2 even where none is needed. */
  readonly hasRex2?: boolean;
}

/** Why choices have no encoding. */
export type Unencodable =
  /** The form does not exist in this mode. */
  | 'mode'
  /** The form does not exist on this vendor's CPUs. */
  | 'vendor'
  /** The form exists only where it is asked for by name. */
  | 'option'
  /** The form or the mode has no such operand size, or VEX.W. */
  | 'operand-size'
  /** The form has no such vector length. */
  | 'vector-length'
  /** The form or the mode has no such address size, or the memory operand's registers are of another one. */
  | 'address-size'
  /** The operand cannot be this register, or not together with the others (AH with REX), or the field is out of range. */
  | 'register'
  /** The operand is a register, and memory was chosen. */
  | 'register-needed'
  /** The operand is memory, and a register was chosen. */
  | 'memory-needed'
  /** No such base, index and scale (SDM 2A tables 2-1 to 2-3). */
  | 'addressing'
  /** The displacement does not fit, or the addressing needs one of another size. */
  | 'displacement'
  /** The immediate does not fit. */
  | 'immediate'
  /** F2 and F3 at once, or a prefix that the form or VEX does not stand with. */
  | 'prefix'
  /** The form takes no mask register, or needs one. */
  | 'mask'
  /** Nothing can become 0: no mask, memory as destination, a form that merges only. */
  | 'zeroing'
  /** No memory, or none that is broadcast. */
  | 'broadcast'
  /** Memory, or a form that does not round, or does not suppress exceptions. */
  | 'rounding'
  /** MVEX.SSS or MVEX.E that the form or its encoding does not have. */
  | 'conversion'
  /** {nf} of a form that has none. */
  | 'flags-suppressed'
  /** A source condition or default flags of a form that has none, or out of range. */
  | 'source-condition'
  /** Two operands are one register, and must not be. */
  | 'same-register'
  /** LOCK without a lockable memory destination. */
  | 'lock-not-allowed'
  /** The bytes are those of a more special form: 90 is NOP, and no XCHG EAX, EAX. */
  | 'another-form'
  /** Over 15 bytes. */
  | 'too-long';

export type Encodable =
  | { readonly status: 'encodable'; readonly instruction: Instruction }
  | { readonly status: 'unencodable'; readonly reason: Unencodable };
