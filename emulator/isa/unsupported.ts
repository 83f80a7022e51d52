import { Encoding, mapIn, type OpcodeMap } from './opcode-map.ts';

/** Opcodes whose instructions have no rows yet: those of AMX and AVX10 that came last. */
export const isUnsupported = (map: OpcodeMap, opcode: number): boolean =>
  wholeMaps.has(map) || opcodes.some((range) => range.map === map && range.opcode === opcode);

/** AMX-FP8 and its kin. */
const wholeMaps: ReadonlySet<OpcodeMap> = new Set([mapIn(Encoding.vex, 5)]);

/** SDM 2D: TMMULTF32PS and TILELOADDRS. */
const opcodes = [
  { map: mapIn(Encoding.vex, 2), opcode: 0x48 },
  { map: mapIn(Encoding.vex, 2), opcode: 0x4a },
] as const;
