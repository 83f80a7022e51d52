/** The state that says nothing: what others are told, and made small, against. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { CpuState, StateWord } from '../../execution.ts';
import { codeAddress, codeOffset, codeSelector, dataSelector, realSelector } from '../../sandbox.ts';
import { fixedFlags } from './flags.ts';
import { settleBases } from './segments.ts';

/** The plainest state of a mode: registers zero, its segments and place, no flag set. */
export const homeState = (mode: Mode): CpuState => {
  const state = new CpuState();
  const { words } = state;
  words[StateWord.rip] = mode === 16 ? codeOffset : codeAddress;
  words[StateWord.rflags] = fixedFlags;
  for (let k = 0; k < 6; k++) words[StateWord.selectors + k] = k < 4 ? dataSelector[mode] : 0;
  words[StateWord.selectors + 1] = codeSelector[mode];
  return state;
};

/** The same of real mode. */
export const realHomeState = (): CpuState => {
  const state = homeState(16);
  const { words } = state;
  words[StateWord.real] = 1;
  for (let k = 0; k < 6; k++) words[StateWord.selectors + k] = realSelector;
  settleBases(state, 16);
  return state;
};

/** The plainest state in the mode that an execution begins in. */
export const homeOf = (mode: Mode, { isReal }: CpuState): CpuState => (isReal ? realHomeState() : homeState(mode));
