import type { Mode } from './modes.ts';
import type { OpcodeMap } from './opcode-map.ts';
import { NO_REGISTER, type RegisterId } from './registers.ts';

/** What decoding says; numbers, because the hot path returns them. */
export const Status = { valid: 0, invalid: 1, truncated: 2 } as const;
export type Status = (typeof Status)[keyof typeof Status];

/** Prefixes present, as bits of `Instruction.prefixes`. Segment overrides are in `Instruction.segmentOverride`. */
export const Prefix = { lock: 1, repne: 2, rep: 4, operandSize: 8, addressSize: 16 } as const;

/**
 * APX, as bits of `Instruction.rex` above the byte: REX2 itself, and of REX2 and EVEX what makes 16 and more of the number
 * of an index and of other registers; of REX2 alone, of a register in ModRM.reg, for EVEX has `registerHigh`. They share the
 * field with REX so that code without APX pays for no question of its own.
 */
export const Extension = { b4: 0x100, x4: 0x200, r4: 0x400, rex2: 0x800 } as const;

/** All of them. */
export const extensions = 0xf00;

/** What is greater has some of them. */
export const lastRex = 0xff;

/** Entries of `Instruction.operands` that are no register. Any value of 32 and above is a `RegisterId`. */
export const OperandKind = {
  none: 0,
  /** The memory operand of ModRM, or moffs: segment, base, index, scale, displacement. */
  memory: 1,
  /** `immediate` (with `immediateHigh` where 64 bits wide). */
  immediate: 2,
  /** `immediate2`: the second immediate of ENTER, EXTRQ, INSERTQ; imm4. */
  immediate2: 3,
  /** Relative target: `immediate` from the end of the instruction. */
  branch: 4,
  /** Far pointer: `immediate2` is the selector, `immediate` the offset. */
  farPointer: 5,
  /** String source DS:rSI (overridable). */
  memorySi: 6,
  /** String destination ES:rDI (not overridable). */
  memoryDi: 7,
  /** DS:[rBX+AL] (overridable): XLAT. */
  memoryXlat: 8,
  /** A constant 1: the shifts of group 2. */
  constantOne: 9,
} as const;

/**
 * One decoded instruction, filled by a decoder and owned by the caller, who reuses it.
 *
 * Every field is a small integer. Positions of bytes follow from lengths: an immediate ends the instruction, a
 * displacement stands before it, SIB and ModRM before that.
 */
export class Instruction {
  mode: Mode = 64;
  /** Index of the form in `forms`; meaningful when valid. */
  form = 0;
  /** Index of the reason in `reasons`; meaningful when invalid. */
  reason = 0;
  /** Length in bytes, 1 to 15; meaningful when valid. */
  lengthBytes = 0;
  /** Bits of `Prefix`. Of F2 and F3, the last one stands. */
  prefixes = 0;
  /** The segment override in force: a `RegisterId` or NO_REGISTER. In 64-bit mode only FS and GS count. */
  segmentOverride: RegisterId = NO_REGISTER;
  /** The last segment prefix byte that has a meaning besides addressing (2E, 3E hints; NOTRACK), or 0. */
  hintPrefix = 0;
  /**
   * The REX byte in force, 40 to 4F, or 0. Of VEX and its kin W, R, X and B as REX has them, without the 40; of REX2 with
   * it. Above the byte bits of `Extension`.
   */
  rex = 0;
  /** 0 one-byte, 1 0F, 2 0F 38, 3 0F 3A; of VEX and its kin an `OpcodeMap` above 15. */
  map: OpcodeMap = 0;
  opcode = 0;
  /** Offset of the opcode byte itself (after escapes). */
  opcodeOffset = 0;
  /** Bytes of VEX or its kin; 0 without one. The fields from here to `registerHigh` have a meaning where `map` is above 15. */
  vexBytes = 0;
  /** VEX.vvvv as a register number: 0 where it is encoded as 1111b. Bit 4 is EVEX.V'. */
  vvvv = 0;
  /** VEX.L, EVEX.L'L: 0 for 128 bits, 1 for 256, 2 for 512. */
  vectorLength = 0;
  /** VEX.pp: 0 none, 1 66, 2 F3, 3 F2. */
  pp = 0;
  /** EVEX.aaa: the mask register, 0 for none. Of what APX promotes NF in bit 2, or the low bits of SCC. */
  mask = 0;
  /** EVEX.z. */
  zeroing: 0 | 1 = 0;
  /** EVEX.b: broadcast where there is memory; else rounding by L'L, or the suppression of exceptions. Of what APX promotes ND. */
  b: 0 | 1 = 0;
  /** EVEX.R' as bit 4 of the register in ModRM.reg: 16 or 0. */
  registerHigh = 0;
  /** MVEX.SSS: of memory its conversion, of a register its swizzle or, with `eviction`, rounding; meaningful in MVEX. */
  conversion = 0;
  /** MVEX.E: of memory a hint to evict it; meaningful in MVEX. */
  eviction: 0 | 1 = 0;
  /** The ModRM byte, or -1. */
  modrm = -1;
  /** The SIB byte, or -1. */
  sib = -1;
  /** Effective operand size in bits: 16, 32 or 64 (SDM 1 3.6.1). */
  operandSize = 32;
  /** Effective address size in bits: 16, 32 or 64. */
  addressSize = 32;
  /** Bytes of displacement (or moffs): 0, 1, 2, 4 or 8. */
  displacementBytes = 0;
  /** Displacement sign-extended to 32 bits; for moffs64 the low half. */
  displacement = 0;
  /** High half of moffs64, else 0. */
  displacementHigh = 0;
  /** Segment of the memory operand in force (a RegisterId), NO_REGISTER without one. */
  segment: RegisterId = NO_REGISTER;
  /** Base register, RIP or EIP for RIP-relative, NO_REGISTER without one. */
  base: RegisterId = NO_REGISTER;
  index: RegisterId = NO_REGISTER;
  /** 1, 2, 4 or 8. */
  scale = 1;
  /** Bytes of all immediates together. */
  immediateBytes = 0;
  /** Immediate as the form extends it, low 32 bits, as a signed integer. */
  immediate = 0;
  /** Bits 63:32 of the immediate, as a signed integer: its sign where it is sign-extended. */
  immediateHigh = 0;
  /** Second immediate: ENTER's level, EXTRQ's index, a far pointer's selector, the low half where is4 is the high. */
  immediate2 = 0;
  operandCount = 0;
  /** Per explicit operand a `RegisterId` or an `OperandKind`. */
  readonly operands = new Uint16Array(6);
}
