/** Conditions of known rows about VEX and EVEX: their fields, from the bytes alone, and texts that differ in little. */

import type { Mode } from '../../emulator/isa/modes.ts';
import type { Identity } from '../bucket/identity.ts';
import type { Vex } from '../bucket/vex.ts';
import type { AnyMismatch } from '../mismatch.ts';

type Predicate = (identity: Identity, mismatch: AnyMismatch) => boolean;

const evex =
  (holds: (fields: Vex) => boolean): Predicate =>
  ({ vex }) =>
    vex?.encoding === 'EVEX' && holds(vex);

const vector =
  (holds: (fields: Vex) => boolean): Predicate =>
  ({ vex }) =>
    vex !== null && holds(vex);

/** Texts are the same in this spelling. */
const alike =
  (spell: (said: string) => string): Predicate =>
  (_identity, { says, input: { mode } }) =>
    spell(inMode(says.ours, mode)) === spell(inMode(says.theirs, mode));

/** Outside 64-bit mode there are eight registers of a kind, and none of 64 bits (SDM 2A 2.3.5.6), whatever is printed. */
const inMode = (said: string, mode: Mode): string =>
  mode === 64
    ? said
    : withoutWidths(said)
        .replace(/mm(\d+)/g, (_, number) => `mm${Number(number) & 7}`)
        .replace(/\br(\d+)\b/g, (_, number) => lowRegisters[Number(number) & 7] ?? '');

const lowRegisters: readonly string[] = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];

const withoutWidths = (said: string): string => said.replace(/\b[er](?=[a-d]x|[sd]i|[sb]p)|(?<=\br\d+)d\b/g, '');

const highBytes: Readonly<Record<string, string>> = { ah: 'sp', ch: 'bp', dh: 'si', bh: 'di' };

/** Operands without lengths, sizes and decorations; memory without a displacement that is scaled (SDM 2A 2.7.5). */
const numbersOf = (said: string, modrm: number): readonly string[] =>
  said
    .replace(/^\S+ /, '')
    .replace(/,? ?\{[^}]*\}/g, '')
    .replace(vectorRegister, 'mm')
    .replace(/(?:[a-z]*word|byte) (?=[a-z]{0,2}:?\[)/g, '')
    .replace(modrm >> 6 === 1 ? /\+0x[0-9a-f]+(?=\])/ : /$^/, '')
    .split(', ')
    .filter((operand) => operand !== '');

/** All of the shorter list stands in the longer one. */
const isPart = (one: readonly string[], other: readonly string[]): boolean => {
  const [few, many] = one.length < other.length ? [one, [...other]] : [other, [...one]];
  return few.every((operand) => {
    const at = many.indexOf(operand);
    if (at >= 0) many.splice(at, 1);
    return at >= 0;
  });
};

const groupsOf = (said: string): string => said.replace(/mm(\d+)/g, (_, number) => `mm${Number(number) & ~3}`);

const vectorRegister = /\b[xyz]mm(?=\d)/g;

