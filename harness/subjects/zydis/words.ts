/** Zydis's numbers and names in the words of answers. */
import type { AnswerAccess, AnswerFlags, Decoded } from '../../subject.ts';

export interface ZydisNames {
  /** By `ZydisRegister`, as the SDM has them. */
  readonly registers: readonly string[];
  /** By `ZydisMnemonic`, as the SDM has them. */
  readonly mnemonics: readonly string[];
}

/** From the names as Zydis tells them: those of registers, an empty one, those of mnemonics. */
export const zydisNames = (told: readonly string[]): ZydisNames => {
  const end = told.indexOf('');
  const mnemonics = told.slice(end + 1).map((name) => mnemonicExceptions[name] ?? conditional(name));
  return { registers: ['', ...told.slice(0, end)], mnemonics: ['', ...mnemonics] };
};

/** Where Zydis's mnemonic is not the SDM's first name. */
const mnemonicExceptions: Readonly<Record<string, string>> = {
  xlat: 'xlatb',
  feni8087_nop: 'fneni',
  fdisi8087_nop: 'fndisi',
  fsetpm287_nop: 'fnsetpm',
};

/** Of the names of a condition Zydis takes others than the SDM's first ones (SDM 1 appendix B). */
const conditional = (name: string): string => {
  const [, stem, condition = ''] = /^(j|set|cmov)([a-z]+)$/.exec(name) ?? [];
  const first = conditions[condition];
  return stem === undefined || first === undefined ? name : stem + first;
};

const conditions: Readonly<Record<string, string>> = { nb: 'ae', z: 'e', nz: 'ne', nbe: 'a', nl: 'ge', nle: 'g' };

/** `ZydisOperandActions`: read 1, write 2, read or written on a condition 4 and 8. */
export const accessOf = (actions: number): AnswerAccess => accesses[actions] ?? '';

const accesses: readonly AnswerAccess[] = table<AnswerAccess>([
  [0, ''],
  [1, 'r'],
  [2, 'w'],
  [3, 'rw'],
  [4, 'cr'],
  // A condition of reading what is written as well says no more than that it is read.
  [6, 'rw'],
  [8, 'cw'],
  [9, 'rcw'],
  [12, 'rcw'],
]);

/** `ZYDIS_CPUFLAG_…` by letter, in the order of emulator/isa/flags.ts. */
const flagBits = {
  O: 11,
  S: 7,
  Z: 6,
  A: 4,
  P: 2,
  C: 0,
  D: 10,
  I: 9,
  T: 8,
  N: 14,
  L: 12,
  R: 16,
  V: 17,
  K: 18,
  F: 19,
  G: 20,
  E: 21,
} as const;

export const zydisFlagLetters = Object.keys(flagBits).join('');

const lettersByMask = new Map<number, string>();

const lettersOf = (mask: number): string => {
  const known = lettersByMask.get(mask);
  if (known !== undefined) return known;
  const letters = Object.entries(flagBits)
    .filter(([, bit]) => ((mask >>> bit) & 1) === 1)
    .map(([letter]) => letter)
    .join('');
  lettersByMask.set(mask, letters);
  return letters;
};

export interface FlagMasks {
  readonly tested: number;
  readonly modified: number;
  readonly cleared: number;
  readonly set: number;
  readonly undefined: number;
}

export const flagsOf = (masks: FlagMasks): AnswerFlags => ({
  read: lettersOf(masks.tested),
  written: lettersOf(masks.modified),
  cleared: lettersOf(masks.cleared),
  set: lettersOf(masks.set),
  undefined: lettersOf(masks.undefined),
});

/** `ZydisRoundingMode`; suppression of exceptions goes with rounding. */
export const roundingOf = (mode: number, hasSae: boolean): Pick<Decoded, 'rounding'> => {
  const rounding = roundings[mode] ?? (hasSae ? 'sae' : undefined);
  return rounding === undefined ? {} : { rounding };
};

const roundings = table<NonNullable<Decoded['rounding']>>([
  [1, 'rn-sae'],
  [2, 'rd-sae'],
  [3, 'ru-sae'],
  [4, 'rz-sae'],
]);

/** `ZydisBroadcastMode`: elements that one in memory stands for. */
export const broadcastOf = (mode: number): { readonly broadcast?: number } =>
  mode === 0 ? {} : { broadcast: 1 << mode };

function table<T>(pairs: readonly (readonly [number, T])[]): readonly T[] {
  const values: T[] = [];
  for (const [place, value] of pairs) values[place] = value;
  return values;
}
