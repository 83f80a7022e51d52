/**
 * Real code: a linear sweep of the executable sections of an ELF file, one input for each kind of instruction.
 *
 * Large programs repeat themselves: Node.js has 7 million instructions of some 90,000 shapes. So of instructions with
 * the same bytes but for the values of displacement and immediate, only the first `perShape` are given. The sweep goes
 * by blocks of 64 KiB; each starts at its first byte, be that the start of an instruction or not (x86 code falls into
 * step within a few), so that blocks can be sampled and shared out.
 */
import { Decoder } from '../../emulator/decode/decoder.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import type { Vendor } from '../../emulator/isa/modes.ts';
import type { Input } from '../subject.ts';
import { longestInput } from './assemble.ts';
import type { Elf } from './elf.ts';
import { Random } from './random.ts';
import { Seen } from './seen.ts';

export interface RealOptions {
  readonly elf: Elf;
  readonly seed: number;
  /** Default intel. */
  readonly vendor?: Vendor;
  /** Inputs of one shape. 2 by default; Infinity for all there are. */
  readonly perShape?: number;
  /** One block in so many is swept, chosen by the seed. All by default. */
  readonly stride?: number;
  /** Blocks whose place is `index` modulo `of`. All by default. */
  readonly slice?: { readonly index: number; readonly of: number };
  /**
   * Length of the instruction at `offset` where ours is invalid; 0 where this does not know either, and
   * the sweep goes on at the next byte. Always 0 by default.
   */
  readonly lengthAt?: (bytes: Uint8Array, offset: number) => number;
}

export interface Sweep {
  /** Instructions that ours decodes. */
  readonly instructions: number;
  readonly invalid: number;
  readonly bytes: number;
}

/** Valid and invalid instructions with the bytes that follow them. */
export function* real(options: RealOptions): Generator<Input, Sweep> {
  const { elf, seed, vendor = 'intel', stride = 1, slice = { index: 0, of: 1 } } = options;
  const random = new Random(seed, 'real');
  const sweeper = new Sweeper(options);
  let place = 0;
  for (const section of elf.sections) {
    for (let start = 0; start < section.bytes.length; start += blockBytes, place++) {
      const isChosen = stride === 1 || random.below(stride) === 0;
      if (!isChosen || place % slice.of !== slice.index) continue;
      const end = Math.min(start + blockBytes, section.bytes.length);
      for (let offset = start; offset < end; ) {
        const isNew = sweeper.step(section.bytes, offset);
        if (isNew) yield { bytes: section.bytes.slice(offset, offset + longestInput), mode: elf.mode, vendor };
        offset += sweeper.lengthBytes;
      }
    }
  }
  return sweeper.sweep;
}

const blockBytes = 0x1_0000;

/** 16 MiB. */
const seenBits = 22;

class Sweeper {
  /** Of the last step. */
  lengthBytes = 0;
  readonly sweep = { instructions: 0, invalid: 0, bytes: 0 };
  readonly #instruction = new Instruction();
  readonly #decoder: Decoder;
  readonly #seen = new Seen(seenBits);
  readonly #perShape: number;
  readonly #lengthAt: (bytes: Uint8Array, offset: number) => number;
  readonly #shape = new Uint8Array(longestInput);

  constructor({ elf, vendor = 'intel', perShape = 2, lengthAt = () => 0 }: RealOptions) {
    this.#decoder = new Decoder(elf.mode, vendor);
    this.#perShape = perShape;
    this.#lengthAt = lengthAt;
  }

  /** Measures what stands at `offset`; true where it is to be asked about. */
  step(bytes: Uint8Array, offset: number): boolean {
    const status = this.#decoder.decode(bytes, offset, bytes.length, this.#instruction);
    const isNew = this.#measure(status, bytes, offset);
    this.sweep.bytes += this.lengthBytes;
    return isNew;
  }

  #measure(status: Status, bytes: Uint8Array, offset: number): boolean {
    switch (status) {
      case Status.valid: {
        const { lengthBytes, displacementBytes, immediateBytes } = this.#instruction;
        this.sweep.instructions++;
        this.lengthBytes = lengthBytes;
        return this.#isNew(bytes, offset, lengthBytes - displacementBytes - immediateBytes);
      }
      case Status.invalid:
        this.sweep.invalid++;
        this.lengthBytes = Math.max(this.#lengthAt(bytes, offset), 1);
        return this.#isNew(bytes, offset, invalidShapeBytes);
      case Status.truncated:
        // Only at the end of a section, where every byte that is left begins the same unfinished instruction.
        this.lengthBytes = bytes.length - offset;
        return true;
    }
  }

  /** Each of the `perShape` inputs of a shape is remembered under a salt of its own. */
  #isNew(bytes: Uint8Array, offset: number, shapeBytes: number): boolean {
    if (this.#perShape === Number.POSITIVE_INFINITY) return true;
    for (let k = 0; k < shapeBytes; k++) this.#shape[k] = bytes[offset + k] ?? 0;
    for (let salt = 0; salt < this.#perShape; salt++) if (this.#seen.add(this.#shape, shapeBytes, salt)) return true;
    return false;
  }
}

/** No decoder says where the operands of invalid bytes begin; four bytes reach the ModRM byte of most. */
const invalidShapeBytes = 4;
