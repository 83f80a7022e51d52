/** The fields of VEX and its kin to their bytes, as few as will do (SDM 2A 2.3.5, 2.7.1; APM 3 1.2.5). */
import { Extension, type Instruction } from '../isa/instruction.ts';
import { Encoding, encodingOf, firstMvexMap, mapIn, numberOfMap } from '../isa/opcode-map.ts';

/**
 * VEX has two bytes where map is 0F and X, B and W are 0. Outside 64-bit mode these would be LDS where vvvv names a
 * register above 7, which does not exist there, but decodes.
 */
export const vexBytesOf = ({ map, rex, mode, vvvv }: Instruction): 2 | 3 | 4 => {
  if (encodingOf(map) >= Encoding.evex) return 4;
  return map === mapIn(Encoding.vex, 1) && (rex & 0b1011) === 0 && (mode === 64 || vvvv < 8) ? 2 : 3;
};

/** Writes the prefix from `start` on; returns where it ends. R, X, B, R', V' and vvvv stand inverted in it. */
export const encodeVex = (instruction: Instruction, into: Uint8Array, start: number): number => {
  const { map, rex, vvvv, vectorLength, pp } = instruction;
  const bytes = vexBytesOf(instruction);
  if (bytes === 4) return (map < firstMvexMap ? encodeEvex : encodeMvex)(instruction, into, start);
  const last = ((~vvvv & 15) << 3) | (vectorLength << 2) | pp;
  if (bytes === 2) {
    into[start] = 0xc5;
    into[start + 1] = ((~rex & 4) << 5) | last;
  } else {
    into[start] = encodingOf(map) === Encoding.xop ? 0x8f : 0xc4;
    into[start + 1] = ((~rex & 7) << 5) | numberOfMap(map);
    into[start + 2] = ((rex & 8) << 4) | last;
  }
  return start + bytes;
};

const encodeEvex = (instruction: Instruction, into: Uint8Array, start: number): number => {
  const { map, rex, registerHigh, vvvv, vectorLength, pp, mask, zeroing, b } = instruction;
  into[start] = 0x62;
  // APX's B4 stands as it is, and X4 inverted.
  into[start + 1] = ((~rex & 7) << 5) | (~registerHigh & 0x10) | ((rex & Extension.b4) >> 5) | numberOfMap(map);
  into[start + 2] = ((rex & 8) << 4) | ((~vvvv & 15) << 3) | ((~rex & Extension.x4) >> 7) | pp;
  into[start + 3] = (zeroing << 7) | (vectorLength << 5) | (b << 4) | ((~vvvv & 16) >> 1) | mask;
  return start + 4;
};

const encodeMvex = (instruction: Instruction, into: Uint8Array, start: number): number => {
  const { map, rex, registerHigh, vvvv, pp, mask, conversion, eviction } = instruction;
  into[start] = 0x62;
  into[start + 1] = ((~rex & 7) << 5) | (~registerHigh & 0x10) | numberOfMap(map);
  into[start + 2] = ((rex & 8) << 4) | ((~vvvv & 15) << 3) | pp;
  into[start + 3] = (eviction << 7) | (conversion << 4) | ((~vvvv & 16) >> 1) | mask;
  return start + 4;
};
