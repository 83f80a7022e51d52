/** Ours and iced-x86 at the same jobs: decode a stream, and look at, print or explain what each instruction is. */
import {
  DecoderOptions,
  Formatter,
  FormatterSyntax,
  Decoder as IcedDecoder,
  Instruction as IcedInstruction,
  InstructionInfoFactory,
  OpKind,
} from 'iced-x86';
import { Decoder } from '../../emulator/decode/decoder.ts';
import { format, type Syntax } from '../../emulator/format/format.ts';
import { Instruction } from '../../emulator/isa/instruction.ts';
import { flagsOf } from '../../emulator/operand/flags.ts';
import { OperandList } from '../../emulator/operand/operand-list.ts';
import type { Stream } from './stream.ts';

export const jobs = ['decode', 'decode and read', 'Intel text', 'NASM text', 'operands and flags'] as const;
export type Job = (typeof jobs)[number];

/** Of a stream, so many instructions at most are enough for the slower jobs. */
export const shareOf = (job: Job, stream: Stream): Stream =>
  job === 'decode' || job === 'decode and read' ? stream : { ...stream, count: Math.min(stream.count, slowCount) };

const slowCount = 400_000;

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
  'Intel text': (stream) => ourText(stream, 'intel'),
  'NASM text': (stream) => ourText(stream, 'nasm'),
  'operands and flags': ({ mode, bytes, count }) => {
    const decoder = new Decoder(mode);
    const instruction = new Instruction();
    const list = new OperandList();
    const { registers, access } = list;
    let offset = 0;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      decoder.decode(bytes, offset, bytes.length, instruction);
      offset += instruction.lengthBytes;
      const operands = list.fill(instruction);
      for (let n = 0; n < operands; n++) sum = (sum + (registers[n] ?? 0) + (access[n] ?? 0)) | 0;
      const { read, written } = flagsOf(instruction);
      sum = (sum + read.length + written.length) | 0;
    }
    return sum;
  },
};

/** The text begins at an address of 16 bits, which all modes have. */
const ourText = ({ mode, bytes, count }: Stream, syntax: Syntax): number => {
  const decoder = new Decoder(mode);
  const instruction = new Instruction();
  let offset = 0;
  let characters = 0;
  for (let k = 0; k < count; k++) {
    decoder.decode(bytes, offset, bytes.length, instruction);
    offset += instruction.lengthBytes;
    characters += format(instruction, syntax, textAddress).length;
  }
  return characters;
};

const textAddress = 0x1000n;

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
  'Intel text': (stream) => icedText(stream, FormatterSyntax.Intel),
  'NASM text': (stream) => icedText(stream, FormatterSyntax.Nasm),
  'operands and flags': ({ mode, bytes, count }) => {
    const decoder = new IcedDecoder(mode, bytes, DecoderOptions.MPX);
    const instruction = new IcedInstruction();
    const factory = new InstructionInfoFactory();
    let sum = 0;
    for (let k = 0; k < count; k++) {
      decoder.decodeOut(instruction);
      const info = factory.info(instruction);
      for (const used of info.usedRegisters()) {
        sum = (sum + used.register + used.access) | 0;
        used.free();
      }
      for (const used of info.usedMemory()) {
        sum = (sum + used.base + used.access) | 0;
        used.free();
      }
      info.free();
      sum = (sum + instruction.rflagsRead + instruction.rflagsModified) | 0;
    }
    decoder.free();
    instruction.free();
    factory.free();
    return sum;
  },
};

const icedText = ({ mode, bytes, count }: Stream, syntax: FormatterSyntax): number => {
  const decoder = new IcedDecoder(mode, bytes, DecoderOptions.MPX);
  const instruction = new IcedInstruction();
  const formatter = new Formatter(syntax);
  let characters = 0;
  for (let k = 0; k < count; k++) {
    decoder.decodeOut(instruction);
    characters += formatter.format(instruction).length;
  }
  decoder.free();
  instruction.free();
  formatter.free();
  return characters;
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
