/** What has to be known of an instruction to ask Unicorn about it. */
import { Decoder } from '../../../emulator/decode/decoder.ts';
import { Instruction, Status } from '../../../emulator/isa/instruction.ts';
import type { Execution } from '../../execution.ts';
import { Ending, type Method } from '../silicon/wire.ts';

const decoders = { 16: new Decoder(16, 'amd'), 32: new Decoder(32, 'amd'), 64: new Decoder(64, 'amd') };
const instruction = new Instruction();

const read = ({ bytes, mode }: Execution): boolean =>
  decoders[mode].decode(bytes, 0, bytes.length, instruction) === Status.valid;

const method: Method = { ending: Ending.step, lengthBytes: 0, isRepeated: false };

/**
 * How it is executed; stands until the next one is asked for. What comes back to where it stands goes on, but for those
 * that may have gone there.
 */
export const methodOf = (execution: Execution): Method => {
  method.isRepeated = read(execution) && !isTransfer();
  method.lengthBytes = execution.bytes.length;
  return method;
};

const isIn = (value: number, from: number, to: number): boolean => value >= from && value <= to;

/** Branches, calls, returns, interrupts: near and far. */
const isTransfer = (): boolean => {
  const { map, opcode, modrm } = instruction;
  if (map === 1) return isIn(opcode, 0x80, 0x8f);
  if (map !== 0) return false;
  if (opcode === 0xff) return isIn((modrm >> 3) & 7, 2, 5);
  return transfers.some(([from, to]) => isIn(opcode, from, to));
};

const transfers: readonly (readonly [from: number, to: number])[] = [
  [0x70, 0x7f],
  [0x9a, 0x9a],
  [0xc2, 0xc3],
  [0xca, 0xcf],
  [0xe0, 0xe3],
  [0xe8, 0xeb],
];

/** Instructions of systems, by opcode: ports, HLT, those on descriptor tables, control and debug registers, MSRs, caches. */
export const isOfSystems = (execution: Execution): boolean => {
  if (!read(execution)) return false;
  const { map, opcode } = instruction;
  if (map === 0)
    return isIn(opcode, 0x6c, 0x6f) || isIn(opcode, 0xe4, 0xe7) || isIn(opcode, 0xec, 0xef) || opcode === 0xf4;
  if (map !== 1) return map === 2 && isIn(opcode, 0x80, 0x82);
  return isIn(opcode, 0x01, 0x09) || isIn(opcode, 0x20, 0x27) || isIn(opcode, 0x30, 0x35);
};

/** INT n, for which gates decide whether a program may ask. INT3 and INTO have theirs open. */
export const isInterruptByNumber = (execution: Execution): boolean =>
  read(execution) && instruction.map === 0 && instruction.opcode === 0xcd;
