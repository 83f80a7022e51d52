import { classOf, Register, RegisterClass } from '../isa/registers.ts';
import type { system as rows } from '../isa/rows/system.ts';
import { type Cpu, Flag, type Inspection, type Semantic, type SemanticsOf, statusFlags, Vector } from './cpu.ts';
import type { SystemSegment, SystemTable } from './privileged.ts';

const unsupported: Semantic = (cpu) => cpu.unsupported();

const undefinedOpcode: Semantic = (cpu) => cpu.fault(Vector.UD);

/** For CPL 0; and not supported there yet. */
const privileged: Semantic = (cpu) => {
  cpu.requirePrivilege();
  cpu.unsupported();
};

/** What systems want to hide from programs is checked first (SDM 3A 2.5, CR4.UMIP). */
const requireDisclosure = <V, B>(cpu: Cpu<V, B>): void => {
  if (cpu.userModeInstructionPrevention) cpu.requirePrivilege();
  reachAll(cpu);
};

/** Checked, and with nothing to read: a hypervisor is asked twice at once. */
const reachAll = <V, B>(cpu: Cpu<V, B>): void => {
  cpu.reach('checked');
  cpu.reach('read');
};

const requirePrivilege = <V, B>(cpu: Cpu<V, B>): void => {
  cpu.requirePrivilege();
  cpu.reach('checked');
};

/** SLDT and STR: a register gets the selector zero-extended, memory gets 16 bits. */
const revealSelector =
  (segment: SystemSegment): Semantic =>
  (cpu) => {
    requireDisclosure(cpu);
    cpu.write(0, cpu.zeroExtend(16, cpu.systemSelector(segment)));
  };

/** The operand's base as wide as a pseudo-descriptor has it: 64 bits, 32, or 24 of 32 (SDM 2A LGDT, SGDT). */
const baseBits = <V, B>(cpu: Cpu<V, B>): 32 | 64 => (cpu.mode === 64 ? 64 : 32);

const isNarrowBase = <V, B>(cpu: Cpu<V, B>): boolean => cpu.mode !== 64 && cpu.operandSize === 16;

const behindLimit = <V, B>(cpu: Cpu<V, B>): V => cpu.add(cpu.addressSize, cpu.addressOf(0), cpu.constant(2));

const revealTable =
  (table: SystemTable): Semantic =>
  (cpu) => {
    requireDisclosure(cpu);
    const base = cpu.tableBase(table);
    cpu.store(cpu.segment, cpu.addressOf(0), 16, cpu.tableLimit(table));
    const stored = isNarrowBase(cpu) ? cpu.and(base, cpu.constant(0xff_ffff)) : base;
    cpu.store(cpu.segment, behindLimit(cpu), baseBits(cpu), stored);
  };

const loadTable =
  (table: SystemTable): Semantic =>
  (cpu) => {
    requirePrivilege(cpu);
    const bits = baseBits(cpu);
    const limit = cpu.load(cpu.segment, cpu.addressOf(0), 16);
    const base = cpu.zeroExtend(bits, cpu.load(cpu.segment, behindLimit(cpu), bits));
    cpu.reach('read');
    if (bits === 64) cpu.faultIf(isNotCanonical(cpu, base), Vector.GP);
    cpu.setTable(table, limit, isNarrowBase(cpu) ? cpu.and(base, cpu.constant(0xff_ffff)) : base);
  };

const isNotCanonical = <V, B>(cpu: Cpu<V, B>, address: V): B => {
  const sixteen = cpu.constant(16);
  const extended = cpu.shiftRightSigned(64, cpu.shiftLeft(64, address, sixteen), sixteen);
  return cpu.negate(cpu.equal(64, extended, address));
};

const loadSystemSegment =
  (segment: SystemSegment): Semantic =>
  (cpu) => {
    requirePrivilege(cpu);
    const selector = cpu.read(0);
    cpu.reach('read');
    cpu.loadSystemSegment(segment, selector);
  };

/** The machine status word is the low half of CR0; more of it than 16 bits goes to registers only. */
const storeStatusWord: Semantic = (cpu) => {
  requireDisclosure(cpu);
  cpu.write(0, cpu.systemRegister(Register.cr0));
};

/** PE, MP, EM and TS; PE is not cleared (SDM 2A LMSW). */
const loadStatusWord: Semantic = (cpu) => {
  requirePrivilege(cpu);
  const word = cpu.read(0);
  cpu.reach('read');
  const old = cpu.systemRegister(Register.cr0);
  const kept = cpu.and(old, cpu.constant(~0xe));
  cpu.setSystemRegister(Register.cr0, cpu.or(kept, cpu.and(word, cpu.constant(0xf))));
};

