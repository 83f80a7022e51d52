/**
 * Instructions to execute: form after form in an order shuffled anew each round, through the encoder, some with prefixes
 * and REX bits that nobody asked for; and a few that are any bytes. Decoded anew, since prefixes change what they are.
 */
import { Decoder, maxLengthBytes } from '../../../emulator/decode/decoder.ts';
import { encodeInto } from '../../../emulator/encode/encode.ts';
import { isIntegerChapter } from '../../../emulator/isa/chapters.ts';
import type { Form } from '../../../emulator/isa/form.ts';
import { chapterOf, forms } from '../../../emulator/isa/forms.ts';
import { Instruction, Status } from '../../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { existsIn } from '../../../emulator/isa/presence.ts';
import { legacyPrefixes } from '../prefix-sets.ts';
import type { Random } from '../random.ts';
import { drawValid } from '../valid.ts';

export interface InstructionDrawOptions {
  readonly mode: Mode;
  readonly vendor: Vendor;
  readonly random: Random;
  /**
   * Drawn each once a round; those that do not exist in the mode, or for the vendor, are left out. Those of
   * the integer chapters where absent. */
  readonly forms?: readonly Form[];
  /** Of these an eighth is drawn in a round: forms that only ever fault, or that few CPUs have. */
  readonly rare?: readonly Form[];
}

/** Whose state executions tell. */
const integerForms = forms.filter((form) => isIntegerChapter(chapterOf(form)));

export class InstructionDraw {
  /** As decoded; meaningful where `isValid`. */
  readonly instruction = new Instruction();
  /** What the instruction is made of, and then what stands behind it. */
  readonly bytes = new Uint8Array(32);
  lengthBytes = 1;
  isValid = false;
  readonly #decoder: Decoder;
  readonly #options: InstructionDrawOptions;
  readonly #usual: Form[];
  readonly #rare: readonly Form[];
  #turn = 0;
  #round = -1;

  constructor(options: InstructionDrawOptions) {
    const { mode, vendor } = options;
    this.#options = options;
    this.#decoder = new Decoder(mode, vendor);
    const isHere = (form: Form): boolean => existsIn(form, mode, vendor);
    this.#usual = (options.forms ?? integerForms).filter(isHere);
    this.#rare = (options.rare ?? []).filter(isHere);
  }

  next(): void {
    const { random, mode, vendor } = this.#options;
    const lot = random.next();
    // What stands behind an instruction becomes part of it where a prefix makes its immediate longer.
    for (let k = 0; k < maxLengthBytes; k++) this.bytes[k] = random.byte();
    this.lengthBytes = maxLengthBytes;
    const made = (lot & 63) < 2 ? null : drawValid(this.#form(), { mode, vendor, random });
    if (made !== null) this.lengthBytes = this.#write(made, lot >>> 6);
    this.isValid = this.#decoder.decode(this.bytes, 0, maxLengthBytes, this.instruction) === Status.valid;
    if (this.isValid) this.lengthBytes = this.instruction.lengthBytes;
  }

  /** Each of the usual forms once a round, and an eighth of the rare ones. */
  #form(): Form {
    const usual = this.#usual.length;
    const rare = Math.ceil(this.#rare.length / rarity);
    if (usual + rare === 0) throw new Error('No form that is to be executed exists in this mode.');
    if (this.#round < 0 || this.#turn === usual + rare) this.#shuffle();
    const turn = this.#turn++;
    const form = turn < usual ? this.#usual[turn] : this.#rare[(this.#round * rare + turn - usual) % this.#rare.length];
    if (form === undefined) throw new Error('The round is over its end.');
    return form;
  }

  #shuffle(): void {
    this.#turn = 0;
    this.#round++;
    for (let last = this.#usual.length - 1; last > 0; last--) {
      const other = this.#options.random.below(last + 1);
      const [a, b] = [this.#usual[last], this.#usual[other]];
      if (a === undefined || b === undefined) continue;
      this.#usual[last] = b;
      this.#usual[other] = a;
    }
  }

  /** A quarter with one prefix more, in 64-bit mode an eighth with a REX byte of any bits. */
  #write(instruction: Instruction, lot: number): number {
    const length = encodeInto(instruction, scratch);
    let at = 0;
    if ((lot & 3) === 0) this.bytes[at++] = extraPrefixes[(lot >>> 2) % extraPrefixes.length] ?? 0;
    if ((lot & 31) === 0) this.bytes[at++] = extraPrefixes[(lot >>> 7) % extraPrefixes.length] ?? 0;
    let legacyBytes = 0;
    while (isLegacy(scratch[legacyBytes] ?? 0)) legacyBytes++;
    const is64 = this.#options.mode === 64;
    const hasNewRex = is64 && ((lot >>> 12) & 7) === 0;
    const isRex = is64 && ((scratch[legacyBytes] ?? 0) & 0xf0) === 0x40;
    for (let k = 0; k < legacyBytes; k++) this.bytes[at++] = scratch[k] ?? 0;
    if (hasNewRex) this.bytes[at++] = 0x40 | ((lot >>> 15) & 15);
    const rest = hasNewRex && isRex ? legacyBytes + 1 : legacyBytes;
    for (let k = rest; k < length; k++) this.bytes[at++] = scratch[k] ?? 0;
    return Math.min(at, maxLengthBytes);
  }
}

const rarity = 8;

const scratch = new Uint8Array(32);

const isLegacy = (byte: number): boolean => legacyBits[byte] === 1;
const legacyBits = Uint8Array.from({ length: 256 }, (_, byte) => (legacyPrefixes.includes(byte) ? 1 : 0));

/** LOCK, which makes most instructions invalid, comes less often. */
const extraPrefixes = Uint8Array.from([
  ...legacyPrefixes.filter((prefix) => prefix !== 0xf0),
  ...legacyPrefixes.filter((prefix) => prefix !== 0xf0),
  0xf0,
]);
