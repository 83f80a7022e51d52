/** SYSCALL, SYSRET, SYSENTER, SYSEXIT, by their model-specific registers (SDM 2B; APM 3). */
import type { Word } from '../../bits/word.ts';
import { Segment, setFlatSegment } from '../../machine/segments.ts';
import { Efer, ModelSpecific } from '../../machine/state.ts';
import { Flag, Vector } from '../../semantics/cpu.ts';
import { isCanonical } from '../segmented-memory.ts';
import type { PrivilegedMachine } from './privileged-machine.ts';

const rCX = 1;
const rDX = 2;
const rSP = 4;
const r11 = 11;

interface Entry {
  readonly code: number;
  readonly stack: number;
  readonly mode: 32 | 64;
  readonly dpl: 0 | 3;
  readonly offset: Word;
}

/** Flat segments, whatever their descriptors say. */
const enter = (machine: PrivilegedMachine, { code, stack, mode, dpl, offset }: Entry): void => {
  setFlatSegment(machine.stageSegment(Segment.CS), Segment.CS, { selector: code & 0xffff, mode, dpl });
  setFlatSegment(machine.stageSegment(Segment.SS), Segment.SS, { selector: stack & 0xffff, mode: 32, dpl });
  machine.setInstructionPointer(offset.lo, mode === 64 ? offset.hi : 0);
};

export const systemCall = (machine: PrivilegedMachine): void => {
  const { state } = machine;
  if ((state.modelSpecificOf(ModelSpecific.efer).lo & Efer.SCE) === 0) machine.fault(Vector.UD, 0);
  const star = state.modelSpecificOf(ModelSpecific.star);
  const code = star.hi & 0xfffc;
  const entry = { code, stack: code + 8, dpl: 0 } as const;
  const flags = machine.constant(state.flags.value & ~Flag.R);
  if (!machine.isLongMode) {
    machine.setGeneral(32, rCX, machine.nextInstruction());
    machine.replaceFlags(Flag.I | Flag.V | Flag.R, 0);
    enter(machine, { ...entry, mode: 32, offset: machine.constant(star.lo) });
    return;
  }
  machine.setGeneral(64, rCX, machine.nextInstruction());
  machine.setGeneral(64, r11, flags);
  const mask = state.modelSpecificOf(ModelSpecific.fmask).lo;
  machine.replaceFlags(mask | Flag.R, 0);
  const target = machine.mode === 64 ? ModelSpecific.lstar : ModelSpecific.cstar;
  enter(machine, { ...entry, mode: 64, offset: state.modelSpecificOf(target) });
};

/** Flags that SYSRET loads: all that exist but VM and RF. */
const returnedFlags = 0x3c_7fd7;

export const systemReturn = (machine: PrivilegedMachine): void => {
  const { state } = machine;
  const star = state.modelSpecificOf(ModelSpecific.star);
  if ((state.modelSpecificOf(ModelSpecific.efer).lo & Efer.SCE) === 0) machine.fault(Vector.UD, 0);
  const to64 = machine.operandSize === 64;
  const offset = state.general[rCX];
  if (to64 && !isCanonical(offset.hi)) machine.fault(Vector.GP, 0);
  const base = star.hi >>> 16;
  if (machine.isLongMode) machine.replaceFlags(returnedFlags | Flag.V | Flag.R, state.general[r11].lo & returnedFlags);
  else machine.replaceFlags(Flag.I, Flag.I);
  const code = to64 ? base + 16 : base;
  enter(machine, { code: code | 3, stack: (base + 8) | 3, mode: to64 ? 64 : 32, dpl: 3, offset });
};

export const systemEnter = (machine: PrivilegedMachine): void => {
  const { state } = machine;
  const code = state.modelSpecificOf(ModelSpecific.sysenterCs).lo & 0xfffc;
  if (code === 0) machine.fault(Vector.GP, 0);
  const mode = machine.isLongMode ? 64 : 32;
  machine.replaceFlags(Flag.I | Flag.V | Flag.R, 0);
  const offset = state.modelSpecificOf(ModelSpecific.sysenterEip);
  enter(machine, { code, stack: code + 8, mode, dpl: 0, offset });
  machine.setGeneral(mode, rSP, state.modelSpecificOf(ModelSpecific.sysenterEsp));
};

export const systemExit = (machine: PrivilegedMachine): void => {
  const { state, operandSize } = machine;
  const base = state.modelSpecificOf(ModelSpecific.sysenterCs).lo & 0xfffc;
  if (base === 0) machine.fault(Vector.GP, 0);
  const to64 = operandSize === 64;
  const offset = state.general[rDX];
  const stack = state.general[rCX];
  if (to64 && !(isCanonical(offset.hi) && isCanonical(stack.hi))) machine.fault(Vector.GP, 0);
  const code = base + (to64 ? 32 : 16);
  enter(machine, { code: code | 3, stack: (code + 8) | 3, mode: to64 ? 64 : 32, dpl: 3, offset });
  machine.setGeneral(to64 ? 64 : 32, rSP, stack);
};
