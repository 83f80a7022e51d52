/** iced-x86's names in the words of the SDM: registers, mnemonics, flags, accesses. */
import { Code, Mnemonic, OpAccess, Register, RflagsBits } from 'iced-x86';
import type { AnswerAccess } from '../subject.ts';

/** By iced's `Register`: the SDM's name in lower case, `''` for none. */
export const registerNames: readonly string[] = namesOf(Register, (name) => {
  if (name === 'None' || name.startsWith('DontUse')) return '';
  // R8L to R15L are Intel's own second names; the SDM's tables say R8B.
  return name.toLowerCase().replace(/^(r\d+)l$/, '$1b');
});

/** Where iced's mnemonic is not the SDM's first name in lower case. */
const mnemonicExceptions: Readonly<Record<string, string>> = {
  Wait: 'fwait',
  // One mnemonic for all operand sizes.
  Sysretq: 'sysret',
  Sysexitq: 'sysexit',
  Getsecq: 'getsec',
  Pcmpestri64: 'pcmpestri',
  Pcmpestrm64: 'pcmpestrm',
  Vpcmpestri64: 'vpcmpestri',
  Vpcmpestrm64: 'vpcmpestrm',
  // Group 2 /6 does what /4 does, and the SDM has one name for one instruction.
  Sal: 'shl',
  Reservednop: 'nop',
};

/** By iced's `Mnemonic`. */
export const mnemonicNames: readonly string[] = namesOf(
  Mnemonic,
  (name) => mnemonicExceptions[name] ?? name.toLowerCase(),
);

/** By iced's `Code`: iced's own names. */
export const codeNames: readonly string[] = namesOf(Code, (name) => name);

/** By iced's `OpAccess`. */
export const accessNames: readonly AnswerAccess[] = accessTable([
  [OpAccess.None, ''],
  [OpAccess.Read, 'r'],
  [OpAccess.CondRead, 'cr'],
  [OpAccess.Write, 'w'],
  [OpAccess.CondWrite, 'cw'],
  [OpAccess.ReadWrite, 'rw'],
  [OpAccess.ReadCondWrite, 'rcw'],
  // The operand is an address only: LEA, INVLPG, prefetches.
  [OpAccess.NoMemAccess, ''],
]);

/** iced's flags by letter, in the order of emulator/isa/flags.ts. C0 to C3 are the x87's and left out. */
const flagBits = {
  O: RflagsBits.OF,
  S: RflagsBits.SF,
  Z: RflagsBits.ZF,
  A: RflagsBits.AF,
  P: RflagsBits.PF,
  C: RflagsBits.CF,
  D: RflagsBits.DF,
  I: RflagsBits.IF,
  K: RflagsBits.AC,
  U: RflagsBits.UIF,
} as const;

/** The flags that iced tells of. Of T, N, L, R, V, F, G and E it says nothing, not even of POPF. */
export const icedFlagLetters = Object.keys(flagBits).join('');

const lettersByBits: string[] = [];

/** iced's `RflagsBits` as letters. */
export const flagLetters = (bits: number): string => {
  lettersByBits[bits] ??= spell(bits);
  return lettersByBits[bits] ?? '';
};

const spell = (bits: number): string =>
  Object.entries(flagBits)
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([letter]) => letter)
    .join('');

function namesOf(values: object, rename: (name: string) => string): readonly string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(values)) if (typeof value === 'number') names[value] = rename(name);
  return names;
}

function accessTable(pairs: readonly (readonly [OpAccess, AnswerAccess])[]): readonly AnswerAccess[] {
  const table: AnswerAccess[] = [];
  for (const [access, name] of pairs) table[access] = name;
  return table;
}
