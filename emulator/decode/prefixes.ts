/** Legacy prefixes and REX (SDM 2A 2.1.1, 2.2.1). */
import { type Instruction, Prefix } from '../isa/instruction.ts';
import type { Mode } from '../isa/modes.ts';
import { NO_REGISTER, RegisterClass } from '../isa/registers.ts';

/** What a byte does where a prefix may stand. Actions 0 to 5 set that segment (ES CS SS DS FS GS) as override. */
export const PrefixAction = {
  operandSize: 6,
  addressSize: 7,
  lock: 8,
  rep: 9,
  repne: 10,
  rex: 11,
  /** CS, DS, ES, SS overrides in 64-bit mode. */
  ignoredSegment: 12,
  none: 13,
} as const;

/** What prefixes do in a mode. */
export interface PrefixRules {
  /** A PrefixAction for each byte. */
  readonly actions: Uint8Array;
  /** Sizes in bits with the prefix that changes them. */
  readonly operandSize: number;
  readonly addressSize: number;
  readonly is64: boolean;
}

export const prefixRules = (mode: Mode): PrefixRules => ({
  actions: actionsOf(mode),
  operandSize: mode === 16 ? 32 : 16,
  addressSize: mode === 32 ? 16 : 32,
  is64: mode === 64,
});

const actionsOf = (mode: Mode): Uint8Array => {
  const actions = new Uint8Array(256).fill(PrefixAction.none);
  for (const [segment, byte] of [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65].entries())
    actions[byte] = mode === 64 && segment < 4 ? PrefixAction.ignoredSegment : segment;
  actions[0x66] = PrefixAction.operandSize;
  actions[0x67] = PrefixAction.addressSize;
  actions[0xf0] = PrefixAction.lock;
  actions[0xf2] = PrefixAction.repne;
  actions[0xf3] = PrefixAction.rep;
  if (mode === 64) actions.fill(PrefixAction.rex, 0x40, 0x50);
  return actions;
};

/** Reads prefixes from `start` on; returns where the opcode is, or `limit`. */
export const decodePrefixes = (
  bytes: Uint8Array,
  start: number,
  limit: number,
  rules: PrefixRules,
  into: Instruction,
): number => {
  const actions = rules.actions;
  let at = start;
  let rex = 0;
  while (at < limit) {
    const byte = bytes[at];
    const action = actions[byte];
    if (action === PrefixAction.none) break;
    at++;
    if (action === PrefixAction.rex) {
      rex = byte;
      continue;
    }
    // REX counts only directly before the opcode (SDM 2A 2.2.1).
    rex = 0;
    applyPrefix(action, byte, rules, into);
  }
  into.rex = rex;
  if ((rex & 8) !== 0) into.operandSize = 64;
  return at;
};

const segments = RegisterClass.segment << 5;

const applyPrefix = (action: number, byte: number, rules: PrefixRules, into: Instruction): void => {
  switch (action) {
    case PrefixAction.operandSize:
      into.prefixes |= Prefix.operandSize;
      into.operandSize = rules.operandSize;
      break;
    case PrefixAction.addressSize:
      into.prefixes |= Prefix.addressSize;
      into.addressSize = rules.addressSize;
      break;
    case PrefixAction.lock:
      into.prefixes |= Prefix.lock;
      break;
    // Of F2 and F3, the last one stands.
    case PrefixAction.rep:
      into.prefixes = (into.prefixes & ~Prefix.repne) | Prefix.rep;
      break;
    case PrefixAction.repne:
      into.prefixes = (into.prefixes & ~Prefix.rep) | Prefix.repne;
      break;
    case PrefixAction.ignoredSegment:
      // In 64-bit mode CS, DS, ES and SS overrides are hints at most, and leave FS and GS in force.
      if (into.segmentOverride === NO_REGISTER) into.hintPrefix = byte;
      break;
    default:
      into.segmentOverride = segments + action;
      into.hintPrefix = rules.is64 ? 0 : byte;
  }
};
