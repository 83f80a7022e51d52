import type { FlagEffectName } from './flags.ts';

/**
 * One form of the SDM's instruction tables: opcode, syntax, access, implicit, flags, needs.
 *
 * - opcode: SDM 2A 3.1.1.1. `o16 o32 o64` and `a16 a32 a64` select by effective operand and address size, `REX.W +` by
 *   an operand size of 64; `NP`, `NFx`, `66`, `F3`, `F2` by prefix; a byte after the opcode is a whole ModRM byte, with
 *   `+i` any ModRM.rm; one after `/r` is the suffix that is 3DNow!'s opcode.
 *   VEX and its kin begin `VEX.LZ.F2.0F38.W0`: encoding, vector length, mandatory prefix (none for NP), map, W (SDM 2A
 *   3.1.1.2); XOP's map is `08`, `09` or `0A`.
 *   APX: what has `LLZ` in EVEX is promoted from another encoding; `SCALABLE` has the sizes of legacy instructions, `IGNORED`
 *   any W; `ND1` a new destination or zeroing, `NF` takes both values of that bit, `NF1` needs it. `REX2.W1` stands behind
 *   REX2 only.
 * - syntax: SDM 2A 3.1.1.3. `simm8:32` is an immediate of 8 bits sign-extended to 32 (`simm32` to 64), `r32:rm` a
 *   register in ModRM.rm, `r32:vvvv` in VEX.vvvv, `xmm:is4` in the high half of an immediate, `imm4` its low half,
 *   `r32/m16` a 32-bit register or 16 bits of memory, `m8@rSI` memory at rSI and its kin, `sibmem` a tile's rows.
 *   `xmm/m64` is a register of 128 bits or 64 bits of memory; `vm32x:64` elements of 64 bits at indexes of 32 in an xmm;
 *   `zmm:vvvv+3` four registers. EVEX: `zmm{k}{z}` is masked, `zmm/m512/m32bcst{er}` may broadcast, or round.
 *   MVEX: `zmm/m512{Sf32}` is converted or swizzled, `zmm{Df32}` stored converted; `EH0` in the opcode is its bit E.
 * - access: one word an operand: `r w rw`, with `c` where conditional, `-` where not accessed.
 * - implicit: `r EAX, w push32*2`: registers and stack memory; `aCX` is sized by the address size, `sBP` by the stack's;
 *   `pop16*8!3` passes over item 3; `m8@aAX` is memory at rAX (`aDI` at rDI), `m512@reg` at ES:[ModRM.reg].
 * - flags: a name in flags.ts. needs: names in needs.ts.
 */
export type Row = readonly [
  opcode: string,
  syntax: string,
  access: string,
  implicit: string,
  flags: FlagEffectName,
  needs: string,
];
