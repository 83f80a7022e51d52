/**
 * NASM source made from the rows, one line an instruction, for nasm to assemble: what comes out must decode to the same
 * instruction, though nasm may choose another encoding of it.
 */
import { encode } from '../../emulator/encode/encode.ts';
import { format } from '../../emulator/format/format.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { forms } from '../../emulator/isa/forms.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { inputAddress } from '../subject.ts';
import { Random } from './random.ts';
import { drawValid } from './valid.ts';

export interface TextOptions {
  readonly mode: Mode;
  readonly seed: number;
  /** Default intel. */
  readonly vendor?: Vendor;
  /** Lines of each form, where it has so many. 8 by default. */
  readonly perForm?: number;
  /** Forms whose place is `index` modulo `of`. All by default. */
  readonly slice?: { readonly index: number; readonly of: number };
}

export interface TextCase {
  readonly mode: Mode;
  readonly vendor: Vendor;
  /** As formatted at `inputAddress`. */
  readonly text: string;
  readonly form: Form;
  /** Our own encoding. */
  readonly bytes: Uint8Array;
}

export function* text(options: TextOptions): Generator<TextCase> {
  const { mode, seed, vendor = 'intel', perForm = 8, slice = { index: 0, of: 1 } } = options;
  for (const [place, form] of forms.entries()) {
    if (place % slice.of !== slice.index) continue;
    const random = new Random(seed, `text/${mode}/${vendor}/${form.opcodeText} ${form.syntax}`);
    const known = new Set<string>();
    for (let k = 0; k < perForm; k++) {
      const instruction = drawValid(form, { mode, vendor, random });
      if (instruction === null) break;
      const line = format(instruction, 'nasm', address);
      if (known.has(line)) continue;
      known.add(line);
      yield { mode, vendor, text: line, form, bytes: encode(instruction) };
    }
  }
}

const address = BigInt(inputAddress);
