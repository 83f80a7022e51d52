/** The bytes of a probe's slot: a copy of the instruction, and behind it the way back. */
import type { Placed } from '../code/placed.ts';
import { endOf } from '../code/placed.ts';
import { isRefusal, type Refusal } from '../code/refusal.ts';
import { relocate } from '../code/relocate.ts';
import { canBoost } from './boost.ts';

/** As many as the longest instruction has. */
const slotBytes = 15;

export interface Slot {
  readonly address: bigint;
  readonly bytes: Uint8Array;
  /** A jump leads back; else a breakpoint ends the copy. */
  readonly isBoosted: boolean;
}

export interface SlotOptions {
  /** A fault of the instruction is repaired by an exception table, which knows it by its address. */
  readonly isFixedUp?: boolean;
}

/** A slot at `to` for the instruction. */
export const buildSlot = (placed: Placed, to: bigint, { isFixedUp = false }: SlotOptions = {}): Slot | Refusal => {
  const copy = relocate(placed, to);
  if (isRefusal(copy)) return copy;
  const jump = !isFixedUp && canBoost(placed) ? jumpBack(placed, to) : null;
  const tail = jump === null || slotBytes - copy.bytes.length < jump.length ? null : jump;
  return {
    address: to,
    bytes: Uint8Array.of(...copy.bytes, ...(tail ?? [breakpoint])),
    isBoosted: tail !== null,
  };
};

const breakpoint = 0xcc;
const jumpBytes = 5;

/** JMP rel32 from behind the copy to behind the original; null where it does not reach. */
const jumpBack = (placed: Placed, to: bigint): Uint8Array | null => {
  const distance = endOf(placed) - (to + BigInt(placed.bytes.length + jumpBytes));
  // rIP wraps, so the far ends of memory are neighbours.
  return jumpBy(BigInt.asIntN(placed.instruction.mode === 64 ? 64 : 32, distance));
};

const jumpBy = (distance: bigint): Uint8Array | null => {
  if (BigInt.asIntN(32, distance) !== distance) return null;
  const field = Array.from({ length: 4 }, (_, k) => Number((distance >> BigInt(8 * k)) & 0xffn));
  return Uint8Array.of(0xe9, ...field);
};
