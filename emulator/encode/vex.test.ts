import { describe, expect, it } from 'vitest';
import { Instruction } from '../isa/instruction.ts';
import { Encoding, mapIn } from '../isa/opcode-map.ts';
import { encodeVex, vexBytesOf } from './vex.ts';

const instructionOf = (fields: Partial<Instruction>): Instruction => Object.assign(new Instruction(), fields);

const hexOf = (fields: Partial<Instruction>): string => {
  const bytes = new Uint8Array(4);
  const end = encodeVex(instructionOf(fields), bytes, 0);
  return Buffer.from(bytes.subarray(0, end)).toString('hex');
};

const vex = (number: number) => mapIn(Encoding.vex, number);
const evex = mapIn(Encoding.evex, 1);

describe('encodeVex', () => {
  it.each([
    ['two bytes of VEX', { map: vex(1), rex: 4, vvvv: 2, vectorLength: 1, pp: 1 }, 'c56d'],
    ['three for W', { map: vex(1), rex: 8, vvvv: 2, pp: 1 }, 'c4e1e9'],
    ['three for another map', { map: vex(2), vvvv: 15 }, 'c4e200'],
    ['three where two were LDS', { map: vex(1), vvvv: 9, mode: 32 }, 'c4e130'],
    ['XOP', { map: mapIn(Encoding.xop, 9), rex: 1, vvvv: 2 }, '8fc968'],
    ['EVEX', { map: evex, rex: 1, vvvv: 18, vectorLength: 2, pp: 1, mask: 3, zeroing: 1, b: 1 }, '62d16dd3'],
    ["R' and V' plain", { map: evex, vectorLength: 2, registerHigh: 16 }, '62e17c48'],
  ] as const)('writes %s', (_, fields, expected) => {
    expect(hexOf({ ...fields })).toBe(expected);
    expect(vexBytesOf(instructionOf({ ...fields }))).toBe(expected.length / 2);
  });
});
