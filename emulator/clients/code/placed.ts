/** An instruction where it stands: its bytes as they are in memory, its address, and what it decodes to. */
import { decode } from '../../decode/decode.ts';
import type { Instruction } from '../../isa/instruction.ts';
import type { Mode, Vendor } from '../../isa/modes.ts';
import type { Reason } from '../../isa/reasons.ts';

/** For whom code is decoded. */
export interface CodeKind {
  readonly mode: Mode;
  readonly vendor: Vendor;
}

export const longMode: CodeKind = { mode: 64, vendor: 'intel' };

export interface Placed {
  readonly address: bigint;
  /** Its own, none behind. */
  readonly bytes: Uint8Array;
  readonly instruction: Instruction;
  readonly vendor: Vendor;
}

export type NotPlaced = { readonly status: 'invalid'; readonly reason: Reason } | { readonly status: 'truncated' };

/** The instruction at the start of `bytes`, which stand at `address`. */
export const placeAt = (
  bytes: Uint8Array,
  address: bigint,
  { mode, vendor }: CodeKind = longMode,
): Placed | NotPlaced => {
  const decoding = decode(bytes, mode, { vendor });
  if (decoding.status !== 'valid') return decoding;
  const { instruction } = decoding;
  return { address, bytes: bytes.slice(0, instruction.lengthBytes), instruction, vendor };
};

export const isPlaced = (answer: object): answer is Placed => 'instruction' in answer;

/** Where the next instruction begins. */
export const endOf = ({ address, instruction }: Placed): bigint => address + BigInt(instruction.lengthBytes);
