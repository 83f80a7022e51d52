/** The bytes behind 0F that lead to other maps (SDM 2A 2.1.2, APM 3 appendix A.1.2). */
import { Encoding, mapIn, suffixMap } from '../isa/opcode-map.ts';

export const escapedMap = (byte: number): number =>
  byte === 0x38 ? mapIn(Encoding.legacy, 2) : byte === 0x3a ? mapIn(Encoding.legacy, 3) : suffixMap;
