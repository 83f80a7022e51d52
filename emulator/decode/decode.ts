import { Instruction, Status } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { type OpcodeOption, optionsKey } from '../isa/options.ts';
import { type Reason, reasons } from '../isa/reasons.ts';
import { Decoder } from './decoder.ts';

/** What bytes are, as one value: see `Decoder` for the same without allocation. */
export type Decoding =
  | { readonly status: 'valid'; readonly instruction: Instruction }
  | { readonly status: 'invalid'; readonly reason: Reason }
  /** More bytes are needed: every proper prefix of a valid instruction is truncated. */
  | { readonly status: 'truncated' };

export interface DecodeOptions {
  /** Whose CPU, where they differ. Default intel. */
  readonly vendor?: Vendor;
  /** Instructions of few CPUs, or of CPUs long gone. Default none. */
  readonly options?: readonly OpcodeOption[];
}

const decoders = new Map<string, Decoder>();

/** Decodes the one instruction at the start of `bytes`; bytes after it do not matter. Never throws on any bytes. */
export const decode = (bytes: Uint8Array, mode: Mode, options: DecodeOptions = {}): Decoding => {
  const instruction = new Instruction();
  const status = decoderOf(mode, options).decode(bytes, 0, bytes.length, instruction);
  switch (status) {
    case Status.valid:
      return { status: 'valid', instruction };
    case Status.invalid:
      return { status: 'invalid', reason: reasons[instruction.reason] };
    case Status.truncated:
      return { status: 'truncated' };
  }
};

const decoderOf = (mode: Mode, { vendor = 'intel', options = [] }: DecodeOptions): Decoder => {
  const key = `${mode} ${vendor} ${optionsKey(options)}`;
  const known = decoders.get(key);
  if (known !== undefined) return known;
  const decoder = new Decoder(mode, vendor, options);
  decoders.set(key, decoder);
  return decoder;
};
