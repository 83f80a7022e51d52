/** The fields of VEX to its bytes, as few as will do (SDM 2A 2.3.5). */
import type { Instruction } from '../isa/instruction.ts';
import { Encoding, mapIn, numberOfMap } from '../isa/opcode-map.ts';

/** Two bytes where map is 0F and X, B and W are 0. */
export const vexBytesOf = ({ map, rex }: Instruction): 2 | 3 =>
  map === mapIn(Encoding.vex, 1) && (rex & 0b1011) === 0 ? 2 : 3;

/** Writes VEX from `start` on; returns where it ends. R, X, B and vvvv stand inverted in it. */
export const encodeVex = (instruction: Instruction, into: Uint8Array, start: number): number => {
  const { map, rex, vvvv, vectorLength, pp } = instruction;
  const last = ((~vvvv & 15) << 3) | (vectorLength << 2) | pp;
  const bytes = vexBytesOf(instruction);
  if (bytes === 2) {
    into[start] = 0xc5;
    into[start + 1] = ((~rex & 4) << 5) | last;
  } else {
    into[start] = 0xc4;
    into[start + 1] = ((~rex & 7) << 5) | numberOfMap(map);
    into[start + 2] = ((rex & 8) << 4) | last;
  }
  return start + bytes;
};
