import { Encoding, encodingOf, isVectorMap, mapIn, type OpcodeMap, suffixMap } from './opcode-map.ts';

/**
 * Opcodes whose instructions have no rows yet: x87, MMX, SSE and later, 3DNow!, vendor extensions, and in VEX AVX, AVX2,
 * FMA, AMX and others. Where such an opcode also has forms with rows, this speaks for the rest of it. Of XOP, EVEX and
 * MVEX nothing has rows.
 */
export const isUnsupported = (map: OpcodeMap, opcode: number): boolean =>
  (map === 2 && opcode !== 0xf0 && opcode !== 0xf1) ||
  map === 3 ||
  map === suffixMap ||
  (isVectorMap(map) && encodingOf(map) !== Encoding.vex) ||
  unsupportedRanges.some((range) => range.map === map && opcode >= range.from && opcode <= range.to);

interface Range {
  readonly map: OpcodeMap;
  readonly from: number;
  readonly to: number;
}

const rangesOf = (map: OpcodeMap, ranges: readonly (readonly [from: number, to: number])[]): readonly Range[] =>
  ranges.map(([from, to]) => ({ map, from, to }));

/** SDM 2D tables A-2 to A-6; those of VEX as the instructions' pages have them. */
const unsupportedRanges: readonly Range[] = [
  ...rangesOf(0, [[0xd8, 0xdf]]),
  ...rangesOf(1, [
    [0x0e, 0x0f],
    [0x10, 0x17],
    [0x28, 0x2f],
    [0x50, 0x77],
    [0x78, 0x7f],
    [0xa6, 0xa7],
    [0xc2, 0xc2],
    [0xc4, 0xc6],
    [0xd0, 0xfe],
  ]),
  ...rangesOf(mapIn(Encoding.vex, 1), [
    [0x10, 0x17],
    [0x28, 0x2f],
    [0x41, 0x47],
    [0x4a, 0x4b],
    [0x50, 0x77],
    [0x7c, 0x7f],
    [0x90, 0x93],
    [0x98, 0x99],
    [0xc2, 0xc2],
    [0xc4, 0xc6],
    [0xd0, 0xfe],
  ]),
  ...rangesOf(mapIn(Encoding.vex, 2), [
    [0x00, 0x0f],
    [0x13, 0x13],
    [0x16, 0x26],
    [0x28, 0x41],
    [0x45, 0x4b],
    [0x50, 0x53],
    [0x58, 0x5e],
    [0x6c, 0x6c],
    [0x72, 0x72],
    [0x78, 0x79],
    [0x8c, 0x8e],
    [0x90, 0x93],
    [0x96, 0x9f],
    [0xa6, 0xbf],
    [0xcb, 0xcf],
    [0xd2, 0xd3],
    [0xda, 0xdf],
  ]),
  ...rangesOf(mapIn(Encoding.vex, 3), [
    [0x00, 0x02],
    [0x04, 0x06],
    [0x08, 0x0f],
    [0x14, 0x1d],
    [0x20, 0x22],
    [0x30, 0x33],
    [0x38, 0x39],
    [0x40, 0x4c],
    [0x5c, 0x6f],
    [0x78, 0x7f],
    [0xce, 0xcf],
    [0xde, 0xdf],
  ]),
  // AMX-FP8 and its kin, USER_MSR.
  ...rangesOf(mapIn(Encoding.vex, 5), [[0x00, 0xff]]),
  ...rangesOf(mapIn(Encoding.vex, 7), [[0x00, 0xff]]),
];
