/** States in which machines begin: flat segments, or those of real mode. */
import type { Mode } from '../isa/modes.ts';
import { setFlatSegment, setRealSegment } from './segments.ts';
import { Cr0, Cr4, type MachineState } from './state.ts';

/** Selectors as operating systems commonly have them; nothing reads a table until a segment is loaded. */
const codeSelectors = { 16: 0x0f, 32: 0x23, 64: 0x33 } as const;

/** Real mode: segments at 0, 64 KiB each (SDM 3A 20.1). */
export const setRealMode = (state: MachineState): void => {
  state.control[0].lo = 0x10;
  state.isLongMode = false;
  for (const [number, segment] of state.segments.entries()) setRealSegment(segment, number, 0);
  // The vectors of real mode are at 0 (SDM 3A 20.1.4).
  state.idtr.limit = 0x3ff;
};

/** Protected mode (64: IA-32e mode) with paging on, and flat segments of a privilege level. */
export const setFlatMode = (state: MachineState, mode: Mode, dpl: 0 | 3): void => {
  state.control[0].lo = Cr0.PE | 0x10 | Cr0.AM | Cr0.PG;
  state.control[4].lo = Cr4.UMIP | Cr4.FSGSBASE;
  state.isLongMode = mode === 64;
  for (const [number, segment] of state.segments.entries()) {
    const isCode = number === 1;
    const selector = (isCode ? codeSelectors[mode] : 0x2b) & ~3;
    setFlatSegment(segment, number, { selector: selector | dpl, mode, dpl });
  }
};