/** MOV to and from control and debug registers. Status flags are undefined, and stay. */
const moveSystemRegister: Semantic = (cpu) => {
  cpu.requirePrivilege();
  const isStore = isSystemRegister(cpu, 1);
  const value = isStore ? cpu.systemRegister(cpu.registerOf(1)) : cpu.read(1);
  reachAll(cpu);
  if (isStore) cpu.write(0, value);
  else cpu.setSystemRegister(cpu.registerOf(0), value);
  cpu.setUndefined(statusFlags);
};

const isSystemRegister = <V, B>(cpu: Cpu<V, B>, k: number): boolean => {
  const registerClass = classOf(cpu.registerOf(k));
  return registerClass === RegisterClass.control || registerClass === RegisterClass.debug;
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
  SLDT: revealSelector('ldt'),
  STR: revealSelector('task'),
  SGDT: revealTable('gdt'),
  SIDT: revealTable('idt'),
  SMSW: storeStatusWord,
  LLDT: loadSystemSegment('ldt'),
  LTR: loadSystemSegment('task'),
  LGDT: loadTable('gdt'),
  LIDT: loadTable('idt'),
  LMSW: loadStatusWord,
  INVLPG(cpu) {
    cpu.requirePrivilege();
    reachAll(cpu);
    cpu.invalidatePage(cpu.segment, cpu.addressOf(0));
  },
  LKGS: unsupported,
  LAR: inspectInto('access rights'),
  LSL: inspectInto('limit'),
  VERR: verify('readable'),
  VERW: verify('writable'),
  ARPL: (cpu) => adjustPrivilege(cpu),

  MOV: moveSystemRegister,
  CLTS(cpu) {
    cpu.requirePrivilege();
    reachAll(cpu);
    cpu.setSystemRegister(Register.cr0, cpu.and(cpu.systemRegister(Register.cr0), cpu.constant(~8)));
  },
  WRMSR(cpu) {
    cpu.requirePrivilege();
    reachAll(cpu);
    cpu.setModelSpecific(cpu.general(32, rCX), highAndLow(cpu));
  },
  RDMSR(cpu) {
    cpu.requirePrivilege();
    reachAll(cpu);
    const value = cpu.modelSpecific(cpu.general(32, rCX));
    cpu.setGeneral(32, rAX, value);
    cpu.setGeneral(32, rDX, cpu.shiftRight(64, value, cpu.constant(32)));
  },
  WRMSRNS: unsupported,
  RDMSRLIST: unsupported,
  WRMSRLIST: unsupported,
  HLT(cpu) {
    cpu.requirePrivilege();
    reachAll(cpu);
    cpu.halt();
  },
  /** There is no system management mode to resume from. */
  RSM: undefinedOpcode,
  SWAPGS(cpu) {
    cpu.requirePrivilege();
    cpu.swapBase();
  },

  SYSCALL(cpu) {
    if (cpu.mode !== 64 && isIntel(cpu)) cpu.fault(Vector.UD);
    cpu.systemCall('syscall');
  },
  SYSRET(cpu) {
    if (cpu.mode !== 64 && isIntel(cpu)) cpu.fault(Vector.UD);
    cpu.requirePrivilege();
    cpu.systemReturn('sysret');
  },
  SYSENTER(cpu) {
    if (cpu.isLongMode && !isIntel(cpu)) cpu.fault(Vector.UD);
    cpu.systemCall('sysenter');
  },
  SYSEXIT(cpu) {
    cpu.requirePrivilege();
    cpu.systemReturn('sysexit');
  },
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
  HRESET: unsupported,
};

const rAX = 0;
const rCX = 1;
const rDX = 2;

/** EDX:EAX. */
const highAndLow = <V, B>(cpu: Cpu<V, B>): V =>
  cpu.or(cpu.shiftLeft(64, cpu.general(32, rDX), cpu.constant(32)), cpu.zeroExtend(32, cpu.general(32, rAX)));

const isIntel = <V, B>(cpu: Cpu<V, B>): boolean => cpu.profile === 'intel';

/** The RPL of a selector rises to that of another; what need not change is not written (SDM 2A ARPL). */
const adjustPrivilege: Semantic = (cpu) => {
  const selector = cpu.read(0);
  const requested = cpu.and(cpu.read(1), cpu.constant(3));
  const isLower = cpu.lessUnsigned(16, cpu.and(selector, cpu.constant(3)), requested);
  cpu.setFlag(Flag.Z, isLower);
  cpu.writeIf(isLower, 0, cpu.or(cpu.and(selector, cpu.constant(~3)), requested));
};
