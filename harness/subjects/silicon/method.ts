/** How the end of an execution is found: a jump behind the instruction is fast, a single step is sure. */
import { Decoder } from '../../../emulator/decode/decoder.ts';
import { Instruction, OperandKind, Prefix, Status } from '../../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import type { Execution } from '../../execution.ts';
import { Ending, type Method } from './wire.ts';

export class MethodChoice {
  readonly #decoders: Readonly<Record<Mode, Decoder>>;
  readonly #instruction = new Instruction();
  readonly #method: Method = { ending: Ending.step, lengthBytes: 0, isRepeated: false };
  /** What `fast` was asked last, and said: states are asked about in rows of one instruction. */
  readonly #lastBytes = new Uint8Array(15);
  #lastLength = 0;
  #lastMode: Mode = 64;
  readonly #lastMethod: Method = { ending: Ending.step, lengthBytes: 0, isRepeated: false };

  constructor(vendor: Vendor) {
    this.#decoders = { 16: new Decoder(16, vendor), 32: new Decoder(32, vendor), 64: new Decoder(64, vendor) };
  }

  /** By a jump where the length is known, and where it does not jump to itself for ever. */
  fast({ mode, bytes }: Execution): Method {
    if (mode === this.#lastMode && this.#isLast(bytes)) return this.#lastMethod;
    for (let k = 0; k < bytes.length; k++) this.#lastBytes[k] = bytes[k] ?? 0;
    this.#lastLength = bytes.length;
    this.#lastMode = mode;
    return this.#fast(mode, bytes, this.#lastMethod);
  }

  #isLast(bytes: Uint8Array): boolean {
    if (bytes.length !== this.#lastLength) return false;
    for (let k = 0; k < bytes.length; k++) if (bytes[k] !== this.#lastBytes[k]) return false;
    return true;
  }

  #fast(mode: Mode, bytes: Uint8Array, method: Method): Method {
    const instruction = this.#instruction;
    const status = this.#decoders[mode].decode(bytes, 0, bytes.length, instruction);
    method.ending = Ending.step;
    method.lengthBytes = bytes.length;
    method.isRepeated = isRepeatedString(instruction);
    if (status !== Status.valid || isNearTarget(instruction)) return method;
    method.ending = Ending.exit;
    method.lengthBytes = instruction.lengthBytes;
    return method;
  }

  /**
   * By a single step, but where that would show: in flags that are pushed, and in a repetition, which each step begins
   * anew. What it has overwritten is then fetched again, and flags of a fault are those before the last step.
   */
  sure({ mode, bytes }: Execution): Method {
    const instruction = this.#instruction;
    const method = this.#method;
    const status = this.#decoders[mode].decode(bytes, 0, bytes.length, instruction);
    method.isRepeated = isRepeatedString(instruction);
    method.ending = method.isRepeated || isPushFlags(instruction) ? Ending.landing : Ending.step;
    // No trap comes before what stands behind these has been executed as well.
    const goesOn = method.ending === Ending.landing || isStackSwitch(instruction);
    method.lengthBytes = status === Status.valid && goesOn ? instruction.lengthBytes : bytes.length;
    return method;
  }
}

const isPushFlags = ({ map, opcode }: Instruction): boolean => map === 0 && opcode === 0x9c;

/** POP SS and MOV SS hold the trap back (SDM 3A 6.8.3). */
const isStackSwitch = ({ map, opcode, modrm }: Instruction): boolean =>
  map === 0 && (opcode === 0x17 || (opcode === 0x8e && (modrm & 0x38) === 0x10));

const isIn = (value: number, from: number, to: number): boolean => value >= from && value <= to;

/** Opcodes 6C to 6F, A4 to A7, AA to AF behind F2 or F3. */
const isRepeatedString = ({ map, opcode, prefixes }: Instruction): boolean =>
  map === 0 &&
  (prefixes & (Prefix.rep | Prefix.repne)) !== 0 &&
  (isIn(opcode, 0x6c, 0x6f) || isIn(opcode, 0xa4, 0xa7) || isIn(opcode, 0xaa, 0xaf));

/**
 * A branch back into the instruction itself may go round for ever; one to just behind it lands within the jump that stands
 * there.
 */
const isNearTarget = ({ operands, immediate, lengthBytes }: Instruction): boolean =>
  operands[0] === OperandKind.branch && immediate >= -lengthBytes && immediate < mostExitBytes && immediate !== 0;

/** The longest jump by which tests leave. */
const mostExitBytes = 8;
