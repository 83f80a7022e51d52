/** The state that says nothing: what others are told, and made small, against. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { CpuState, StateWord } from '../../execution.ts';
import { codeAddress, codeOffset, codeSelector, dataSelector } from '../../sandbox.ts';
import { fixedFlags } from './flags.ts';

/** The plainest state: registers zero, segments and place of the mode, no flag set. */
export const homeState = (mode: Mode): CpuState => {
  const state = new CpuState();
  const { words } = state;
  words[StateWord.rip] = mode === 16 ? codeOffset : codeAddress;
  words[StateWord.rflags] = fixedFlags;
  for (let k = 0; k < 6; k++) words[StateWord.selectors + k] = k < 4 ? dataSelector[mode] : 0;
  words[StateWord.selectors + 1] = codeSelector[mode];
  return state;
};
