import type { system as rows } from '../isa/rows/system.ts';
import { type Cpu, Flag, type Inspection, type Semantic, type SemanticsOf, Vector } from './cpu.ts';

const unsupported: Semantic = (cpu) => cpu.unsupported();

const undefinedOpcode: Semantic = (cpu) => cpu.fault(Vector.UD);

/** For CPL 0; and not supported there yet. */
const privileged: Semantic = (cpu) => {
  cpu.requirePrivilege();
  cpu.unsupported();
};

/** Tells what systems want to hide from programs (SDM 3A 2.5, CR4.UMIP); not supported yet where it may. */
const revealing: Semantic = (cpu) => {
  if (cpu.userModeInstructionPrevention) cpu.requirePrivilege();
  cpu.unsupported();
};

/** LAR and LSL: the destination changes where ZF becomes 1. */
const inspectInto =
  (purpose: Inspection): Semantic =>
  (cpu) => {
    const { isVisible, value } = cpu.inspectSegment(cpu.read(1), purpose);
    cpu.setFlag(Flag.Z, isVisible);
    cpu.writeIf(isVisible, 0, value);
  };

/** VERR and VERW. */
const verify =
  (purpose: Inspection): Semantic =>
  (cpu) =>
    cpu.setFlag(Flag.Z, cpu.inspectSegment(cpu.read(0), purpose).isVisible);

/** System instructions (SDM 1 5.10, SDM 3A 2.8). */
export const system: SemanticsOf<typeof rows> = {
  SLDT: revealing,
  STR: revealing,
  SGDT: revealing,
  SIDT: revealing,
  SMSW: revealing,
  LLDT: privileged,
  LTR: privileged,
  LGDT: privileged,
  LIDT: privileged,
  LMSW: privileged,
  INVLPG: privileged,
  LKGS: unsupported,
  LAR: inspectInto('access rights'),
  LSL: inspectInto('limit'),
  VERR: verify('readable'),
  VERW: verify('writable'),
  ARPL: (cpu) => adjustPrivilege(cpu),

  MOV: privileged,
  CLTS: privileged,
  WRMSR: privileged,
  RDMSR: privileged,
  WRMSRNS: unsupported,
  RDMSRLIST: unsupported,
  WRMSRLIST: unsupported,
  HLT(cpu) {
    cpu.requirePrivilege();
    cpu.halt();
  },
  /** There is no system management mode to resume from. */
  RSM: undefinedOpcode,
  SWAPGS: privileged,

  SYSCALL(cpu) {
    if (cpu.mode !== 64 && isIntel(cpu)) cpu.fault(Vector.UD);
    cpu.systemCall('syscall');
  },
  SYSRET(cpu) {
    if (cpu.mode !== 64 && isIntel(cpu)) cpu.fault(Vector.UD);
    cpu.requirePrivilege();
    cpu.unsupported();
  },
  SYSENTER(cpu) {
    if (cpu.isLongMode && !isIntel(cpu)) cpu.fault(Vector.UD);
    cpu.systemCall('sysenter');
  },
  SYSEXIT: privileged,
  ERETU: unsupported,
  ERETS: unsupported,

  INVEPT: unsupported,
  INVVPID: unsupported,
  INVPCID: privileged,
  INVLPGB: unsupported,
  TLBSYNC: unsupported,

  /** NOPs where indirect branches are not tracked (SDM 2A ENDBR64). */
  ENDBR64() {},
  ENDBR32() {},
  RDSSPD: unsupported,
  RDSSPQ: unsupported,
  INCSSPD: unsupported,
  INCSSPQ: unsupported,
  SAVEPREVSSP: unsupported,
  RSTORSSP: unsupported,
  SETSSBSY: unsupported,
  CLRSSBSY: unsupported,
  WRSSD: unsupported,
  WRSSQ: unsupported,
  WRUSSD: unsupported,
  WRUSSQ: unsupported,

  UIRET: unsupported,
  TESTUI: unsupported,
  CLUI: unsupported,
  STUI: unsupported,
  SENDUIPI: unsupported,

  ENCLS: unsupported,
  ENCLU: unsupported,
  ENCLV: unsupported,
  PCONFIG: unsupported,
  PBNDKB: unsupported,
  GETSEC: unsupported,
};

const isIntel = <V, B>(cpu: Cpu<V, B>): boolean => cpu.profile === 'intel';

/** The RPL of a selector rises to that of another; what need not change is not written (SDM 2A ARPL). */
const adjustPrivilege: Semantic = (cpu) => {
  const selector = cpu.read(0);
  const requested = cpu.and(cpu.read(1), cpu.constant(3));
  const isLower = cpu.lessUnsigned(16, cpu.and(selector, cpu.constant(3)), requested);
  cpu.setFlag(Flag.Z, isLower);
  cpu.writeIf(isLower, 0, cpu.or(cpu.and(selector, cpu.constant(~3)), requested));
};
