/** States in which machines begin: flat segments, or those of real mode. */
import type { Mode } from '../isa/modes.ts';
import { Flag } from '../isa/rflags.ts';
import { setFlatSegment, setRealSegment, setVirtual8086Segment } from './segments.ts';
import { Cr0, Cr4, Efer, type MachineState, ModelSpecific } from './state.ts';

/** Selectors as operating systems commonly have them; nothing reads a table until a segment is loaded. */
const codeSelectors = { 16: 0x0f, 32: 0x23, 64: 0x33 } as const;

/** What reset leaves of the rest (SDM 3A table 9-1): reserved bits that read as 1, x87 state in XCR0. */
const setBeginning = (state: MachineState): void => {
  state.debug[6].lo = 0xffff_0ff0 | 0;
  state.debug[7].lo = 0x400;
  state.extendedControl.lo = 1;
};

/** Real mode: segments at 0, 64 KiB each (SDM 3A 20.1). */
export const setRealMode = (state: MachineState): void => {
  state.control[0].lo = 0x10;
  state.isLongMode = false;
  setBeginning(state);
  for (const [number, segment] of state.segments.entries()) setRealSegment(segment, number, 0);
  // The vectors of real mode are at 0 (SDM 3A 20.1.4).
  state.idtr.limit = 0x3ff;
};

/** XCR0 as systems set it on CPUs with AVX-512: x87, SSE, AVX, mask registers, ZMM (SDM 1 13.1). */
const allStates = 0xe7;

/** Protected mode (64: IA-32e mode) with paging on, and flat segments of a privilege level. */
export const setFlatMode = (state: MachineState, mode: Mode, dpl: 0 | 3): void => {
  state.control[0].lo = Cr0.PE | 0x10 | Cr0.AM | Cr0.PG;
  state.control[4].lo = Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.UMIP | Cr4.FSGSBASE | Cr4.OSXSAVE;
  state.isLongMode = mode === 64;
  if (mode === 64) state.control[4].lo |= Cr4.PAE;
  state.modelSpecificOf(ModelSpecific.efer).lo = mode === 64 ? Efer.SCE | Efer.LME | Efer.NXE : 0;
  setBeginning(state);
  state.extendedControl.lo = allStates;
  for (const [number, segment] of state.segments.entries()) {
    const isCode = number === 1;
    const selector = (isCode ? codeSelectors[mode] : 0x2b) & ~3;
    setFlatSegment(segment, number, { selector: selector | dpl, mode, dpl });
  }
};

/** Virtual-8086 mode: protected mode with RFLAGS.VM, and segments as real mode has them (SDM 3A 20.2). */
export const setVirtual8086Mode = (state: MachineState): void => {
  setFlatMode(state, 16, 3);
  state.flags.value |= Flag.V;
  for (const [number, segment] of state.segments.entries()) setVirtual8086Segment(segment, number, 0);
};
