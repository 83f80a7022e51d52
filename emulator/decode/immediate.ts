/** Immediates, relative offsets, far pointers and direct addresses: what stands last in an instruction. */
import type { Instruction } from '../isa/instruction.ts';
import { NO_REGISTER, Register } from '../isa/registers.ts';
import { readDword } from './dword.ts';
import { ImmediateShape } from './tables.ts';

/* Bindings of a module's own are constants to compilers of JavaScript; those it imports are looked up each time. */
const relativeDword: number = ImmediateShape.relativeDword;
const qword: number = ImmediateShape.qword;

/** Returns where the instruction ends, which may be past the bytes there are. */
export const decodeImmediate = (bytes: Uint8Array, at: number, shape: number, into: Instruction): number => {
  if (shape > relativeDword || shape === qword) {
    into.immediateHigh = 0;
    return decodeRareImmediate(bytes, at, shape, into);
  }
  const size = sizes[shape];
  const low = size === 1 ? bytes[at] : size === 4 ? readDword(bytes, at) : bytes[at] | (bytes[at + 1] << 8);
  const immediate = (low << signShifts[shape]) >> signShifts[shape];
  into.immediateBytes = size;
  into.immediate = immediate;
  into.immediateHigh = (immediate >> 31) & signs[shape];
  return at + size;
};

/** By shape, up to `relativeDword`: bytes, how far a sign is from bit 31, and whether it is extended above that. */
const sizes = Uint8Array.of(0, 1, 1, 2, 4, 4, 8, 1, 2, 4);
const signShifts = Uint8Array.of(0, 0, 24, 0, 0, 0, 0, 24, 16, 0);
const signs = Int8Array.of(0, 0, -1, 0, 0, -1, 0, -1, -1, -1);

/** Immediates of MOV r64, far pointers, ENTER, EXTRQ and INSERTQ, and direct addresses. */
const decodeRareImmediate = (bytes: Uint8Array, at: number, shape: number, into: Instruction): number => {
  switch (shape) {
    case ImmediateShape.qword:
      into.immediateBytes = 8;
      into.immediate = readDword(bytes, at);
      into.immediateHigh = readDword(bytes, at + 4);
      return at + 8;
    case ImmediateShape.wordAndByte:
      into.immediateBytes = 3;
      into.immediate = bytes[at] | (bytes[at + 1] << 8);
      into.immediate2 = bytes[at + 2];
      return at + 3;
    case ImmediateShape.twoBytes:
      into.immediateBytes = 2;
      into.immediate = bytes[at];
      into.immediate2 = bytes[at + 1];
      return at + 2;
    case ImmediateShape.farPointer16:
    case ImmediateShape.farPointer32: {
      const size = shape === ImmediateShape.farPointer16 ? 2 : 4;
      into.immediateBytes = size + 2;
      into.immediate = size === 2 ? bytes[at] | (bytes[at + 1] << 8) : readDword(bytes, at);
      into.immediate2 = bytes[at + size] | (bytes[at + size + 1] << 8);
      return at + size + 2;
    }
    default:
      return decodeDirect(bytes, at, into);
  }
};

/** A moffs operand: an address of the address size, without ModRM. */
const decodeDirect = (bytes: Uint8Array, at: number, into: Instruction): number => {
  const size = into.addressSize >> 3;
  into.immediateBytes = 0;
  into.displacementBytes = size;
  into.displacement = size === 2 ? bytes[at] | (bytes[at + 1] << 8) : readDword(bytes, at);
  into.displacementHigh = size === 8 ? readDword(bytes, at + 4) : 0;
  into.base = NO_REGISTER;
  into.index = NO_REGISTER;
  into.scale = 1;
  into.segment = into.segmentOverride === NO_REGISTER ? Register.ds : into.segmentOverride;
  return at + size;
};
