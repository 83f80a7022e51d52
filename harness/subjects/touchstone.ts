/** Ours: the decoder, operands, flags and formatters of emulator/, as a subject like any other. */
import { Decoder } from '../../emulator/decode/decoder.ts';
import { format } from '../../emulator/format/format.ts';
import type { FlagEffect } from '../../emulator/isa/flags.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import { type Mode, modes, type Vendor, vendors } from '../../emulator/isa/modes.ts';
import { isFeature } from '../../emulator/isa/needs.ts';
import { type OpcodeOption, optionsKey } from '../../emulator/isa/options.ts';
import { optionOf } from '../../emulator/isa/presence.ts';
import { reasons } from '../../emulator/isa/reasons.ts';
import { NO_REGISTER, registerByName, registerName } from '../../emulator/isa/registers.ts';
import { maskAccessOf, roundingOf } from '../../emulator/operand/decorations.ts';
import { flagsOf } from '../../emulator/operand/flags.ts';
import { implicitOperandsOf } from '../../emulator/operand/implicit.ts';
import type { Operand, RegisterOperand, Rounding } from '../../emulator/operand/operand.ts';
import { addressRegistersOf, explicitOperandsOf, memoryAccessesOf } from '../../emulator/operand/operands.ts';
import { isRepeated } from '../../emulator/operand/places.ts';
import { formatFeatures } from '../normalise/features.ts';
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
    observes: new Set([
      'validity',
      'length',
      'mnemonic',
      'operands',
      'access',
      'decorations',
      'flags',
      'uses',
      'features',
      'text',
    ]),
    batch: 1024,
    ask,
    decode: (inputs) => Promise.resolve(inputs.map(ask)),
    close: () => Promise.resolve(),
  };
};

const askOurs = (): AskOurs => {
  const decoders = new Map<string, Decoder>();
  const decoderOf = (mode: Mode, vendor: Vendor, options: readonly OpcodeOption[] = []): Decoder => {
    const key = `${mode} ${vendor} ${options.length === 0 ? '' : optionsKey(options)}`;
    const decoder = decoders.get(key) ?? new Decoder(mode, vendor, options);
    decoders.set(key, decoder);
    return decoder;
  };
  return ({ bytes, mode, vendor, options }) => {
    const instruction = new Instruction();
    const status = decoderOf(mode, vendor, options).decode(bytes, 0, bytes.length, instruction);
    switch (status) {
      case Status.valid:
        return new LazyDecoded(instruction);
      case Status.invalid:
        return { status: 'invalid', reason: reasons[instruction.reason] ?? 'opcode' };
      case Status.truncated:
        return { status: 'truncated' };
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
  readonly rounding?: Rounding;
  readonly cpuidFeatures?: string;
  #operands: readonly Operand[] | undefined;
  #implicit: readonly Operand[] | undefined;

  constructor(instruction: Instruction) {
    const form = forms[instruction.form];
    this.instruction = instruction;
    this.lengthBytes = instruction.lengthBytes;
    this.mnemonic = mnemonics[instruction.form] ?? '';
    this.form = form === undefined ? '' : `${form.opcodeText} ${form.syntax}`;
    const rounding = roundingOf(instruction);
    if (rounding !== null) this.rounding = rounding;
    const features = featuresByForm[instruction.form];
    if (features !== undefined) this.cpuidFeatures = features;
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

/** Not of forms behind options. */
const featuresByForm: readonly (string | undefined)[] = forms.map((form) =>
  optionOf(form) === undefined ? formatFeatures([...form.needs].filter(isFeature)) : undefined,
);

const registerUses = (instruction: Instruction, operand: Operand): readonly RegisterUse[] => {
  const mask: readonly RegisterUse[] =
    operand.mask === undefined ? [] : [{ register: operand.mask, access: maskAccessOf(instruction) }];
  if (operand.kind === 'register') return [...registersOf(operand), ...mask];
  if (operand.kind !== 'memory' || operand.implicit) return mask;
  const ofAddress = addressRegistersOf(instruction, operand).map((name) => ({ register: name, access: 'r' as const }));
  return [...ofAddress, ...mask];
};

/** All that the operand names: `zmm4`, `zmm5` and so on. */
const registersOf = ({ register, count = 1, access }: RegisterOperand): readonly RegisterUse[] => {
  if (count === 1) return [{ register, access }];
  const first = registerByName(register) ?? NO_REGISTER;
  return Array.from({ length: count }, (_, k) => ({ register: registerName(first + k), access }));
};
