/** iced-x86 as a subject: one wasm decoder for Intel and AMD in all modes. It runs in this process. */
import { createRequire } from 'node:module';
import { Code, Decoder, DecoderError, DecoderOptions, Instruction, InstructionInfoFactory } from 'iced-x86';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { modes, vendors } from '../../emulator/isa/modes.ts';
import type { OpcodeOption } from '../../emulator/isa/options.ts';
import type { Answer, Input, Subject } from '../subject.ts';
import { inputAddress } from '../subject.ts';
import { decodedOf } from './iced-decoded.ts';
import { icedFlagLetters } from './iced-names.ts';
import { type Beginning, beginningOf, type Probe, slotBytes } from './iced-truncation.ts';

/** iced's `DecoderOptions` by vendor. */
export type IcedOptions = Readonly<Record<Vendor, number>>;

/**
 * What is on:
 *
 * - `MPX`, for Intel: BNDMK, BNDCL and their kin at 0F 1A and 0F 1B. Without it these are the reserved NOPs that AMD's
 *   CPUs execute (APM 3 appendix A).
 * - `AMD`, for that vendor: 66 makes near branches and returns 16 bits wide in 64-bit mode, REX.W does not widen far
 *   pointers in memory, UD0 has no ModRM, LOCK MOV CR0 is MOV CR8.
 *
 * What is off takes instructions away: `ForceReservedNop`, `NoPause`, `NoWbnoinvd`, `NoMPFX_0FBC`, `NoMPFX_0FBD`,
 * `NoLahfSahf64`; or loosens the rules that are tested: `NoInvalidCheck`. Those of other vendors and bygone CPUs are on
 * where the input asks for them.
 */
export const icedDefaults: IcedOptions = {
  intel: DecoderOptions.MPX,
  amd: DecoderOptions.AMD,
};

/** iced's members by our names. PadLock it decodes always. */
export const optionBits: Readonly<Record<OpcodeOption, number>> = {
  PADLOCK: 0,
  'MOV-TR': DecoderOptions.MovTr,
  'OLD-FPU': DecoderOptions.OldFpu,
  PCOMMIT: DecoderOptions.Pcommit,
  LOADALL286: DecoderOptions.Loadall286,
  LOADALL386: DecoderOptions.Loadall386,
  UMOV: DecoderOptions.Umov,
  XBTS: DecoderOptions.Xbts,
  CMPXCHG486: DecoderOptions.Cmpxchg486A,
  CL1INVMB: DecoderOptions.Cl1invmb,
  JMPE: DecoderOptions.Jmpe,
  UDBG: DecoderOptions.Udbg,
  ALTINST: DecoderOptions.ALTINST,
  CYRIX: DecoderOptions.Cyrix,
  'CYRIX-SMINT-0F7E': DecoderOptions.Cyrix_SMINT_0F7E,
  'CYRIX-DMI': DecoderOptions.Cyrix_DMI,
  KNC: DecoderOptions.KNC,
  // iced 1.21 has none of it.
  AVX10: 0,
  APX: 0,
};

const bitsOf = ({ options = [] }: Input): number => options.reduce((bits, option) => bits | optionBits[option], 0);

/**
 * iced-x86. A batch is copied into 15-byte slots, zeros behind short inputs, and one decoder a mode and vendor runs over
 * it. A slot that decodes to more bytes than the input has is truncated; so is one that is invalid with zeros but valid
 * with other bytes behind (iced-truncation.ts). So truncated means that a valid instruction of at most 15 bytes starts
 * with the input. Where none does, but a decoder that reads all of an instruction before it judges runs out of bytes
 * (`F0 05`: LOCK ADD EAX, imm32, whatever the immediate), the answer is invalid with the reason `dead-end`: truncated
 * from another subject does not contradict it.
 */
export const createIced = (options: Partial<IcedOptions> = {}): Subject => {
  const decoderOptions = { ...icedDefaults, ...options };
  let session: Session | null = new Session();
  return {
    name: 'iced',
    version: icedVersion(),
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
    ]),
    flagsTold: icedFlagLetters,
    batch: 1024,
    decode: async (inputs) => {
      if (session === null) return inputs.map(() => ({ status: 'unavailable', detail: 'iced: closed' }));
      return session.answer(inputs, decoderOptions);
    },
    close: async () => {
      session?.free();
      session = null;
    },
  };
};

