import type { Mode } from '../isa/modes.ts';

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

/** The action of each byte in a mode (SDM 2A 2.1.1, 2.2.1). */
export const prefixActions = (mode: Mode): Uint8Array => {
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
