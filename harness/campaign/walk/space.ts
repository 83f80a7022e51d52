/**
 * The parts of the encoding space that a walk may cover. A space is a name and heads: bytes that stand fixed before what
 * is walked. After prefixes these are the prefixes; after VEX and its kin the whole of their payload, since with zeros
 * behind it hardly any payload is an instruction, and a walk by length would pass it over.
 */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { slotBytes } from '../../subjects/lengths.ts';

export interface Space {
  /** `none`, `66`, `66 48`, `evex`: what `--prefix` takes. */
  readonly name: string;
  readonly heads: readonly Uint8Array[];
  /** The values of the first byte behind a head. */
  readonly firstBytes: readonly number[];
  /** Bytes behind a head that are looked at, at most. */
  readonly depth: number;
  /**
   * First bytes of VEX and EVEX which are other instructions too, unless the byte behind them begins with two bits set:
   * behind that nothing is looked at, since their spaces are others.
   */
  readonly vectorBytes: readonly number[];
}

const legacyPrefixes = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3];
const rexPrefixes = Array.from({ length: 16 }, (_, low) => 0x40 | low);

const prefixesOf = (mode: Mode): readonly number[] =>
  mode === 64 ? [...legacyPrefixes, ...rexPrefixes] : legacyPrefixes;

/** The names of all spaces behind one prefix. */
export const eachPrefix = (mode: Mode): readonly string[] => prefixesOf(mode).map(hex);

const hex = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();

/** Null where no space has this name in the mode. */
export const spaceNamed = (name: string, mode: Mode): Space | null => {
  const lower = name.toLowerCase();
  const vector = Object.hasOwn(vectorHeads, lower) ? vectorHeads[lower] : undefined;
  if (vector !== undefined) {
    const heads = vector().filter((head) => isVectorIn(mode, head));
    return {
      name: lower,
      heads: heads.map((head) => Uint8Array.from(head)),
      firstBytes: everyByte,
      depth: vectorDepth,
      vectorBytes: [],
    };
  }
  const prefixes = prefixBytes(name);
  const known = prefixesOf(mode);
  if (prefixes?.every((prefix) => known.includes(prefix)) !== true) return null;
  // One more prefix is another space.
  const firstBytes = everyByte.filter((byte) => !known.includes(byte));
  return {
    name: prefixes.length === 0 ? 'none' : prefixes.map(hex).join(' '),
    heads: [Uint8Array.from(prefixes)],
    firstBytes,
    depth: slotBytes,
    vectorBytes: mode === 64 ? [] : [0x62, 0xc4, 0xc5],
  };
};

/** Opcode and ModRM: SIB and displacements are those of legacy encodings, and would cost a thousand times as much. */
const vectorDepth = 2;

const everyByte = Array.from({ length: 256 }, (_, byte) => byte);

/** More leave no room for an instruction to walk. */
const mostPrefixes = 8;

const prefixBytes = (name: string): readonly number[] | null => {
  if (name.toLowerCase() === 'none') return [];
  const digits = name.replaceAll(/\s/g, '');
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits) || digits.length > 2 * mostPrefixes) return null;
  return Array.from(Buffer.from(digits, 'hex'));
};

/** Outside 64-bit mode VEX's first byte is another instruction unless its second begins with two bits set (SDM 2A 2.3.5). */
const isVectorIn = (mode: Mode, [, second = 0]: readonly number[]): boolean => mode === 64 || (second & 0xc0) === 0xc0;

/** The product of the choices for each field, joined by OR into one byte. */
const byteOf = (...fields: readonly (readonly number[])[]): readonly number[] =>
  fields.reduce((bytes: readonly number[], field) => bytes.flatMap((byte) => field.map((bits) => byte | bits)), [0]);

const range = (count: number, shift: number): number[] => Array.from({ length: count }, (_, k) => k << shift);

const pairsOf = (first: number, left: readonly number[], right: readonly number[]): number[][] =>
  left.flatMap((second) => right.map((third) => [first, second, third]));

/** vvvv as no register and as register 15; W, L and pp in full (SDM 2A 2.3.5). */
const vexPayload = byteOf(range(2, 7), [0x78, 0x00], range(2, 2), range(4, 0));

/** High registers are left out, as they change no length: R, X and B, inverted, are set. */
const vectorHeads: Readonly<Record<string, () => readonly (readonly number[])[]>> = {
  vex2: () => everyByte.map((payload) => [0xc5, payload]),
  vex3: () => pairsOf(0xc4, byteOf([0xe0], range(32, 0)), vexPayload),
  // A map below 8 is POP (APM 3 1.2.5).
  xop: () =>
    pairsOf(
      0x8f,
      byteOf([0xe0], range(32, 0)).filter((payload) => (payload & 0x1f) >= 8),
      vexPayload,
    ),
  // Maps, W, vvvv, pp, z, L'L, b in full, of masks k0 and k1 (SDM 2A 2.7.1).
  evex: () =>
    pairsOf(0x62, byteOf([0xf0], range(8, 0)), byteOf(range(2, 7), [0x78, 0x00], [4], range(4, 0))).flatMap((head) =>
      byteOf(range(2, 7), range(4, 5), range(2, 4), [8], range(2, 0)).map((last) => [...head, last]),
    ),
};

export const vectorSpaces: readonly string[] = Object.keys(vectorHeads);
