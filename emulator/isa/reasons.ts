/** Why bytes are no instruction: one reason for each cause that the manuals name. */
export const reasons = [
  /** No instruction has this opcode (SDM 2D appendix A). */
  'opcode',
  /** The opcode exists, but not in this mode. */
  'mode',
  /** The opcode exists, but not with this mandatory prefix (SDM 2A 3.1.1.1). */
  'prefix',
  /** ModRM.mod selects memory where a register is needed. */
  'register-needed',
  /** ModRM.mod selects a register where memory is needed. */
  'memory-needed',
  /** ModRM.reg or ModRM.rm selects no instruction of the group. */
  'group',
  /** This operand, address or W size has no instruction. */
  'size',
  /** This vector length has no instruction: VEX.L, EVEX.L'L (SDM 2A 3.1.1.2, LZ). */
  'vector-length',
  /** VEX.vvvv names a register, and the form has none there: it must be 1111b (SDM 2A 2.3.5.6). */
  'vvvv',
  /** A bit that the encoding reserves has the other value: EVEX P0[3], P1[2] (SDM 2A 2.7.1). */
  'reserved-bits',
  /** EVEX.aaa names a mask that the form does not take, or none where it must (SDM 2A 2.7.4). */
  'mask',
  /** EVEX.z where nothing can become 0: no mask, a destination in memory, a form that merges only (SDM 2A 2.7.5). */
  'zeroing',
  /** EVEX.b with memory that is not broadcast (SDM 2A 2.7.6). */
  'broadcast',
  /** EVEX.b with registers where nothing is rounded, and no exception could be suppressed (SDM 2A 2.7.7). */
  'rounding',
  /** MVEX.SSS where nothing is converted or swizzled so (Xeon Phi ISA reference 2.2). */
  'conversion',
  /** Two operands are one register, and must not be (SDM 2A VGATHERDPS, TDPBF16PS; VFMULCPH). */
  'same-register',
  /** VSIB addressing without a SIB byte, or with 16-bit addresses (SDM 2A 2.3.12). */
  'vector-index',
  /** Memory without a SIB byte where it must have one: tiles (SDM 2D TILELOADD). */
  'sib-needed',
  /** 66, F2, F3, LOCK or REX stands before VEX (SDM 2A 2.3.2 to 2.3.4), or REX before REX2. */
  'prefix-before-vex',
  /** REX2 before an opcode that it does not stand before (APX specification 3.1.2.1). */
  'rex2',
  /** EVEX.ND of a promoted instruction that has no form with this value (APX specification 3.1.2.3). */
  'new-destination',
  /** EVEX.NF where flags cannot be suppressed (APX specification 3.1.2.3). */
  'flags-suppressed',
  /** The operand names a register which does not exist (CR1, DR8, segment 6, MOV to CS). */
  'register',
  /** LOCK without a lockable memory destination (SDM 2A LOCK). */
  'lock-not-allowed',
  /** More than 15 bytes (SDM 2A 2.3.11). */
  'too-long',
] as const;

export type Reason = (typeof reasons)[number];
