/** Ours and iced-x86 at the same two jobs: decode a stream, and decode it and look at what each instruction says. */
import { DecoderOptions, Decoder as IcedDecoder, Instruction as IcedInstruction, OpKind } from 'iced-x86';
import { Decoder } from '../../emulator/decode/decoder.ts';
import { Instruction } from '../../emulator/isa/instruction.ts';
import type { Stream } from './stream.ts';

export const jobs = ['decode', 'decode and read'] as const;
export type Job = (typeof jobs)[number];

/** Runs a job over the whole stream. The sum of what was seen is returned, so that nothing can be left out as unused. */
export type Contender = Readonly<Record<Job, (stream: Stream) => number>>;

export const ours: Contender = {
  decode: ({ mode, bytes, count }) => {
    const decoder = new Decoder(mode);
    const instruction = new Instruction();
    let offset = 0;
    for (let k = 0; k < count; k++) {
      decoder.decode(bytes, offset, bytes.length, instruction);
      offset += instruction.lengthBytes;
    }
    return offset;
  },
  'decode and read': ({ mode, bytes, count }) => {
    const decoder = new Decoder(mode);
    const instruction = new Instruction();
    const { operands } = instruction;
    let offset = 0;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      decoder.decode(bytes, offset, bytes.length, instruction);
      offset += instruction.lengthBytes;
      sum = (sum + instruction.form + instruction.prefixes) | 0;
      for (let n = 0; n < instruction.operandCount; n++) sum = (sum + (operands[n] ?? 0)) | 0;
      sum = (sum + instruction.segment + instruction.base + instruction.index + instruction.scale) | 0;
      sum = (sum + instruction.displacement + instruction.immediate) | 0;
    }
    return sum;
  },
};

/** The decoder and instruction are reused, and freed at the end, as its authors advise. */
export const iced: Contender = {
  decode: ({ mode, bytes, count }) => {
    const decoder = new IcedDecoder(mode, bytes, DecoderOptions.MPX);
    const instruction = new IcedInstruction();
    for (let k = 0; k < count; k++) decoder.decodeOut(instruction);
    const { position } = decoder;
    decoder.free();
    instruction.free();
    return position;
  },
  'decode and read': ({ mode, bytes, count }) => {
    const decoder = new IcedDecoder(mode, bytes, DecoderOptions.MPX);
    const instruction = new IcedInstruction();
    let sum = 0;
    for (let k = 0; k < count; k++) {
      decoder.decodeOut(instruction);
      sum = (sum + instruction.code + Number(instruction.hasLockPrefix)) | 0;
      for (let n = 0; n < instruction.opCount; n++) sum = (sum + readOperand(instruction, n)) | 0;
    }
    decoder.free();
    instruction.free();
    return sum;
  },
};

/** Only what the operand has is read, and as a number wherever iced gives one. */
const readOperand = (instruction: IcedInstruction, n: number): number => {
  const kind = instruction.opKind(n);
  switch (kind) {
    case OpKind.Register:
      return instruction.opRegister(n);
    case OpKind.Memory:
      return readMemory(instruction);
    case OpKind.Immediate8:
      return instruction.immediate8;
    case OpKind.Immediate16:
      return instruction.immediate16;
    case OpKind.Immediate32:
      return instruction.immediate32;
    case OpKind.Immediate8to16:
      return instruction.immediate8to16;
    case OpKind.Immediate8to32:
      return instruction.immediate8to32;
    case OpKind.Immediate8to64:
      return low32(instruction.immediate8to64);
    case OpKind.Immediate32to64:
      return low32(instruction.immediate32to64);
    case OpKind.NearBranch16:
      return instruction.nearBranch16;
    case OpKind.NearBranch32:
      return instruction.nearBranch32;
    case OpKind.NearBranch64:
      return low32(instruction.nearBranch64);
    default:
      return kind;
  }
};

const readMemory = (instruction: IcedInstruction): number =>
  instruction.memorySegment +
  instruction.memoryBase +
  instruction.memoryIndex +
  instruction.memoryIndexScale +
  low32(instruction.memoryDisplacement);

const low32 = (value: bigint): number => Number(BigInt.asIntN(32, value));