export const vectorPredicates = {
  /** EVEX.aaa: a mask is asked for. */
  'evex-mask': evex(({ mask }) => mask !== 0),
  /** EVEX.aaa: no mask is asked for. */
  'evex-no-mask': evex(({ mask }) => mask === 0),
  'evex-zeroing': evex(({ z }) => z === 1),
  /** EVEX.b: broadcast, rounding or SAE. */
  'evex-b': evex(({ b }) => b === 1),
  /** Bits that EVEX reserves. */
  'evex-reserved': evex(({ isBroken }) => isBroken),
  /** EVEX.V' alone names a second source: 16. */
  'evex-high-vvvv': evex(({ vvvv }) => vvvv === 16),
  /** EVEX.V' names a second source above 15. */
  'evex-upper-vvvv': evex(({ vvvv }) => vvvv > 15),
  /** W of single precision beside the mandatory prefix of double precision, or the other way round. */
  'evex-w-against-pp': evex(({ w, pp }) => (pp === 0 && w === 1) || (pp === 1 && w === 0)),
  /** The mandatory prefix is not 66. */
  'vector-not-66': vector(({ pp }) => pp !== 1),
  /** L'L is neither 128 nor ignored. */
  'vector-not-128': vector(({ l }) => l !== 0),
  /** L'L is 3, which is no vector length (SDM 2A 2.7.11.2). */
  'vector-length-3': vector(({ l }) => l === 3),
  'vector-below-512': vector(({ l }) => l < 2),
  /** X, which extends no general register in ModRM.rm. */
  'vector-x': vector(({ rxb }) => (rxb & 2) !== 0),
  /** B extends ModRM.rm, which names a register that has no high half: a mask. */
  'vector-x-or-b': vector(({ rxb }) => (rxb & 3) !== 0),
  'vector-b': vector(({ rxb }) => (rxb & 1) !== 0),
  /** The vector registers are those of other lengths, and nothing else differs. */
  'other-vector-length': alike((said) => said.replace(vectorRegister, 'mm')),
  /** Theirs has no rounding, and takes its bits for the vector length. */
  'rounding-as-length': alike((said) => said.replace(vectorRegister, 'mm').replace(/, \{(?:r[nduz]-)?sae\}$/, '')),
  /** Of memory only the displacement differs, in what is said of an operand. */
  'other-place': alike((said) => said.replace(/[+-]?0x[0-9a-f]+(?=\])/, '')),
  /** Of a register only the length differs, in what is said of an operand. */
  'other-length': alike((said) => said.replace(vectorRegister, 'mm').replace(/ \d+$/, '')),
  'other-name': alike((said) => said.replace(/^\S+/, '')),
  'other-broadcast': alike((said) => said.replace(/\{1to\d+\}/, '')),
  /** General registers of other widths. */
  'other-width': alike(withoutWidths),
  /** Numbers of registers and their widths differ by what there is outside 64-bit mode only. */
  'beyond-mode': alike((said) => said),
  /** AH to BH stand where without REX the numbers mean SPL to DIL (SDM 2A table 3-1). */
  'high-byte': alike((said) => withoutWidths(said).replace(/\b[acdb]h\b/, (name) => highBytes[name] ?? name)),
  /** Theirs has one byte more, which it reads as an immediate. */
  'one-byte-longer': (_identity, { says }) => Number(says.theirs) === Number(says.ours) + 1,
  /** Whatever operands both have are the same: numbers of registers, memory, immediates. */
  'same-operands': ({ modrm }, { says, input: { mode } }) =>
    isPart(numbersOf(inMode(says.ours, mode), modrm), numbersOf(inMode(says.theirs, mode), modrm)),
  /** Of registers in groups of four one names the first, the other another one (SDM 2C V4FMADDPS). */
  'other-of-group': alike(groupsOf),
  /** The same, with another name or length besides. */
  'other-of-named-group': alike((said) => groupsOf(said.replace(/^\S+/, '').replace(vectorRegister, 'mm'))),
  /** Numbers of index registers are 16 apart. */
  'other-high-index': alike((said) => said.replace(/mm(\d+)(?=[*+\]])/, (_, number) => `mm${Number(number) & 15}`)),
  /** Numbers of vector registers differ by 8 at most. */
  'other-by-8': alike((said) => said.replace(/mm(\d+)/g, (_, number) => `mm${Number(number) & 7}`)),
  /** Of two masks in a pair one names the first, the other the second (SDM 2C VP2INTERSECTD). */
  'other-of-pair': alike((said) => said.replace(/\bk(\d)/g, (_, number) => `k${Number(number) & ~1}`)),
  /** The choice of halves stands in bits 4 and 0; bit 1 is taken for bit 4. */
  'bit-1-as-bit-4': alike((said) => said.replace(/\b0x([23])\b/, (_, choice) => `0x1${Number(choice) & 1}`)),
} as const satisfies Readonly<Record<string, Predicate>>;
