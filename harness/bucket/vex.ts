/** The VEX prefix of an encoding, read from its bytes alone (SDM 2A 2.3.5). */
import type { Mode } from '../../emulator/isa/modes.ts';
import { Encoding, mapIn, type OpcodeMap } from '../../emulator/isa/opcode-map.ts';

export interface Vex {
  readonly lengthBytes: 2 | 3;
  readonly map: OpcodeMap;
  /** mmmmm as it stands; 1 in two bytes. */
  readonly mmmmm: number;
  /** R, X and B as REX has them, not inverted: 4, 2 and 1. */
  readonly rxb: number;
  readonly w: number;
  /** Not inverted: 0 where it stands as 1111b. */
  readonly vvvv: number;
  readonly l: number;
  readonly pp: number;
}

/** VEX at an offset, or null. Bytes that are missing count as 0. */
export const readVex = (bytes: Uint8Array, at: number, mode: Mode): Vex | null => {
  const head = bytes[at];
  const first = bytes[at + 1] ?? 0;
  if ((head !== 0xc4 && head !== 0xc5) || (mode !== 64 && first < 0xc0)) return null;
  if (head === 0xc5)
    return { lengthBytes: 2, mmmmm: 1, map: mapIn(Encoding.vex, 1), rxb: (~first >> 5) & 4, w: 0, ...lowFields(first) };
  const last = bytes[at + 2] ?? 0;
  const mmmmm = first & 0x1f;
  const map = mapIn(Encoding.vex, mmmmm > 15 ? 0 : mmmmm);
  return { lengthBytes: 3, mmmmm, map, rxb: (~first >> 5) & 7, w: last >> 7, ...lowFields(last) };
};

const lowFields = (byte: number): Pick<Vex, 'vvvv' | 'l' | 'pp'> => ({
  vvvv: (~byte >> 3) & 15,
  l: (byte >> 2) & 1,
  pp: byte & 3,
});

/** What selects the instruction: `VEX.L0.F2.0F38.W0 `. */
export const vexText = ({ mmmmm, w, l, pp }: Vex): string => {
  const prefix = ['', '66.', 'F3.', 'F2.'][pp] ?? '';
  const map = ['MAP0', '0F', '0F38', '0F3A'][mmmmm] ?? `MAP${mmmmm}`;
  return `VEX.L${l}.${prefix}${map}.W${w} `;
};

/** What else is in it. After shrinking only that is left whose removal changes what is said. */
export const vexWords = ({ lengthBytes, mmmmm, rxb, w, vvvv }: Vex): readonly string[] => {
  const bits = ['R', 'X', 'B'].filter((_, k) => (rxb & (4 >> k)) !== 0).join('');
  const isLong = lengthBytes === 3 && mmmmm === 1 && w === 0 && (rxb & 3) === 0;
  return [...(isLong ? ['VEX3'] : []), ...(bits === '' ? [] : [`VEX.${bits}`]), ...(vvvv === 0 ? [] : ['vvvv'])];
};
