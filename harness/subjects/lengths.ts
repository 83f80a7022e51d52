/**
 * The least that a subject can be asked, and the fastest: of many slots in one call, how long each instruction is and
 * which. Only subjects in this process can be asked so; a walk over the encoding space asks some million a second.
 */
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';

/** Bytes of a slot: the longest instruction. */
export const slotBytes = 15;
export const slotsOfACall = 256;

/** No length: whoever says it differs from all, and is asked again for its whole answer. */
export const crashed = 0xff;

/** The answers of one call, by slot. */
export class Lengths {
  /** 0 where it is no instruction, `crashed` where the subject died of it. */
  readonly bytes = new Uint8Array(slotsOfACall);
  /** As `mnemonicNumber` has it; of no meaning where it is no instruction. */
  readonly mnemonics = new Uint16Array(slotsOfACall);
  /** The opcode map where the subject tells it, else 0. */
  readonly maps = new Uint8Array(slotsOfACall);
}

export interface LengthSubject {
  readonly name: string;
  /** `slots` holds `slotsOfACall` slots of `slotBytes`. */
  fill(slots: Uint8Array, into: Lengths): void;
  close(): void;
}

export interface LengthSetting {
  readonly mode: Mode;
  readonly vendor: Vendor;
}

const numbers = new Map<string, number>();

/** One number a mnemonic, whoever says it: the same in this process only. */
export const mnemonicNumber = (name: string): number => {
  const number = numbers.get(name) ?? numbers.size;
  numbers.set(name, number);
  return number;
};
