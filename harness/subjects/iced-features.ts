/** iced-x86's CPUID features in the words of the rows, which are those of the manuals. */
import { type Code, CpuidFeature, type Instruction } from 'iced-x86';
import type { Feature } from '../../emulator/isa/needs.ts';
import { formatFeatures } from '../normalise/features.ts';

type IcedFeature = keyof typeof CpuidFeature;

const said = <Word extends Feature | ''>(word: Word, names: readonly IcedFeature[]): [IcedFeature, Word][] =>
  names.map((name) => [name, word]);

/** Where iced's name is not the manuals'; '' for what no bit of CPUID tells. */
const spellings: ReadonlyMap<string, Feature | ''> = new Map<IcedFeature, Feature | ''>([
  // Which CPU was the first: of those before CPUID, and of all that are in every CPU of their mode.
  ...said('', ['INTEL8086', 'INTEL8086_ONLY', 'INTEL186', 'INTEL286', 'INTEL286_ONLY', 'INTEL386', 'INTEL386_ONLY']),
  ...said('', ['INTEL386_A0_ONLY', 'INTEL486', 'INTEL486_A_ONLY', 'X64']),
  // CPUID has no bit of them: they are known by family (NOP with a ModRM), by EFLAGS.ID, or run as NOP everywhere (PAUSE).
  ...said('', ['CPUID', 'MULTIBYTENOP', 'PAUSE', 'RDPMC']),
  // Bits of IA32_VMX_EPT_VPID_CAP, beside VMX (SDM 3D A.10).
  ...said('', ['INVEPT', 'INVVPID']),
  // Other vendors' CPUs and CPUs that never came, which options turn on; ours tells nothing of those.
  ...said('', ['UMOV', 'IA64', 'CL1INVMB', 'PCOMMIT', 'MOV_TR', 'UDBG', 'KNC', 'CENTAUR_AIS']),
  ...said('', ['CYRIX_D3NOW', 'CYRIX_FPU', 'CYRIX_SMM', 'CYRIX_SMINT', 'CYRIX_SMINT_0F7E', 'CYRIX_SHR', 'CYRIX_DDI']),
  ...said('', ['CYRIX_EMMI', 'CYRIX_DMI', 'PADLOCK_ACE', 'PADLOCK_PHE', 'PADLOCK_PMM', 'PADLOCK_RNG', 'PADLOCK_GMI']),
  ...said('', ['PADLOCK_UNDOC']),
  // One bit, FPU, whatever the coprocessor.
  ...said('X87', ['FPU', 'FPU287', 'FPU287XL_ONLY', 'FPU387', 'FPU387SL_ONLY']),
  ...said('3DNOW', ['D3NOW']),
  ...said('3DNOWEXT', ['D3NOWEXT']),
  ...said('AMX-BF16', ['AMX_BF16']),
  ...said('AMX-COMPLEX', ['AMX_COMPLEX']),
  ...said('AMX-FP16', ['AMX_FP16']),
  ...said('AMX-INT8', ['AMX_INT8']),
  ...said('AMX-TILE', ['AMX_TILE']),
  ...said('AVX-IFMA', ['AVX_IFMA']),
  ...said('AVX-NE-CONVERT', ['AVX_NE_CONVERT']),
  ...said('AVX-VNNI', ['AVX_VNNI']),
  ...said('AVX-VNNI-INT16', ['AVX_VNNI_INT16']),
  ...said('AVX-VNNI-INT8', ['AVX_VNNI_INT8']),
  ...said('AVX512-FP16', ['AVX512_FP16']),
  ...said('CX16', ['CMPXCHG16B']),
  ...said('HLE|RTM', ['HLE_or_RTM']),
  ...said('OSPKE', ['PKU']),
  ...said('PBNDKB', ['TSE']),
  ...said('PREFETCHI', ['PREFETCHITI']),
  ...said('PRFCHW', ['PREFETCHW']),
  ...said('RAO-INT', ['RAO_INT']),
  ...said('SEV-ES', ['SEV_ES']),
  // ENCLS and ENCLU are in every CPU with SGX, whose first functions SGX1 is (SDM 3D 36.7.2).
  ...said('SGX', ['SGX1']),
  ...said('SKINIT|SVM', ['SKINIT_or_SVM']),
  ...said('SNP', ['SEV_SNP']),
  ...said('SSE4.1', ['SSE4_1']),
  ...said('SSE4.2', ['SSE4_2']),
]);

/** iced's feature by the manuals' name, '' where they have none. */
export const featureName = (feature: CpuidFeature): string => {
  const name = CpuidFeature[feature] ?? '';
  return spellings.get(name) ?? name;
};

/** iced's answer is the same for all instructions of a Code. */
const textByCode = new Map<Code, string>();

export const featuresOf = (instruction: Instruction): string => {
  const { code } = instruction;
  const known = textByCode.get(code);
  if (known !== undefined) return known;
  const names = Array.from(instruction.cpuidFeatures(), featureName);
  const text = formatFeatures(names.filter((name) => name !== ''));
  textByCode.set(code, text);
  return text;
};
