/** VEX, XOP or EVEX before an opcode, read from its bytes alone (SDM 2A 2.3.5, 2.7.1; APM 3 1.2.5). */
import type { Mode } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn, type OpcodeMap } from '../../emulator/isa/opcode-map.ts';

export interface Vex {
  readonly encoding: 'VEX' | 'XOP' | 'EVEX';
  readonly lengthBytes: 2 | 3 | 4;
  readonly map: OpcodeMap;
  /** mmmmm as it stands, of EVEX mmm; 1 in two bytes. */
  readonly mmmmm: number;
  /** R, X and B as REX has them, not inverted: 4, 2 and 1. */
  readonly rxb: number;
  readonly w: number;
  /** Not inverted: 0 where it stands as 1111b. Bit 4 is EVEX's V'. */
  readonly vvvv: number;
  readonly l: number;
  readonly pp: number;
  /** EVEX's R', not inverted, z, b and aaa; 0 of the others. */
  readonly high: number;
  readonly z: number;
  readonly b: number;
  readonly mask: number;
  /** A bit that EVEX reserves has the other value. */
  readonly isBroken: boolean;
}

/** At an offset, or null. Bytes that are missing count as 0. */
export const readVex = (bytes: Uint8Array, at: number, mode: Mode): Vex | null => {
  const head = bytes[at];
  const first = bytes[at + 1] ?? 0;
  if (head === 0x8f) return (first & 0x1f) >= 8 ? long(bytes, at, { encoding: 'XOP', number: Encoding.xop }) : null;
  if ((head !== 0xc4 && head !== 0xc5 && head !== 0x62) || (mode !== 64 && first < 0xc0)) return null;
  if (head === 0x62) return evex(bytes, at);
  if (head === 0xc4) return long(bytes, at, { encoding: 'VEX', number: Encoding.vex });
  const rxb = (~first >> 5) & 4;
  return { ...plain, encoding: 'VEX', lengthBytes: 2, mmmmm: 1, map: mapIn(Encoding.vex, 1), rxb, ...lowFields(first) };
};

const plain = { w: 0, high: 0, z: 0, b: 0, mask: 0, isBroken: false } as const;

const long = (
  bytes: Uint8Array,
  at: number,
  { encoding, number }: { readonly encoding: 'VEX' | 'XOP'; readonly number: Encoding },
): Vex => {
  const [first = 0, last = 0] = bytes.subarray(at + 1);
  const mmmmm = first & 0x1f;
  const map = mapIn(number, mmmmm > 15 ? 0 : mmmmm);
  const rxb = (~first >> 5) & 7;
  return { ...plain, encoding, lengthBytes: 3, mmmmm, map, rxb, w: last >> 7, ...lowFields(last) };
};

const evex = (bytes: Uint8Array, at: number): Vex => {
  const [first = 0, middle = 0, last = 0] = bytes.subarray(at + 1);
  return {
    encoding: 'EVEX',
    lengthBytes: 4,
    mmmmm: first & 7,
    map: mapIn(Encoding.evex, first & 7),
    rxb: (~first >> 5) & 7,
    w: middle >> 7,
    vvvv: ((~middle >> 3) & 15) | ((~last & 8) << 1),
    l: (last >> 5) & 3,
    pp: middle & 3,
    high: (~first >> 4) & 1,
    z: last >> 7,
    b: (last >> 4) & 1,
    mask: last & 7,
    isBroken: (first & 8) !== 0 || (middle & 4) === 0,
  };
};

const lowFields = (byte: number): Pick<Vex, 'vvvv' | 'l' | 'pp'> => ({
  vvvv: (~byte >> 3) & 15,
  l: (byte >> 2) & 1,
  pp: byte & 3,
});

/** What selects the instruction: `VEX.L0.F2.0F38.W0 `. */
export const vexText = ({ encoding, mmmmm, w, l, pp }: Vex): string => {
  const prefix = ['', '66.', 'F3.', 'F2.'][pp] ?? '';
  const map = encoding === 'XOP' ? xopMap(mmmmm) : (['MAP0', '0F', '0F38', '0F3A'][mmmmm] ?? `MAP${mmmmm}`);
  return `${encoding}.L${l}.${prefix}${map}.W${w} `;
};

const xopMap = (mmmmm: number): string => mmmmm.toString(16).toUpperCase().padStart(2, '0');

/** What else is in it. After shrinking only that is left whose removal changes what is said. */
export const vexWords = (vex: Vex): readonly string[] => {
  const { encoding, lengthBytes, mmmmm, rxb, w, vvvv, high, z, b, mask, isBroken } = vex;
  const bits = `${['R', 'X', 'B'].filter((_, k) => (rxb & (4 >> k)) !== 0).join('')}${high === 1 ? "R'" : ''}`;
  const isLong = encoding === 'VEX' && lengthBytes === 3 && mmmmm === 1 && w === 0 && (rxb & 3) === 0;
  return [
    ...(isLong ? ['VEX3'] : []),
    ...(bits === '' ? [] : [`${encoding}.${bits}`]),
    ...(vvvv === 0 ? [] : ['vvvv']),
    ...(mask === 0 ? [] : ['aaa']),
    ...(z === 0 ? [] : ['z']),
    ...(b === 0 ? [] : ['b']),
    ...(isBroken ? ['reserved-bits'] : []),
  ];
};

/** The same as a set, in ten bits. */
export const vexBits = ({ rxb, vvvv, high, z, b, mask, isBroken }: Vex): number =>
  rxb |
  (Number(vvvv !== 0) << 3) |
  (high << 4) |
  (z << 5) |
  (b << 6) |
  (Number(mask !== 0) << 7) |
  (Number(isBroken) << 8);
