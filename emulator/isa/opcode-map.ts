/**
 * Opcode maps, one number each: the encoding in bits 7:4, the number that the encoding itself gives the map in bits 3:0.
 * So forms of different encodings never meet under one opcode, and 0 to 3 are the maps of legacy encodings.
 */

/** How an opcode is reached: by escape bytes, or by a prefix that also holds registers and the mandatory prefix. */
export const Encoding = {
  /** Escapes 0F, 0F 38, 0F 3A (SDM 2A 2.1.2). */
  legacy: 0,
  /** C4 and C5 (SDM 2A 2.3). */
  vex: 1,
  /** 8F (APM 3 1.2.5). */
  xop: 2,
  /** 62 (SDM 2A 2.7). */
  evex: 3,
  /** 62 of the first Xeon Phi (its ISA reference, 3.1). */
  mvex: 4,
} as const;
export type Encoding = (typeof Encoding)[keyof typeof Encoding];

/** 0 the one-byte map, 1 0F, 2 0F 38, 3 0F 3A, 4 0F 0F with the opcode as suffix; 11 VEX.0F in hexadecimal, 12 VEX.0F38, 13 VEX.0F3A; 28 XOP.08; 31 EVEX.0F … */
export type OpcodeMap = number;

/** Numbers of maps and of the opcodes in them, for tables. */
const mapCount = 80;
export const opcodeCount = mapCount << 8;

export const mapIn = (encoding: Encoding, number: number): OpcodeMap => (encoding << 4) | number;

/** The first maps of EVEX and of MVEX; both hold what VEX has not. */
export const firstEvexMap: OpcodeMap = mapIn(Encoding.evex, 0);
export const firstMvexMap: OpcodeMap = mapIn(Encoding.mvex, 0);

/** Legacy instructions in EVEX (APX specification 3.1.2.3). */
export const promotedMap: OpcodeMap = mapIn(Encoding.evex, 4);

const encodings: readonly Encoding[] = Object.values(Encoding);

export const encodingOf = (map: OpcodeMap): Encoding => encodings[map >> 4];

/** 3DNow!: the opcode stands behind all else (APM 3 appendix A.1.2). */
export const suffixMap: OpcodeMap = 4;

/** As the encoding's prefix holds it: mmmmm of VEX. */
export const numberOfMap = (map: OpcodeMap): number => map & 15;

/** No escapes: VEX and its kin. */
export const isVectorMap = (map: OpcodeMap): boolean => map > 15;

/** Bytes of escapes before the opcode. */
export const escapeBytesOf = (map: OpcodeMap): number => (map === 0 || map > 15 ? 0 : map === 1 ? 1 : 2);

/** An opcode of a map, as an index into tables of `opcodeCount`. */
export const opcodeIndex = (map: OpcodeMap, opcode: number): number => (map << 8) | opcode;
