/** Which of iced's Code values belong to the instruction set under test, for the coverage that conform prints. */
import {
  Code,
  CodeExt,
  CpuidFeature,
  DecoderOptions,
  EncodingKind,
  Instruction,
  type OpCodeInfo,
  OpCodeOperandKind,
  OpCodeTableKind,
} from 'iced-x86';
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
  /**
   * `adjacent`: general-purpose operands, but filed in the SDM with SSE or the extended state (SDM 1 5.5.3, 5.5.4,
   * 5.6.4, 5.11, 5.13): MXCSR, fences, prefetches, MOVNTI, CLFLUSH, FXSAVE, XSAVE; and RAO-INT. A decoder without SSE
   * may leave them.
   */
  readonly group: 'general' | 'adjacent';
}

export interface HistoricalCode extends IcedCode {
  /** The `DecoderOptions` member that turns it on; null where iced has none. */
  readonly option: string | null;
}

/**
 * The scope: no EVEX, XOP, 3DNow!, MVEX; of legacy encodings
 *
 * - the one-byte map without x87 (D8 to DF);
 * - the 0F map where no operand is an MMX or XMM register and no feature is MMX's or 3DNow!'s (EMMS, FEMMS);
 * - of 0F 38 what `generalIn0F38` names; nothing of 0F 3A;
 *
 * and of VEX what has general registers and `generalInVex`, VLDMXCSR and VSTMXCSR.
 *
 * Codes that iced's formatter and encoder use but its decoder never yields (`9B D9 /6`, FSTENV with FWAIT; DB, DW)
 * are left out. Only data of `OpCodeInfo` and of `cpuidFeatures` is read.
 */
export const icedCodesInScope = (): readonly IcedCode[] =>
  scan().flatMap(({ entry, option }) => (option === undefined ? [entry] : []));

/** Codes in the same maps that belong to other vendors (Cyrix, Centaur, VIA, IA-64) or to CPUs long gone. */
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
        if (!isInScope(info)) return [];
        const features = featuresOf(instruction, code);
        return isInFeatures(info, features)
          ? [{ entry: describe(info, features), option: optionOf(info, features) }]
          : [];
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

const isInScope = (info: OpCodeInfo): boolean => {
  if (info.isInstruction && info.encoding === EncodingKind.VEX) return info.opCount > 0 && !hasVectorOperand(info);
  if (!info.isInstruction || info.encoding !== EncodingKind.Legacy || info.fwait) return false;
  switch (info.table) {
    case OpCodeTableKind.Normal:
      return !isX87(info);
    case OpCodeTableKind.T0F:
    case OpCodeTableKind.T0F38:
      return !hasVectorOperand(info);
    default:
      return false;
  }
};

/** Two-byte x87 opcodes (D9 E0) have the escape in the high byte. */
const isX87 = (info: OpCodeInfo): boolean => {
  const first = info.opCodeLength === 2 ? info.opCode >>> 8 : info.opCode;
  return first >= 0xd8 && first <= 0xdf;
};

const hasVectorOperand = (info: OpCodeInfo): boolean => {
  for (let k = 0; k < info.opCount; k++) if (/mm/.test(OpCodeOperandKind[info.opKind(k)] ?? '')) return true;
  return false;
};

/** SDM 2D table A-4, without the vector part. CRC32 is the part of SSE4.2 that has no vector operand. */
const generalIn0F38: ReadonlySet<string> = new Set([
  'MOVBE',
  'SSE4_2',
  'ADX',
  'INVPCID',
  'INVEPT',
  'INVVPID',
  'MOVDIRI',
  'MOVDIR64B',
  'ENQCMD',
  'CET_SS',
  'RAO_INT',
]);

const isInFeatures = (info: OpCodeInfo, features: readonly string[]): boolean => {
  if (info.encoding === EncodingKind.VEX) return features.some((feature) => generalInVex.has(feature));
  if (info.table === OpCodeTableKind.T0F38) return features.some((feature) => generalIn0F38.has(feature));
  return !features.some((feature) => feature === 'MMX' || feature === 'D3NOW');
};

/** Of AVX only what has no vector operand. */
const generalInVex: ReadonlySet<string> = new Set(['AVX', 'BMI1', 'BMI2', 'CMPCCXADD']);

const adjacentFeatures: ReadonlySet<string> = new Set([
  'AVX',
  'SSE',
  'SSE2',
  'FXSR',
  'XSAVE',
  'XSAVEC',
  'XSAVEOPT',
  'XSAVES',
  'CLFSH',
  'CLFLUSHOPT',
  'CLWB',
  'RAO_INT',
]);

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
  group: features.some((feature) => adjacentFeatures.has(feature)) ? 'adjacent' : 'general',
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
