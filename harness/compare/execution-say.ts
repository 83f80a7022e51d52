/** What an execution's answer says of one field, short enough for a line. */
import type { ExecutionAnswer } from '../execution.ts';

/** The SDM's names of the first 32 vectors (SDM 3A table 6-1). */
const vectorNames: readonly string[] =
  '#DE #DB NMI #BP #OF #BR #UD #NM #DF 9 #TS #NP #SS #GP #PF 15 #MF #AC #MC #XM #VE #CP'.split(' ');

export const vectorName = (vector: number): string => vectorNames[vector] ?? String(vector);

/** Refused or not known: nobody's agreement. */
export const isSilent = ({ status }: ExecutionAnswer): boolean => status === 'refused' || status === 'unsupported';

/** `executed`, `#PF`, `system call`, `crashed: …`. */
export const statusSay = (answer: ExecutionAnswer): string => {
  switch (answer.status) {
    case 'fault':
      return vectorName(answer.vector);
    case 'crashed':
      return `crashed: ${answer.detail}`;
    case 'timed out':
      return `timed out after ${answer.timeoutMs} ms`;
    case 'refused':
      return `refused: ${answer.reason}`;
    default:
      return answer.status;
  }
};

export const saysOf = (ours: bigint, theirs: bigint): { readonly ours: string; readonly theirs: string } => ({
  ours: `0x${ours.toString(16)}`,
  theirs: `0x${theirs.toString(16)}`,
});

/** Bits of RFLAGS by the letters of emulator/isa/flags.ts, in their order. */
const flagBits: readonly (readonly [letter: string, bit: number])[] = [
  ['O', 11],
  ['S', 7],
  ['Z', 6],
  ['A', 4],
  ['P', 2],
  ['C', 0],
  ['D', 10],
  ['I', 9],
  ['T', 8],
  ['N', 14],
  ['L', 12],
  ['R', 16],
  ['V', 17],
  ['K', 18],
  ['F', 19],
  ['G', 20],
  ['E', 21],
];

/** `part` holds the letters of `bits`; what each says of them: `C=1 A=0`. */
export const flagsSay = (
  bits: number,
  ours: number,
  theirs: number,
): { readonly part: string; readonly says: { readonly ours: string; readonly theirs: string } } => {
  const letters = flagBits.filter(([, bit]) => ((bits >>> bit) & 1) === 1);
  const say = (value: number): string => letters.map(([letter, bit]) => `${letter}=${(value >>> bit) & 1}`).join(' ');
  const part = letters.map(([letter]) => letter).join('');
  // Bits that have no letter are reserved: they are shown as they are.
  if (part === '') return { part: 'reserved', says: { ours: ours.toString(16), theirs: theirs.toString(16) } };
  return { part, says: { ours: say(ours), theirs: say(theirs) } };
};

/** The bits of the named letters. */
export const maskOf = (letters: string): number => {
  let mask = 0;
  for (const [letter, bit] of flagBits) if (letters.includes(letter)) mask |= 1 << bit;
  return mask;
};
