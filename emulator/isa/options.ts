/**
 * Instructions that a decoder yields only where it is asked for them by name: those of a few CPUs, of CPUs long gone, or of
 * CPUs to come, whose opcodes others use for something else. A row says by the same name, as a need, that it is one of
 * them. Where two that are asked for share an opcode, the later one here stands; any of them stands before the rows
 * without.
 */
export const opcodeOptions = [
  /** VIA's PadLock: XSTORE, REP XCRYPT, REP XSHA, REP MONTMUL (VIA PadLock Programming Guide). */
  'PADLOCK',
  /** MOV to and from test registers, TR3 to TR7 (80386, 80486). */
  'MOV-TR',
  /** 287, 387 and Cyrix's EMC87: FRSTPM, FSTDW, FSTSG. */
  'OLD-FPU',
  /** PCOMMIT, which Intel withdrew before any CPU had it. */
  'PCOMMIT',
  /** LOADALL of the 80286. */
  'LOADALL286',
  /** LOADALL of the 80386. */
  'LOADALL386',
  /** UMOV of the 80386 and 80486. */
  'UMOV',
  /** XBTS and IBTS of the first 80386. */
  'XBTS',
  /** CMPXCHG at 0F A6 and 0F A7, of the first 80486. */
  'CMPXCHG486',
  /** CL1INVMB of the Single-chip Cloud Computer. */
  'CL1INVMB',
  /** JMPE, from which IA-64 code begins. */
  'JMPE',
  /** UDBGRD and UDBGWR, of Intel CPUs that have been unlocked. */
  'UDBG',
  /** ALTINST of Centaur's C3. */
  'ALTINST',
  /** System management, MMX and 3DNow! of Cyrix and of AMD's Geode. */
  'CYRIX',
  /** SMINT at 0F 7E, of the first Cyrix CPUs. */
  'CYRIX-SMINT-0F7E',
  /** DMINT and RDM, of AMD's Geode. */
  'CYRIX-DMI',
  /** MVEX, and what else the first Xeon Phi has alone. */
  'KNC',
  /**
   * AVX10.2, MOVRS and what AMX brought with them: AMX-FP8, AMX-TF32, AMX-AVX512, AMX-MOVRS (Intel AVX10.2 specification,
   * 361050; instruction set extensions, 319433).
   */
  'AVX10',
  /** REX2, R16 to R31, and EVEX with them and for legacy instructions: APX (Intel APX specification, 355828). */
  'APX',
] as const;

export type OpcodeOption = (typeof opcodeOptions)[number];

/** One name for a choice of options, whatever their order. */
export const optionsKey = (options: readonly OpcodeOption[]): string =>
  opcodeOptions.filter((option) => options.includes(option)).join(' ');
