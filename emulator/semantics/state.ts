import type { state as rows } from '../isa/rows/state.ts';
import { type Cpu, type Semantic, type SemanticsOf, Vector } from './cpu.ts';

const unsupported: Semantic = (cpu) => cpu.unsupported();

const privileged: Semantic = (cpu) => {
  cpu.requirePrivilege();
  cpu.unsupported();
};

/** At CPL 3 these are not instructions, rather than forbidden ones (SDM 2B MONITOR, MWAIT). */
const privilegedOrUndefined: Semantic = (cpu) => {
  if (cpu.privilegeLevel > 0) cpu.fault(Vector.UD);
  cpu.unsupported();
};

const readBase =
  (segment: number): Semantic =>
  (cpu) =>
    cpu.write(0, cpu.segmentBase(segment));

const writeBase =
  (segment: number): Semantic =>
  (cpu) =>
    cpu.setSegmentBase(segment, cpu.zeroExtend(cpu.width, cpu.read(0)));

const FS = 4;
const GS = 5;

/** Processor state, identification, counters and waiting. */
export const state: SemanticsOf<typeof rows> = {
  FXSAVE: unsupported,
  FXSAVE64: unsupported,
  FXRSTOR: unsupported,
  FXRSTOR64: unsupported,
  LDMXCSR: unsupported,
  STMXCSR: unsupported,
  VLDMXCSR: unsupported,
  VSTMXCSR: unsupported,
  XSAVE: unsupported,
  XSAVE64: unsupported,
  XRSTOR: unsupported,
  XRSTOR64: unsupported,
  XSAVEOPT: unsupported,
  XSAVEOPT64: unsupported,
  XSAVEC: unsupported,
  XSAVEC64: unsupported,
  XSAVES: privileged,
  XSAVES64: privileged,
  XRSTORS: privileged,
  XRSTORS64: privileged,
  XGETBV: unsupported,
  XSETBV: privileged,

  RDFSBASE: readBase(FS),
  RDGSBASE: readBase(GS),
  WRFSBASE: writeBase(FS),
  WRGSBASE: writeBase(GS),
  RDPKRU: unsupported,
  WRPKRU: unsupported,
  RDRAND: unsupported,
  RDSEED: unsupported,
  RDPID(cpu) {
    cpu.write(0, cpu.processorId());
  },

  CPUID(cpu) {
    cpu.identify();
  },
  RDTSC: (cpu) => readTimeStamp(cpu),
  RDTSCP(cpu) {
    readTimeStamp(cpu);
    cpu.setGeneral(32, rCX, cpu.processorId());
  },
  /** CR4.PCE, which would open it to CPL 3, is 0. */
  RDPMC: privileged,
  RDPRU: unsupported,
  /** One instruction at a time is serial anyhow. */
  SERIALIZE() {},
  PTWRITE: unsupported,
  MONITOR: privilegedOrUndefined,
  MWAIT: privilegedOrUndefined,
  MONITORX: unsupported,
  MWAITX: unsupported,
  UMONITOR: unsupported,
  UMWAIT: unsupported,
  TPAUSE: unsupported,
};

const rAX = 0;
const rCX = 1;
const rDX = 2;

const readTimeStamp = <V, B>(cpu: Cpu<V, B>): void => {
  const count = cpu.timeStamp();
  cpu.setGeneral(32, rAX, count);
  cpu.setGeneral(32, rDX, cpu.shiftRight(64, count, cpu.constant(32)));
};
