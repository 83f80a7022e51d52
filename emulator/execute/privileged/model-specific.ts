/** RDMSR and WRMSR: registers that instructions use are the state's, all others their owner's (SDM 4 2.1). */
import { setBigInt, toBigInt, type Word } from '../../bits/word.ts';
import { Segment } from '../../machine/segments.ts';
import { Cr0, Efer, ModelSpecific } from '../../machine/state.ts';
import { Vector } from '../../semantics/cpu.ts';
import { isCanonical } from '../segmented-memory.ts';
import type { PrivilegedMachine } from './privileged-machine.ts';

const fsBase = 0xc000_0100;
const gsBase = 0xc000_0101;

/** With those of virtual machines and of fast FXSAVE (APM 2 3.1.7). */
const eferBits = Efer.SCE | Efer.LME | Efer.LMA | Efer.NXE | (1 << 12) | (1 << 14);

/** Hold linear addresses, which must be canonical. */
const addresses: ReadonlySet<number> = new Set([
  ModelSpecific.sysenterEsp,
  ModelSpecific.sysenterEip,
  ModelSpecific.lstar,
  ModelSpecific.cstar,
  ModelSpecific.kernelGsBase,
  fsBase,
  gsBase,
]);

export const readModelSpecific = (machine: PrivilegedMachine, number: number, into: Word): void => {
  const { state } = machine;
  const held = state.modelSpecific.get(number);
  if (held !== undefined) {
    into.lo = held.lo | (number === ModelSpecific.efer && state.isLongMode ? Efer.LMA : 0);
    into.hi = held.hi;
    return;
  }
  if (number === fsBase || number === gsBase) {
    const { baseLo, baseHi } = state.segments[number === fsBase ? Segment.FS : Segment.GS];
    into.lo = baseLo;
    into.hi = baseHi;
    return;
  }
  const value = machine.isGoingOn ? machine.owner.readModelSpecific?.(number) : undefined;
  if (value === undefined) machine.fault(Vector.GP, 0);
  else setBigInt(value, into);
};

export const writeModelSpecific = (machine: PrivilegedMachine, number: number, value: Word): void => {
  const { state } = machine;
  const { lo, hi } = value;
  if (addresses.has(number) && !isCanonical(hi)) machine.fault(Vector.GP, 0);
  if (number === fsBase || number === gsBase) {
    const into = machine.stageSegment(number === fsBase ? Segment.FS : Segment.GS);
    into.baseLo = lo;
    into.baseHi = hi;
    return;
  }
  const held = state.modelSpecific.get(number);
  if (held === undefined) {
    const isTaken = machine.isGoingOn && machine.owner.writeModelSpecific?.(number, toBigInt(64, value)) === true;
    if (!isTaken) machine.fault(Vector.GP, 0);
    return;
  }
  const isEfer = number === ModelSpecific.efer;
  if (isEfer && !isEferAllowed(machine, value)) machine.fault(Vector.GP, 0);
  machine.atEnd(() => {
    held.lo = isEfer ? lo & ~Efer.LMA : lo;
    held.hi = hi;
  });
};

/** IA-32e mode is neither entered nor left while there is paging (SDM 3A 9.8.5). */
const isEferAllowed = ({ state }: PrivilegedMachine, { lo, hi }: Word): boolean => {
  const changes = lo ^ state.modelSpecificOf(ModelSpecific.efer).lo;
  const isPaged = (state.control[0].lo & Cr0.PG) !== 0;
  return hi === 0 && (lo & ~eferBits) === 0 && !(isPaged && (changes & Efer.LME) !== 0);
};
