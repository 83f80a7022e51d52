/** The state that captures start from, and name only what differs from it. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { CpuState, StateWord } from '../execution.ts';
import { settleBases } from '../generate/states/segments.ts';
import { codeAddress, codeOffset, codeSelector, dataSelector } from '../sandbox.ts';

/** IF and the bit that is always 1. */
const usualFlags = 0x202;

/** Registers zero, the mode's own segments with FS and GS null, and the code page's first byte to be executed. */
export const plainState = (mode: Mode): CpuState => {
  const state = new CpuState();
  const { words } = state;
  words[StateWord.rip] = mode === 16 ? codeOffset : codeAddress;
  words[StateWord.rflags] = usualFlags;
  for (let segment = 0; segment < 4; segment++) words[StateWord.selectors + segment] = dataSelector[mode];
  words[StateWord.selectors + 1] = codeSelector[mode];
  settleBases(state, mode);
  return state;
};
