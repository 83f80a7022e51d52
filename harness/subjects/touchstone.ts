/** Ours: the decoder, operands, flags and formatters of emulator/, as a subject like any other. */
import { Decoder } from '../../emulator/decode/decoder.ts';
import { format } from '../../emulator/format/format.ts';
import type { FlagEffect } from '../../emulator/isa/flags.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import { type Mode, modes, type Vendor, vendors } from '../../emulator/isa/modes.ts';
import { reasons } from '../../emulator/isa/reasons.ts';
import { flagsOf } from '../../emulator/operand/flags.ts';
import { implicitOperandsOf } from '../../emulator/operand/implicit.ts';
import type { Operand } from '../../emulator/operand/operand.ts';
import { addressRegistersOf, explicitOperandsOf, memoryAccessesOf } from '../../emulator/operand/operands.ts';
import { isRepeated } from '../../emulator/operand/places.ts';
import { formatMemoryUses, formatRegisterUses, type MemoryUse, type RegisterUse } from '../normalise/uses.ts';
import { type Answer, type Decoded, type Input, inputAddress, type Subject } from '../subject.ts';

export const touchstoneVersion = '0.1.0';

const address = BigInt(inputAddress);

/** One answer at once, for those who need no batch. */
export type AskOurs = (input: Input) => Answer;

export const createTouchstone = (): Subject & { readonly ask: AskOurs } => {
  const ask = askOurs();
  return {
    name: 'touchstone',
    version: touchstoneVersion,
    modes,
    vendors,
    observes: new Set(['validity', 'length', 'mnemonic', 'operands', 'access', 'flags', 'uses', 'text']),
    batch: 1024,
    ask,
    decode: (inputs) => Promise.resolve(inputs.map(ask)),
    close: () => Promise.resolve(),
  };
};

const askOurs = (): AskOurs => {
  const decoders = new Map<string, Decoder>();
  const decoderOf = (mode: Mode, vendor: Vendor): Decoder => {
    const key = `${mode} ${vendor}`;
    const decoder = decoders.get(key) ?? new Decoder(mode, vendor);
    decoders.set(key, decoder);
    return decoder;
  };
  return ({ bytes, mode, vendor }) => {
    const instruction = new Instruction();
    const status = decoderOf(mode, vendor).decode(bytes, 0, bytes.length, instruction);
    switch (status) {
      case Status.valid:
        return new LazyDecoded(instruction);
      case Status.invalid:
        return { status: 'invalid', reason: reasons[instruction.reason] ?? 'opcode' };
      case Status.truncated:
        return { status: 'truncated' };
      case Status.unsupported:
        return { status: 'unsupported' };
    }
  };
};

/** A valid answer whose parts are made when they are asked for: most comparisons end before the last. */
class LazyDecoded implements Decoded {
  readonly status = 'valid';
  readonly lengthBytes: number;
  readonly mnemonic: string;
  readonly form: string;
  readonly instruction: Instruction;
  #operands: readonly Operand[] | undefined;
  #implicit: readonly Operand[] | undefined;

  constructor(instruction: Instruction) {
    const form = forms[instruction.form];
    this.instruction = instruction;
    this.lengthBytes = instruction.lengthBytes;
    this.mnemonic = mnemonics[instruction.form] ?? '';
    this.form = form === undefined ? '' : `${form.opcodeText} ${form.syntax}`;
  }

  /** Explicit operands; `implicit` has the others, which are compared by use. */
  get operands(): readonly Operand[] {
    this.#operands ??= explicitOperandsOf(this.instruction, address);
    return this.#operands;
  }

  get implicit(): readonly Operand[] {
    this.#implicit ??= implicitOperandsOf(this.instruction);
    return this.#implicit;
  }

  get flags(): FlagEffect {
    return flagsOf(this.instruction);
  }

  get registersUsed(): string {
    const uses = [...this.operands, ...this.implicit].flatMap((operand) => registerUses(this.instruction, operand));
    return formatRegisterUses(uses);
  }

  get memoryUsed(): string {
    const repeated = isRepeated(this.instruction);
    const uses = memoryAccessesOf(this.instruction);
    return formatMemoryUses(repeated ? uses.map((use): MemoryUse => ({ ...use, bits: 0 })) : uses);
  }

  get text(): Readonly<Record<'intel' | 'nasm' | 'gas', string>> {
    return {
      intel: format(this.instruction, 'intel', address),
      nasm: format(this.instruction, 'nasm', address),
      gas: format(this.instruction, 'gas', address),
    };
  }
}

const mnemonics: readonly string[] = forms.map((form) => form.mnemonic.toLowerCase());

const registerUses = (instruction: Instruction, operand: Operand): readonly RegisterUse[] => {
  if (operand.kind === 'register') return [{ register: operand.register, access: operand.access }];
  if (operand.kind !== 'memory' || operand.implicit) return [];
  return addressRegistersOf(instruction, operand).map((name) => ({ register: name, access: 'r' as const }));
};
