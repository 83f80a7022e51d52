/** Which of iced's Code values belong to the instruction set under test, for the coverage that conform prints. */
import { Code, CodeExt, CpuidFeature, DecoderOptions, Instruction, type OpCodeInfo } from 'iced-x86';
import type { Mode } from '../../emulator/isa/modes.ts';
import { icedDefaults } from './iced.ts';

export interface IcedCode {
  readonly code: number;
  /** iced's name, the `form` of iced's answers. */
  readonly name: string;
  /** As iced writes the encoding: `o16 0F A3 /r`. */
  readonly opcode: string;
  /** Modes in which the decoder yields it with `icedDefaults`, by vendor. */
  readonly modes: { readonly intel: readonly Mode[]; readonly amd: readonly Mode[] };
  /** CPUID features, as iced names them. */
  readonly features: readonly string[];
}

export interface HistoricalCode extends IcedCode {
  /** The `DecoderOptions` member that turns it on; null where iced has none. */
  readonly option: string | null;
}

/**
 * The scope: every Code that is an instruction and decoded by default. Of the 4,936 these are left out: INVALID, DB, DW,
 * DD and DQ, and the string of zero bytes, which are none; and the 14 that begin with FWAIT (`9B D9 /6`, FSTENV), which
 * iced's formatter and encoder know, but its decoder yields as two. `icedHistoricalCodes` has those behind options. Only
 * data of `OpCodeInfo` and of `cpuidFeatures` is read.
 */
export const icedCodesInScope = (): readonly IcedCode[] =>
  scan().flatMap(({ entry, option }) => (option === undefined ? [entry] : []));

/** Codes that belong to other vendors (Cyrix, Centaur, VIA, IA-64), to the first Xeon Phi, or to CPUs long gone. */
export const icedHistoricalCodes = (): readonly HistoricalCode[] =>
  scan().flatMap(({ entry, option }) => (option === undefined ? [] : [{ ...entry, option }]));

/** `option` is undefined where the Code is not historical. */
interface Scanned {
  readonly entry: IcedCode;
  readonly option: string | null | undefined;
}

const scan = (): readonly Scanned[] => {
  const instruction = new Instruction();
  try {
    return codes.flatMap((code) => {
      const info = CodeExt.opCode(code);
      try {
        if (!info.isInstruction || info.fwait || code === Code.Zero_bytes) return [];
        const features = featuresOf(instruction, code);
        return [{ entry: describe(info, features), option: optionOf(info, features) }];
      } finally {
        info.free();
      }
    });
  } finally {
    instruction.free();
  }
};

const codes: readonly Code[] = Object.values(Code).filter((value): value is Code => typeof value === 'number');

const featuresOf = (instruction: Instruction, code: Code): readonly string[] => {
  instruction.code = code;
  return Array.from(instruction.cpuidFeatures(), (feature) => CpuidFeature[feature] ?? '');
};

/** MPX has an option, but is in the SDM. PadLock has none: iced always decodes it; POP CS has none: iced never does. */
const optionOf = (info: OpCodeInfo, features: readonly string[]): string | null | undefined => {
  const option = info.decoderOption;
  if (option !== 0 && option !== DecoderOptions.MPX) return DecoderOptions[option] ?? '';
  return features.some((feature) => feature.startsWith('PADLOCK') || feature === 'INTEL8086_ONLY') ? null : undefined;
};

const describe = (info: OpCodeInfo, features: readonly string[]): IcedCode => ({
  code: info.code,
  name: Code[info.code] ?? '',
  opcode: info.opCodeString,
  modes: {
    intel: intelModesOf(info),
    amd: modesOf(info, icedDefaults.amd, info.amdDecoder16, info.amdDecoder32, info.amdDecoder64),
  },
  features,
});

const intelModesOf = (info: OpCodeInfo): readonly Mode[] =>
  modesOf(info, icedDefaults.intel, info.intelDecoder16, info.intelDecoder32, info.intelDecoder64).filter(
    (mode) => takenByMpx[info.code]?.includes(mode) !== true,
  );

/** Where the reserved NOP's size takes a 66 prefix, `66 0F 1A` is BNDMOV: under MPX the decoder never yields these. */
const takenByMpx: Readonly<Partial<Record<Code, readonly Mode[]>>> = {
  [Code.Reservednop_rm16_r16_0F1A]: [32, 64],
  [Code.Reservednop_rm32_r32_0F1A]: [16],
};

const modesOf = (info: OpCodeInfo, options: number, in16: boolean, in32: boolean, in64: boolean): readonly Mode[] => {
  if ((info.decoderOption & ~options) !== 0) return [];
  const modes: Mode[] = [];
  if (in16) modes.push(16);
  if (in32) modes.push(32);
  if (in64) modes.push(64);
  return modes;
};
