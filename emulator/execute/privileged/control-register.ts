/** What may be written to control and debug registers, and what comes of it (SDM 3A 2.5, 3B 18.2; 2B MOV). */
import type { Word } from '../../bits/word.ts';
import { Cr0, Cr4, Efer, ModelSpecific } from '../../machine/state.ts';
import { Vector } from '../../semantics/cpu.ts';
import type { PrivilegedMachine } from './privileged-machine.ts';

/** Bits that exist. Others of CR0 are ignored, of CR4 forbidden. */
const cr0Bits = 0xe005_003f | 0;
const cr4Bits = 0x03ff_7fff;
/** Of CR3 above physical addresses of 52 bits; the top bit, with CR4.PCIDE, is no part of it. */
const cr3ReservedHigh = 0x7ff0_0000;

/** A control register becomes `value`, or there is a fault. */
export const writeControl = (machine: PrivilegedMachine, number: number, value: Word): void => {
  switch (number) {
    case 0:
      writeControl0(machine, value);
      return;
    case 2:
      stage(machine, number, value.lo, value.hi);
      return;
    case 3:
      writeControl3(machine, value);
      return;
    case 4:
      writeControl4(machine, value);
      return;
    case 8:
      if ((value.lo & ~15) !== 0 || value.hi !== 0) machine.fault(Vector.GP, 0);
      else stage(machine, number, value.lo, 0);
      return;
    default:
      machine.fault(Vector.UD, 0);
  }
};

export const hasControl = (number: number): boolean => number === 0 || (number >= 2 && number <= 4) || number === 8;

const stage = (machine: PrivilegedMachine, number: number, low: number, high: number): void => {
  const register = machine.state.control[number];
  machine.atEnd(() => {
    register.lo = low;
    register.hi = high;
  });
};

const writeControl0 = (machine: PrivilegedMachine, { lo, hi }: Word): void => {
  const { state } = machine;
  const has = (bit: number): boolean => (lo & bit) !== 0;
  const isPaged = (state.control[0].lo & Cr0.PG) !== 0;
  const isLong = has(Cr0.PG) && (isPaged ? state.isLongMode : entersLongMode(machine));
  if (
    hi !== 0 ||
    (has(Cr0.PG) && !has(Cr0.PE)) ||
    (has(Cr0.NW) && !has(Cr0.CD)) ||
    (has(Cr0.PG) ? !isPaged && isLong && !mayEnterLongMode(machine) : isPaged && !mayLeavePaging(machine))
  ) {
    machine.fault(Vector.GP, 0);
    return;
  }
  stage(machine, 0, (lo & cr0Bits) | Cr0.ET, 0);
  machine.atEnd(() => {
    state.isLongMode = isLong;
  });
};

const entersLongMode = ({ state }: PrivilegedMachine): boolean =>
  (state.modelSpecificOf(ModelSpecific.efer).lo & Efer.LME) !== 0;

/** SDM 3A 9.8.5. */
const mayEnterLongMode = ({ state }: PrivilegedMachine): boolean =>
  (state.control[4].lo & Cr4.PAE) !== 0 && !state.segments[1].isLong;

const mayLeavePaging = ({ state, mode }: PrivilegedMachine): boolean =>
  mode !== 64 && (state.control[4].lo & Cr4.PCIDE) === 0;

const writeControl3 = (machine: PrivilegedMachine, { lo, hi }: Word): void => {
  const hasIdentifiers = (machine.state.control[4].lo & Cr4.PCIDE) !== 0;
  const reserved = hasIdentifiers ? cr3ReservedHigh : cr3ReservedHigh | (1 << 31);
  if (machine.isLongMode && (hi & reserved) !== 0) machine.fault(Vector.GP, 0);
  else stage(machine, 3, lo, hi & 0x7fff_ffff);
};

const writeControl4 = (machine: PrivilegedMachine, { lo, hi }: Word): void => {
  const { state, isLongMode } = machine;
  const gains = lo & ~state.control[4].lo;
  const isRefused =
    hi !== 0 ||
    (lo & ~cr4Bits) !== 0 ||
    (isLongMode && (lo & Cr4.PAE) === 0) ||
    ((gains & Cr4.PCIDE) !== 0 && (!isLongMode || (state.control[3].lo & 0xfff) !== 0));
  if (isRefused) machine.fault(Vector.GP, 0);
  else stage(machine, 4, lo, 0);
};

/** DR6: bits that always read as 1, and those that can be written. */
const dr6Ones = 0xffff_0ff0 | 0;
const dr6Bits = 0xe00f;
const dr7Ones = 0x400;
const dr7Bits = 0xffff_2bff | 0;
const guarded = 1 << 13;
/** DR6.BD: the next instruction accesses debug registers. */
const accessDetected = 1 << 13;

/**
 * The register that a number means; -1 after a fault: DR4 and DR5 are DR6 and DR7 unless CR4.DE, and DR7.GD guards all
 * (SDM 3B 18.2.2, 18.2.4).
 */
export const debugNumber = (machine: PrivilegedMachine, number: number): number => {
  const { state } = machine;
  const isAlias = number === 4 || number === 5;
  if (number > 7 || (isAlias && (state.control[4].lo & Cr4.DE) !== 0)) {
    machine.fault(Vector.UD, 0);
    return -1;
  }
  if ((state.debug[7].lo & guarded) !== 0) {
    if (machine.isGoingOn) {
      state.debug[6].lo |= accessDetected;
      state.debug[7].lo &= ~guarded;
    }
    machine.fault(Vector.DB, 0);
    return -1;
  }
  return isAlias ? number + 2 : number;
};

export const writeDebug = (machine: PrivilegedMachine, number: number, { lo, hi }: Word): void => {
  if (number >= 6 && hi !== 0) {
    machine.fault(Vector.GP, 0);
    return;
  }
  const register = machine.state.debug[number];
  const low = number === 6 ? (lo & dr6Bits) | dr6Ones : number === 7 ? (lo & dr7Bits) | dr7Ones : lo;
  machine.atEnd(() => {
    register.lo = low;
    register.hi = hi;
  });
};
