/**
 * What instructions do to RFLAGS, each effect named once (SDM 1 appendix A, and each instruction's "Flags Affected").
 * Letters: O S Z A P C status flags; D direction, I interrupt, T trap, N nested task, L IOPL, R resume, V VM,
 * K alignment check (AC), F VIF, G VIP, E identification (ID), U user interrupts (UIF, no bit of RFLAGS).
 */
export interface FlagEffect {
  readonly read: string;
  /** Written from the result. */
  readonly written: string;
  readonly cleared: string;
  readonly set: string;
  readonly undefined: string;
  /** The effect where a shift count is known: one, and more. None where it is zero. */
  readonly byCount?: { readonly one: FlagEffect; readonly more: FlagEffect };
}

interface Parts {
  readonly read?: string;
  readonly written?: string;
  readonly cleared?: string;
  readonly set?: string;
  readonly undefined?: string;
}

const effect = ({ read = '', written = '', cleared = '', set = '', undefined: open = '' }: Parts): FlagEffect => ({
  read,
  written,
  cleared,
  set,
  undefined: open,
});

/** A shift or rotate: `one` for a count of one, `more` for a greater one, and for a count in CL that nobody knows. */
const byCount = (one: Parts, more: Parts): FlagEffect => ({
  ...effect(more),
  byCount: { one: effect(one), more: effect(more) },
});

/** FLAGS, the low 16 bits. */
const lowFlags = 'OSZAPCDITNL';
const allFlags = 'OSZAPCDITNLRVKFGE';

