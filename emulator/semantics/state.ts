import type { state as rows } from '../isa/rows/state.ts';
import { type Cpu, Flag, type Semantic, type SemanticsOf, Vector } from './cpu.ts';

const unsupported: Semantic = (cpu) => cpu.unsupported();

const privileged: Semantic = (cpu) => {
  cpu.requirePrivilege();
  cpu.unsupported();
};

/** Checked, and with nothing to read: a hypervisor is asked twice at once. */
const reachAll = <V, B>(cpu: Cpu<V, B>): void => {
  cpu.reach('checked');
  cpu.reach('read');
};

/** At CPL 3 these are not instructions, rather than forbidden ones (SDM 2B MONITOR, MWAIT). */
const privilegedOrUndefined: Semantic = (cpu) => {
  if (cpu.privilegeLevel > 0) cpu.fault(Vector.UD);
  reachAll(cpu);
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

/** XMM8 to XMM15 are saved in 64-bit mode only; what is behind the registers is left as it is (SDM 2A FXSAVE). */
const imageBytes = <V, B>(cpu: Cpu<V, B>): number => (cpu.mode === 64 ? 416 : 288);
const controlOffset = 24;

const saveState: Semantic = (cpu) => {
  cpu.requireUnit('fxsave');
  cpu.requireAlignment(0, 16);
  for (let offset = 0; offset < imageBytes(cpu); offset += 8) {
    cpu.writeAt(0, cpu.constant(offset), cpu.stateImage(offset));
  }
};

const restoreState: Semantic = (cpu) => {
  cpu.requireUnit('fxsave');
  cpu.requireAlignment(0, 16);
  for (let offset = 0; offset < imageBytes(cpu); offset += 8) {
    const value = cpu.readAt(0, cpu.constant(offset));
    if (offset === controlOffset) cpu.faultIf(cpu.isReservedControl(value), Vector.GP);
    cpu.loadStateImage(offset, value);
  }
};

/** Processor state, identification, counters and waiting. */
export const state: SemanticsOf<typeof rows> = {
  FXSAVE: saveState,
  FXSAVE64: saveState,
  FXRSTOR: restoreState,
  FXRSTOR64: restoreState,
  LDMXCSR(cpu) {
    cpu.requireUnit('sse');
    const value = cpu.read(0);
    cpu.faultIf(cpu.isReservedControl(value), Vector.GP);
    cpu.setControl('mxcsr', value);
  },
  STMXCSR(cpu) {
    cpu.requireUnit('sse');
    cpu.write(0, cpu.unitControl('mxcsr'));
  },
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
  XSETBV(cpu) {
    cpu.requirePrivilege();
    reachAll(cpu);
    cpu.setExtendedControl(cpu.general(32, rCX), highAndLow(cpu));
  },

  RDFSBASE: readBase(FS),
  RDGSBASE: readBase(GS),
  WRFSBASE: writeBase(FS),
  WRGSBASE: writeBase(GS),
  RDPKRU: unsupported,
  WRPKRU: unsupported,
  RDRAND: readRandom,
  RDSEED: readRandom,
  RDPID(cpu) {
    reachAll(cpu);
    cpu.write(0, cpu.processorId());
  },

  CPUID(cpu) {
    reachAll(cpu);
    cpu.identify();
  },
  RDTSC: (cpu) => readTimeStamp(cpu),
  RDTSCP(cpu) {
    readTimeStamp(cpu);
    cpu.setGeneral(32, rCX, cpu.processorId());
  },
  RDPMC(cpu) {
    cpu.requireRight('counters');
    reachAll(cpu);
    writePair(cpu, cpu.counter(cpu.general(32, rCX)));
  },
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
  cpu.requireRight('time stamp');
  reachAll(cpu);
  writePair(cpu, cpu.timeStamp());
};

/** CF says whether there is a number; without one the destination becomes 0 (SDM 2B RDRAND, RDSEED). */
function readRandom<V, B>(cpu: Cpu<V, B>): void {
  reachAll(cpu);
  const { value, isThere } = cpu.random();
  cpu.write(0, value);
  cpu.setFlag(Flag.O | Flag.S | Flag.Z | Flag.A | Flag.P, cpu.always(false));
  cpu.setFlag(Flag.C, isThere);
}

/** EDX:EAX. */
const writePair = <V, B>(cpu: Cpu<V, B>, value: V): void => {
  cpu.setGeneral(32, rAX, value);
  cpu.setGeneral(32, rDX, cpu.shiftRight(64, value, cpu.constant(32)));
};

const highAndLow = <V, B>(cpu: Cpu<V, B>): V =>
  cpu.or(cpu.shiftLeft(64, cpu.general(32, rDX), cpu.constant(32)), cpu.zeroExtend(32, cpu.general(32, rAX)));
