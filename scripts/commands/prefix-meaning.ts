/** What a prefix byte is for (SDM 2A 2.1.1, 2.2.1), and what it does to the instruction it stands before. */
import { PrefixAction, prefixRules } from '../../emulator/decode/prefixes.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Instruction } from '../../emulator/isa/instruction.ts';
import type { Mode } from '../../emulator/isa/modes.ts';

export const isPrefix = (byte: number, mode: Mode): boolean => prefixRules(mode).actions[byte] !== PrefixAction.none;

export interface PrefixPlace {
  readonly mode: Mode;
  /** Absent where the bytes are no instruction. */
  readonly instruction?: Instruction;
}

export const prefixMeaning = (byte: number, { mode, instruction }: PrefixPlace): string => {
  const { prefix = '' } = instruction === undefined ? {} : (forms[instruction.form] ?? {});
  const isMandatory = prefix === byte.toString(16).toUpperCase();
  switch (prefixRules(mode).actions[byte]) {
    case PrefixAction.operandSize:
      if (isMandatory) return 'part of the opcode';
      return instruction === undefined ? 'operand size' : `operand size: ${instruction.operandSize} bits`;
    case PrefixAction.addressSize:
      return instruction === undefined ? 'address size' : `address size: ${instruction.addressSize} bits`;
    case PrefixAction.lock:
      return 'LOCK';
    case PrefixAction.rep:
      return isMandatory ? 'part of the opcode' : 'REP, REPE, XRELEASE';
    case PrefixAction.repne:
      return isMandatory ? 'part of the opcode' : 'REPNE, XACQUIRE, BND';
    case PrefixAction.rex:
      return 'REX, ignored: it must stand directly before the opcode (SDM 2A 2.2.1)';
    case PrefixAction.ignoredSegment:
      return `${segmentName(byte)} override: ignored in 64-bit mode${hintOf(byte)}`;
    default:
      return `${segmentName(byte)} override${hintOf(byte)}`;
  }
};

const segmentName = (byte: number): string => segmentNames[byte] ?? '';

const segmentNames: Readonly<Record<number, string>> = { 38: 'ES', 46: 'CS', 54: 'SS', 62: 'DS', 100: 'FS', 101: 'GS' };

const hintOf = (byte: number): string => {
  if (byte === 0x2e) return '; before Jcc: not taken';
  return byte === 0x3e ? '; before Jcc: taken; before an indirect branch: NOTRACK' : '';
};