export const flagEffects = {
  none: effect({}),

  // Arithmetic.
  arith: effect({ written: 'OSZAPC' }),
  'arith-carry': effect({ read: 'C', written: 'OSZAPC' }),
  increment: effect({ written: 'OSZAP' }),
  multiply: effect({ written: 'OC', undefined: 'SZAP' }),
  'status-undefined': effect({ undefined: 'OSZAPC' }),
  divide: effect({ undefined: 'OSZAPC' }),
  'carry-chain': effect({ read: 'C', written: 'C' }),
  'overflow-chain': effect({ read: 'O', written: 'O' }),
  decimal: effect({ read: 'AC', written: 'SZAPC', undefined: 'O' }),
  ascii: effect({ read: 'A', written: 'AC', undefined: 'OSZP' }),
  'ascii-multiply': effect({ written: 'SZP', undefined: 'OAC' }),

  // Logic, shifts, bits.
  logic: effect({ written: 'SZP', cleared: 'OC', undefined: 'A' }),
  shift: byCount({ written: 'OSZPC', undefined: 'A' }, { written: 'SZPC', undefined: 'OA' }),
  'double-shift': byCount({ written: 'OSZPC', undefined: 'A' }, { written: 'SZPC', undefined: 'OA' }),
  rotate: byCount({ written: 'OC' }, { written: 'C', undefined: 'O' }),
  'rotate-carry': byCount({ read: 'C', written: 'OC' }, { read: 'C', written: 'C', undefined: 'O' }),
  'bit-test': effect({ written: 'C', undefined: 'OSAP' }),
  'bit-scan': effect({ written: 'Z', undefined: 'OSAPC' }),
  count: effect({ written: 'ZC', undefined: 'OSAP' }),
  'population-count': effect({ written: 'Z', cleared: 'OSAPC' }),
  'and-not': effect({ written: 'SZ', cleared: 'OC', undefined: 'AP' }),
  'bit-field': effect({ written: 'Z', cleared: 'OC', undefined: 'SAP' }),
  'lowest-bit': effect({ written: 'SZC', cleared: 'O', undefined: 'AP' }),
  'lowest-mask': effect({ written: 'SC', cleared: 'OZ', undefined: 'AP' }),

  // Conditions.
  'cc-o': effect({ read: 'O' }),
  'cc-b': effect({ read: 'C' }),
  'cc-e': effect({ read: 'Z' }),
  'cc-be': effect({ read: 'ZC' }),
  'cc-s': effect({ read: 'S' }),
  'cc-p': effect({ read: 'P' }),
  'cc-l': effect({ read: 'OS' }),
  'cc-le': effect({ read: 'OSZ' }),
  /** By a condition that the encoding names, see `flagsOf`; where it does not hold the encoding says the flags too. */
  'source-condition': effect({ read: 'OSZPC', written: 'OSZAPC' }),
  'zero-read': effect({ read: 'Z' }),
  'carry-read': effect({ read: 'C' }),

  // Strings.
  string: effect({ read: 'D' }),
  'string-compare': effect({ read: 'D', written: 'OSZAPC' }),

  // Flags as such.
  'complement-carry': effect({ read: 'C', written: 'C' }),
  'clear-carry': effect({ cleared: 'C' }),
  'set-carry': effect({ set: 'C' }),
  'clear-interrupt': effect({ cleared: 'I' }),
  'set-interrupt': effect({ set: 'I' }),
  'clear-direction': effect({ cleared: 'D' }),
  'set-direction': effect({ set: 'D' }),
  'clear-user-interrupt': effect({ cleared: 'U' }),
  'set-user-interrupt': effect({ set: 'U' }),
  'clear-alignment': effect({ cleared: 'K' }),
  'set-alignment': effect({ set: 'K' }),
  'store-ah': effect({ written: 'SZAPC' }),
  'load-ah': effect({ read: 'SZAPC' }),
  'push-flags': effect({ read: allFlags }),
  'push-flags16': effect({ read: lowFlags }),
  'pop-flags': effect({ written: 'OSZAPCDITNLKE' }),
  'pop-flags16': effect({ written: lowFlags }),

  // One flag as the answer, the other status flags cleared or left alone.
  zero: effect({ written: 'Z' }),
  'zero-only': effect({ written: 'Z', cleared: 'OSAPC' }),
  'test-z': effect({ written: 'Z', cleared: 'OSAPC' }),
  'test-carry': effect({ read: 'U', written: 'C', cleared: 'OSZAP' }),
  carry: effect({ written: 'C', cleared: 'OSZAP' }),
  random: effect({ written: 'C', cleared: 'OSZAP' }),
  wait: effect({ written: 'C', cleared: 'OSZAP' }),
  /** As the leaf or the outcome has it. */
  status: effect({ written: 'OSZAPC' }),
  'vmx-success': effect({ cleared: 'OSZAPC' }),
  vmx: effect({ written: 'ZC', cleared: 'OSAP' }),

  // Comparisons and tests of vectors and masks.
  compare: effect({ written: 'ZPC', cleared: 'OSA' }),
  'compare-extended': effect({ written: 'OSZPC', cleared: 'A' }),
  'test-vector': effect({ written: 'ZC', cleared: 'OSAP' }),
  'clear-status': effect({ cleared: 'OSZAPC' }),
  'carry-written': effect({ written: 'C' }),
  'string-index': effect({ written: 'OSZC', cleared: 'AP' }),
  'mask-test': effect({ written: 'ZC', cleared: 'OSAP' }),

  // Control transfers that load or save the flags register.
  interrupt: effect({ written: 'ITNRVK' }),
  'interrupt-overflow': effect({ read: 'O', written: 'ITNRVK' }),
  'interrupt-return': effect({ written: allFlags }),
  'interrupt-return16': effect({ written: lowFlags }),
  /** RFLAGS without IF, IOPL and VM, and UIF becomes 1 (SDM 2B UIRET). */
  'user-interrupt-return': effect({ written: 'OSZAPCDTNRKE', set: 'U' }),
  resume: effect({ written: allFlags }),
  syscall: effect({ read: allFlags, written: allFlags }),
  sysret: effect({ written: allFlags }),
  reset: effect({ cleared: allFlags }),
  sysenter: effect({ cleared: 'IV' }),
} as const satisfies Readonly<Record<string, FlagEffect>>;

export type FlagEffectName = keyof typeof flagEffects;
