/**
 * Which copies may go on by a jump of their own, without a trap behind them: instructions that do not look at rIP, and
 * that the kernel's list has. The list is of opcodes; what it holds is read from the rows, but for three opcodes.
 */
import { groupByOpcode } from '../../isa/by-opcode.ts';
import type { Form } from '../../isa/form.ts';
import { forms } from '../../isa/forms.ts';
import { opcodeIndex } from '../../isa/opcode-map.ts';
import type { Placed } from '../code/placed.ts';
import { isRelative, transferOf } from '../code/transfer.ts';

/** May the instruction be followed by a jump in its slot? */
export const canBoost = (placed: Placed): boolean => {
  const { map, opcode, form } = placed.instruction;
  if (map > 1 || hasBarringPrefix(placed) || isRelative(forms[form])) return false;
  return isBoostable(map, opcode) || transferOf(forms[form]) === 'jump';
};

/** 67, and 2E, which once meant a branch hint only. */
const hasBarringPrefix = ({ bytes, instruction }: Placed): boolean =>
  bytes.subarray(0, instruction.opcodeOffset).some((byte) => byte === 0x67 || byte === 0x2e);

/** Of the one-byte map (0) and of 0F (1): is the opcode on the list, whatever ModRM.reg selects? */
export const isBoostable = (map: 0 | 1 | number, opcode: number): boolean => {
  const index = opcodeIndex(map, opcode);
  if (map > 1 || setAside.has(index)) return false;
  const all = byOpcode.get(index);
  if (all === undefined) return map === 1 && withoutRows.has(opcode);
  const listed = all.filter(isListed);
  return listed.length > 0 && !isGroupWithHoles(listed);
};

const byOpcode = groupByOpcode(forms);

/** HLT, after which an interrupt would return to the slot; RDPMC and CPUID, which the list lacks without a reason. */
const setAside: ReadonlySet<number> = new Set([opcodeIndex(0, 0xf4), opcodeIndex(1, 0x33), opcodeIndex(1, 0xa2)]);

/** Forms that the list was made of: documented, without a mandatory prefix, and of CPUs up to MMX. */
const isListed = (form: Form): boolean =>
  ['', 'NP', 'NFx'].includes(form.prefix) &&
  [...form.needs].every((need) => oldNeeds.has(need)) &&
  !isReserved(form) &&
  !isEscape(form) &&
  ownsPlace(form);

/** What a row may need besides features: facts about its decoding. And the features of CPUs up to MMX. */
const oldNeeds: ReadonlySet<string> = new Set([
  ...[
    'NO64',
    'ONLY64',
    'D64',
    'F64',
    'ALWAYS64',
    'LOCK',
    'CR8-LOCK',
    'REP',
    'REPE',
    'HLE',
    'IMPLICIT-LOCK',
    'XRELEASE',
  ],
  ...['BND', 'NOTRACK', 'HINT', 'MOD-IGNORED', 'ADDRESS-ONLY', 'BIT-STRING', 'UNEVALUATED', 'ZERO-EXTENDS', 'NO-REX.B'],
  ...['POPS-FIRST', 'LOAD-SREG', 'INTEL', 'AMD', 'PROTECTED', 'CPL0', 'IOPL', 'RIP-RELATIVE'],
  ...['CMOV', 'MMX', 'TSC', 'X87'],
]);

/** NOPs and undefined opcodes that fill an opcode whole. */
const isReserved = ({ needs, reg }: Form): boolean => needs.has('UNEVALUATED') && reg < 0;

/** x87 besides FWAIT. */
const isEscape = ({ needs, hasModrm }: Form): boolean => needs.has('X87') && hasModrm;

/** It leaves no address of its own behind, and none counts from it. */
const ownsPlace = (form: Form): boolean => {
  if (isRelative(form)) return false;
  return !['call', 'far call', 'interrupt', 'exception', 'transaction'].includes(transferOf(form));
};

/** ModRM.reg selects among several instructions, and some of its values select none. */
const isGroupWithHoles = (listed: readonly Form[]): boolean => {
  const digits = new Set(listed.filter(({ reg }) => reg >= 0).map(({ reg }) => reg));
  return digits.size > 1 && digits.size < 8;
};

const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, k) => first + k);

/** MMX as it first was (SDM 2D table A-3), where it has no rows. */
const withoutRows: ReadonlySet<number> = new Set([
  ...[...range(0x60, 0x6b), 0x6e, 0x6f, ...range(0x74, 0x77), 0x7e, 0x7f],
  ...[0xd1, 0xd2, 0xd3, 0xd5, 0xd8, 0xd9, 0xdb, 0xdc, 0xdd, 0xdf],
  ...[0xe1, 0xe2, 0xe5, 0xe8, 0xe9, 0xeb, 0xec, 0xed, 0xef],
  ...[0xf1, 0xf2, 0xf3, 0xf5, 0xf8, 0xf9, 0xfa, 0xfc, 0xfd, 0xfe],
]);
