/** Conditions of known rows about VEX and EVEX: their fields, from the bytes alone, and texts that differ in little. */
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

/** Texts, or what is said of operands, are the same in this spelling. */
const alike =
  (spell: (said: string) => string): Predicate =>
  (_identity, { says }) =>
    spell(says.ours) === spell(says.theirs);

const vectorRegister = /\b[xyz]mm(?=\d)/g;

export const vectorPredicates = {
  /** EVEX.aaa: a mask is asked for. */
  'evex-mask': evex(({ mask }) => mask !== 0),
  'evex-zeroing': evex(({ z }) => z === 1),
  /** EVEX.b: broadcast, rounding or SAE. */
  'evex-b': evex(({ b }) => b === 1),
  /** Bits that EVEX reserves. */
  'evex-reserved': evex(({ isBroken }) => isBroken),
  /** EVEX.V' alone names a second source: 16. */
  'evex-high-vvvv': evex(({ vvvv }) => vvvv === 16),
  /** W of single precision beside the mandatory prefix of double precision, or the other way round. */
  'evex-w-against-pp': evex(({ w, pp }) => (pp === 0 && w === 1) || (pp === 1 && w === 0)),
  /** The mandatory prefix is not 66. */
  'vector-not-66': vector(({ pp }) => pp !== 1),
  /** L'L is neither 128 nor ignored. */
  'vector-not-128': vector(({ l }) => l !== 0),
  'vector-below-512': vector(({ l }) => l < 2),
  /** W stands beside a scalar or half-precision instruction, or whatever else has no W1. */
  'vector-w1': vector(({ w }) => w === 1),
  /** X, which extends no general register in ModRM.rm. */
  'vector-x': vector(({ rxb }) => (rxb & 2) !== 0),
  /** B extends ModRM.rm, which names a register that has no high half: a mask. */
  'vector-b': vector(({ rxb }) => (rxb & 1) !== 0),
  /** The vector registers are those of other lengths, and nothing else differs. */
  'other-vector-length': alike((said) => said.replace(vectorRegister, 'mm')),
  /** Theirs has no rounding, and takes its bits for the vector length. */
  'rounding-as-length': alike((said) => said.replace(vectorRegister, 'mm').replace(/, \{(?:r[nduz]-)?sae\}$/, '')),
  'other-name': alike((said) => said.replace(/^\S+/, '')),
  'other-broadcast': alike((said) => said.replace(/\{1to\d+\}/, '')),
  'other-mask': alike((said) => said.replace(/(?:\{k\d\})?(?:\{z\})?(?=,)/, '')),
  'other-displacement': alike((said) => said.replace(/(?<=[[+ ])0x[0-9a-f]+\]/, ']')),
  /** Of registers in groups of four one names the first, the other another one (SDM 2C V4FMADDPS). */
  'other-of-group': alike((said) => said.replace(/mm(\d+)/g, (_, number) => `mm${Number(number) & ~3}`)),
  /** Of two masks in a pair one names the first, the other the second (SDM 2C VP2INTERSECTD). */
  'other-of-pair': alike((said) => said.replace(/\bk(\d)/g, (_, number) => `k${Number(number) & ~1}`)),
  /** The choice of halves stands in bits 4 and 0; bit 1 is taken for bit 4. */
  'bit-1-as-bit-4': alike((said) => said.replace(/\b0x([23])\b/, (_, choice) => `0x1${Number(choice) & 1}`)),
} as const satisfies Readonly<Record<string, Predicate>>;
