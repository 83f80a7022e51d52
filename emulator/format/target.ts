import type { Instruction } from '../isa/instruction.ts';
import { factsOf } from './facts.ts';
import { exactBelow, hexOfNumber } from './number.ts';

/** A relative target as an absolute address, cut to its width. */
export const targetOf = (instruction: Instruction, address: bigint): string => {
  const { mode, form, lengthBytes, immediate, operandSize } = instruction;
  const isFull = factsOf(form).hasFullTarget;
  const bits = isFull ? (mode === 64 ? 64 : 32) : operandSize;
  const place = Number(address);
  const target = place + lengthBytes + immediate;
  // Numbers are exact below 2^53, where most addresses are; they print several times as fast as bigints.
  if (place < exactBelow && (target >= 0 || bits !== 64)) return hexOfNumber(wrap(target, bits));
  const wide = address + BigInt(lengthBytes) + BigInt(immediate);
  return `0x${BigInt.asUintN(bits, wide).toString(16)}`;
};

const wrap = (value: number, bits: number): number => {
  if (bits === 64) return value;
  return bits === 32 ? value >>> 0 : value & 0xffff;
};
