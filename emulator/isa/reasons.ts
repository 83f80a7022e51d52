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
  /** 66, F2, F3, LOCK or REX stands before VEX (SDM 2A 2.3.2 to 2.3.4). */
  'prefix-before-vex',
  /** The operand names a register which does not exist (CR1, DR8, segment 6, MOV to CS). */
  'register',
  /** LOCK without a lockable memory destination (SDM 2A LOCK). */
  'lock-not-allowed',
  /** More than 15 bytes (SDM 2A 2.3.11). */
  'too-long',
] as const;

export type Reason = (typeof reasons)[number];
