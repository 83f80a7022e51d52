import { type OpcodeOption, opcodeOptions } from './options.ts';

/** The facts of a form that are no column of its row: named predicates, cited in the `needs` column. */
const facts = [
  /** Invalid in 64-bit mode. */
  'NO64',
  /** Valid in 64-bit mode only. */
  'ONLY64',
  /** Operand size defaults to 64 in 64-bit mode; 66 makes it 16 (SDM 2A 2.2.1.7). */
  'D64',
  /** Near branches: operand size is 64 in 64-bit mode whatever 66 says (SDM 2D A.2.1); on AMD 66 makes it 16 (APM 3 1.2.3). */
  'F64',
  /** Operand size is 64 in 64-bit mode whatever prefixes say: MOV CR and its kin. */
  'ALWAYS64',
  /** LOCK is allowed where the destination is memory (SDM 2A LOCK). */
  'LOCK',
  /** LOCK selects CR8 outside 64-bit mode, on AMD (APM 3 MOV CRn, CPUID AltMovCr8). */
  'CR8-LOCK',
  /** F3 and F2 repeat. */
  'REP',
  /** F3 repeats while equal, F2 while not. */
  'REPE',
  /** F2 and F3 with LOCK are XACQUIRE and XRELEASE (SDM 2A XACQUIRE). */
  'HLE',
  /** Locks with memory without the prefix, so XACQUIRE and XRELEASE need no LOCK. */
  'IMPLICIT-LOCK',
  /** F3 is XRELEASE without LOCK. */
  'XRELEASE',
  /** F2 is BND (MPX). */
  'BND',
  /** 3E is NOTRACK (CET). */
  'NOTRACK',
  /** 2E and 3E are branch hints. */
  'HINT',
  /** Outside 64-bit mode VEX.W is ignored, for it is an operand size there (SDM 2A ANDN). */
  'W-IGNORED',
  /** ModRM.mod is ignored: the operand is always a register. */
  'MOD-IGNORED',
  /** 66 besides the mandatory prefix is #UD. */
  'NO66',
  /** Of a memory operand only the address is used, as by LEA. */
  'ADDRESS-ONLY',
  /** Memory must not be RIP-relative. */
  'NO-RIP',
  /** REX2 must not stand before it (APX specification 3.1.2.1). */
  'NO-REX2',
  /** A source condition and default flags in EVEX (APX specification 3.1.2.3.2). */
  'SCC',
  /** None of its registers is rSP (APX specification, PUSH2, POP2). */
  'NO-RSP',
  /** REX.B must be 0. */
  'NO-REX.B',
  /** Memory must be addressed with a SIB byte (SDM 2D TILELOADD). */
  'SIB-NEEDED',
  /** Memory must be RIP-relative. */
  'RIP-RELATIVE',
  /** The memory operand is a bit string: a register bit offset reaches past it (SDM 2A 3.1.1.9, Bit(BitBase, BitOffset)). */
  'BIT-STRING',
  /** Operands are decoded but not evaluated: NOP, UD0, UD1. */
  'UNEVALUATED',
  /** In 64-bit mode a 32-bit destination is zero-extended even where it is not moved to (SDM 2A CMOVcc). */
  'ZERO-EXTENDS',
  /** The target is not truncated to the operand size: it is 64 bits wide in 64-bit mode, else 32 (SDM 2D XBEGIN). */
  'FULL-TARGET',
  /** A destination addressed by rSP is addressed after rSP is incremented (SDM 2B POP). */
  'POPS-FIRST',
  /** No two of its register operands are the same: gathers, with their index; tiles. */
  'DISTINCT',
  /** The destination is none of the sources. */
  'DISTINCT-DESTINATION',
  /** A mask other than k0 is required: gathers and scatters of EVEX. */
  'MASK-REQUIRED',
  /** The mask chooses between the sources: without zeroing, too, nothing of the destination stays (SDM 2C VBLENDMPS). */
  'MASK-SELECTS',
  /** The mask is written too, and not by gathering: Xeon Phi's VADDSETSPS, and its prefetches that gather. */
  'MASK-WRITTEN',
  /** Memory is accessed from 64 bytes before its address on, in the cache line before (Xeon Phi's VLOADUNPACKHD). */
  'LINE-BEFORE',
  /** MVEX.SSS is 0 where MVEX.E is set and there is no memory. No manual says where this is so, and iced-x86 alone does here. */
  'NO-SSS-WITH-E',
  /** An EVEX displacement of 8 bits counts so many bytes, and not as many as the memory operand has (SDM 2A table 2-36). */
  'DISP8-1',
  'DISP8-2',
  'DISP8-4',
  'DISP8-8',
  /** Loads a segment register: CS is no destination. */
  'LOAD-SREG',
  /** Where the option is given that the form is behind, its opcode means nothing else, whatever prefix and ModRM say. */
  'WHOLE-OPCODE',
  /** Only on AMD and compatible CPUs. */
  'AMD',
  /** Only on Intel and compatible CPUs. */
  'INTEL',
  /** An alias that the manuals do not list and every CPU decodes. */
  'UNDOCUMENTED',
  /** #UD in real and virtual-8086 mode. */
  'PROTECTED',
  /** CPL 0 only. */
  'CPL0',
  /** Privilege depends on IOPL. */
  'IOPL',
] as const;

