/** The instructions that both decoders know, one after the other: neither has to be moved, and both decode the same. */
import { Code, DecoderOptions, Decoder as IcedDecoder, Instruction as IcedInstruction } from 'iced-x86';
import { Decoder } from '../../emulator/decode/decoder.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import type { Mode } from '../../emulator/isa/modes.ts';

export interface Stream {
  readonly mode: Mode;
  readonly bytes: Uint8Array;
  /** Instructions in `bytes`. */
  readonly count: number;
  /** Instructions in which the two differ; they are left out. */
  readonly differing: number;
}

/** A linear sweep by iced's lengths, one byte on where it finds no instruction. */
export const streamOf = (code: Uint8Array, mode: Mode): Stream => {
  const kept = new Uint8Array(code.length);
  const decoder = new Decoder(mode);
  const instruction = new Instruction();
  const iced = new IcedDecoder(mode, code, DecoderOptions.MPX);
  const icedInstruction = new IcedInstruction();
  let [count, differing, keptBytes] = [0, 0, 0];
  for (let offset = 0; offset < code.length; ) {
    iced.position = offset;
    iced.decodeOut(icedInstruction);
    if (icedInstruction.code === Code.INVALID) {
      offset++;
      continue;
    }
    const { length } = icedInstruction;
    const status = decoder.decode(code, offset, code.length, instruction);
    if (status === Status.valid && instruction.lengthBytes === length) {
      kept.set(code.subarray(offset, offset + length), keptBytes);
      keptBytes += length;
      count++;
    } else differing++;
    offset += length;
  }
  iced.free();
  icedInstruction.free();
  return { mode, bytes: kept.slice(0, keptBytes), count, differing };
};
