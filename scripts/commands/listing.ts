/** A disassembly listing: address, bytes, text; what is no instruction as data, with the reason. */
import { Decoder } from '../../emulator/decode/decoder.ts';
import { format, type Syntax } from '../../emulator/format/format.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import type { OpcodeOption } from '../../emulator/isa/options.ts';
import { reasons } from '../../emulator/isa/reasons.ts';
import { hexBytes } from '../../harness/report/hex.ts';
import { reasonText } from './reason-text.ts';

export interface ListingOptions {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly options: readonly OpcodeOption[];
  readonly syntax: Syntax;
  /** Of the first byte. */
  readonly address: bigint;
}

/** One line an instruction, or a byte that starts none; the next line starts right behind it. */
export function* listing(bytes: Uint8Array, options: ListingOptions): Generator<string> {
  const { mode, vendor, syntax, address } = options;
  const decoder = new Decoder(mode, vendor, options.options);
  const instruction = new Instruction();
  const digits = Math.max(mode === 16 ? 4 : 8, (address + BigInt(bytes.length)).toString(16).length);
  for (let offset = 0; offset < bytes.length; ) {
    const status = decoder.decode(bytes, offset, bytes.length, instruction);
    const lengthBytes = lengthOf(status, instruction, bytes.length - offset);
    const own = bytes.subarray(offset, offset + lengthBytes);
    const at = BigInt.asUintN(64, address + BigInt(offset));
    const text =
      status === Status.valid
        ? format(instruction, syntax, at)
        : dataText(own, syntax, whyNot(status, instruction, mode));
    yield `${at.toString(16).toUpperCase().padStart(digits, '0')}  ${hexBytes(own).padEnd(bytesWidth)}  ${text}\n`;
    offset += lengthBytes;
  }
}

/** Ten bytes; few instructions are longer. */
const bytesWidth = 29;

const lengthOf = (status: Status, instruction: Instruction, left: number): number => {
  if (status === Status.valid) return instruction.lengthBytes;
  return status === Status.truncated ? left : 1;
};

const whyNot = (status: Status, instruction: Instruction, mode: Mode): string => {
  if (status === Status.truncated) return 'truncated: the bytes end within an instruction';
  return `invalid: ${reasonText(reasons[instruction.reason] ?? 'opcode', mode)}`;
};

const dataText = (bytes: Uint8Array, syntax: Syntax, why: string): string => {
  const values = Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ');
  return syntax === 'gas' ? `.byte ${values}  # ${why}` : `db ${values}  ; ${why}`;
};