const icedVersion = (): string => {
  const manifest = createRequire(import.meta.url)('iced-x86/package.json') as { readonly version: string };
  return manifest.version;
};

/** The wasm objects that live from creation to close. */
class Session {
  readonly #instruction = new Instruction();
  readonly #factory = new InstructionInfoFactory();

  answer(inputs: readonly Input[], options: IcedOptions): readonly Answer[] {
    const answers: Answer[] = new Array(inputs.length);
    for (const mode of modes) {
      for (const vendor of vendors) {
        for (const [bits, places] of placesOf(inputs, mode, vendor))
          this.#answerGroup(inputs, places, answers, options[vendor] | bits);
      }
    }
    return answers;
  }

  free(): void {
    this.#instruction.free();
    this.#factory.free();
  }

  #answerGroup(inputs: readonly Input[], places: readonly number[], answers: Answer[], options: number): void {
    const group = places.flatMap((place) => inputs[place] ?? []);
    const mode = group[0]?.mode ?? 64;
    const decoder = new Decoder(mode, slotsOf(group), options);
    const probe = this.#probe(mode, options);
    try {
      for (const [slot, input] of group.entries()) {
        decoder.position = slot * slotBytes;
        answers[places[slot] ?? 0] = this.#answerOne(decoder, input, probe);
      }
    } finally {
      decoder.free();
    }
  }

  #answerOne(decoder: Decoder, input: Input, probe: Probe): Answer {
    try {
      const instruction = this.#instruction;
      decoder.ip = address;
      decoder.decodeOut(instruction);
      if (instruction.code === Code.INVALID) return rejectionOf(beginningOf(input.bytes, probe));
      if (instruction.length > input.bytes.length) return { status: 'truncated' };
      return decodedOf(instruction, this.#factory, input.mode);
    } catch (error) {
      // A wasm trap; what it says of this input must not cost the others their answers.
      return { status: 'crashed', detail: String(error) };
    }
  }

  #probe(mode: Mode, options: number): Probe {
    const withDecoder = <T>(bytes: Uint8Array, ask: (decoder: Decoder) => T): T => {
      const decoder = new Decoder(mode, bytes, options);
      try {
        return ask(decoder);
      } finally {
        decoder.free();
      }
    };
    return {
      runsOut: (bytes) =>
        withDecoder(bytes, (decoder) => {
          decoder.decodeOut(this.#instruction);
          return decoder.lastError === DecoderError.NoMoreBytes;
        }),
      hasLonger: (slots, lengthBytes) =>
        withDecoder(slots, (decoder) => {
          for (let position = 0; position < slots.length; position += slotBytes) {
            decoder.position = position;
            decoder.decodeOut(this.#instruction);
            if (this.#instruction.code !== Code.INVALID && this.#instruction.length > lengthBytes) return true;
          }
          return false;
        }),
    };
  }
}

/** The reason of an invalid answer where another decoder may say truncated: see `createIced`. */
export const deadEnd = 'dead-end';

const rejectionOf = (beginning: Beginning): Answer => {
  if (beginning === 'prefix') return { status: 'truncated' };
  return beginning === 'dead-end' ? { status: 'invalid', reason: deadEnd } : { status: 'invalid' };
};

const address = BigInt(inputAddress);

/** Places of inputs by the bits of what they ask for. */
const placesOf = (inputs: readonly Input[], mode: Mode, vendor: Vendor): ReadonlyMap<number, readonly number[]> => {
  const places = new Map<number, number[]>();
  for (const [place, input] of inputs.entries()) {
    if (input.mode !== mode || input.vendor !== vendor) continue;
    const bits = bitsOf(input);
    const group = places.get(bits);
    if (group === undefined) places.set(bits, [place]);
    else group.push(place);
  }
  return places;
};

const slotsOf = (group: readonly Input[]): Uint8Array => {
  const slots = new Uint8Array(group.length * slotBytes);
  for (const [slot, input] of group.entries()) slots.set(input.bytes.subarray(0, slotBytes), slot * slotBytes);
  return slots;
};