/**
 * CPUID features that forms depend on, in the manuals' words; of two with `|` between, either is enough. Forms without one
 * are in every CPU of their mode, or no bit of CPUID tells of them (PAUSE, RDPMC, NOP with a ModRM).
 */
const features = [
  '3DNOW',
  '3DNOWEXT',
  'ADX',
  'AES',
  'AESKLE',
  'AMX-AVX512',
  'AMX-BF16',
  'AMX-COMPLEX',
  'AMX-FP16',
  'AMX-FP8',
  'AMX-INT8',
  'AMX-MOVRS',
  'AMX-TF32',
  'AMX-TILE',
  'APX_F',
  'AVX',
  'AVX-IFMA',
  'AVX-NE-CONVERT',
  'AVX-VNNI',
  'AVX-VNNI-INT16',
  'AVX-VNNI-INT8',
  'AVX10.2',
  'AVX2',
  'AVX512-FP16',
  'AVX512BW',
  'AVX512CD',
  'AVX512DQ',
  'AVX512ER',
  'AVX512F',
  'AVX512PF',
  'AVX512VL',
  'AVX512_4FMAPS',
  'AVX512_4VNNIW',
  'AVX512_BF16',
  'AVX512_BITALG',
  'AVX512_IFMA',
  'AVX512_VBMI',
  'AVX512_VBMI2',
  'AVX512_VNNI',
  'AVX512_VP2INTERSECT',
  'AVX512_VPOPCNTDQ',
  'BMI1',
  'BMI2',
  'CET_IBT',
  'CET_SS',
  'CLDEMOTE',
  'CLFLUSHOPT',
  'CLFSH',
  'CLWB',
  'CLZERO',
  'CMOV',
  'CMPCCXADD',
  'CX16',
  'CX8',
  'ENQCMD',
  'F16C',
  'FMA',
  'FMA4',
  'FRED',
  'FSGSBASE',
  'FXSR',
  'GFNI',
  'HLE|RTM',
  'HRESET',
  'INVLPGB',
  'INVPCID',
  'KL',
  'LKGS',
  'LWP',
  'LZCNT',
  'MCOMMIT',
  'MMX',
  'MONITOR',
  'MONITORX',
  'MOVBE',
  'MOVDIR64B',
  'MOVDIRI',
  'MOVRS',
  'MPX',
  'MSR',
  'MSRLIST',
  'OSPKE',
  'OSS',
  'PBNDKB',
  'PCLMULQDQ',
  'PCONFIG',
  'POPCNT',
  'PREFETCHI',
  'PREFETCHWT1',
  'PRFCHW',
  'PTWRITE',
  'RAO-INT',
  'RDPID',
  'RDPRU',
  'RDRAND',
  'RDSEED',
  'RDTSCP',
  'RMPQUERY',
  'RTM',
  'SEP',
  'SERIALIZE',
  'SEV-ES',
  'SGX',
  'SHA',
  'SHA512',
  'SKINIT|SVM',
  'SM3',
  'SM4',
  'SMAP',
  'SMM',
  'SMX',
  'SNP',
  'SSE',
  'SSE2',
  'SSE3',
  'SSE4.1',
  'SSE4.2',
  'SSE4A',
  'SSSE3',
  'SVM',
  'SYSCALL',
  'TBM',
  'TDX',
  'TSC',
  'TSXLDTRK',
  'UINTR',
  'USER_MSR',
  'VAES',
  'VMX',
  'VPCLMULQDQ',
  'WAITPKG',
  'WBNOINVD',
  'WIDE_KL',
  'WRMSRNS',
  'X87',
  'XOP',
  'XSAVE',
  'XSAVEC',
  'XSAVEOPT',
  'XSAVES',
] as const;

export type Feature = (typeof features)[number];
export type Need = (typeof facts)[number] | Feature | OpcodeOption;

const featureNames: ReadonlySet<string> = new Set(features);

/** The CPUID features among what a form needs, all of which it wants. */
export const isFeature = (need: Need): need is Feature => featureNames.has(need);

const known: ReadonlySet<string> = new Set([...facts, ...features, ...opcodeOptions]);

export const isNeed = (word: string): word is Need => known.has(word);
