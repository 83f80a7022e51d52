/** Segments of a state as far as addresses need them: where a selector's segment begins, and how many bytes it has. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { type CpuState, StateWord } from '../../execution.ts';
import { type SandboxDescriptor, sandboxDescriptors } from '../../sandbox.ts';

/** Selectors of the sandbox are small. */
const bySelector: readonly (SandboxDescriptor | undefined)[] = ((): (SandboxDescriptor | undefined)[] => {
  const all: (SandboxDescriptor | undefined)[] = [];
  for (const descriptor of sandboxDescriptors) all[descriptor.selector | 3] = descriptor;
  return all;
})();

/** Undefined of a null selector, and of one that the sandbox does not have. */
export const descriptorOf = (selector: number): SandboxDescriptor | undefined => bySelector[selector | 3];

/** Where segment register `number` begins, bits 31:0. */
export const baseOf = ({ words, isReal }: CpuState, mode: Mode, number: number): number => {
  if (isReal) return (words[StateWord.selectors + number] ?? 0) << 4;
  if (mode !== 64) return descriptorOf(words[StateWord.selectors + number] ?? 0)?.base ?? 0;
  if (number < 4) return 0;
  return words[number === 4 ? StateWord.fsBase : StateWord.gsBase] ?? 0;
};

/** Bits 63:32 of the same. */
export const baseHighOf = ({ words }: CpuState, mode: Mode, number: number): number =>
  mode !== 64 || number < 4 ? 0 : (words[(number === 4 ? StateWord.fsBase : StateWord.gsBase) + 1] ?? 0);

/** Where the base of FS and GS of a narrow mode is told a second time, it is that of their selectors. */
export const settleBases = (state: CpuState, mode: Mode): void => {
  if (mode === 64) return;
  const { words } = state;
  words[StateWord.fsBase] = baseOf(state, mode, 4);
  words[StateWord.fsBase + 1] = 0;
  words[StateWord.gsBase] = baseOf(state, mode, 5);
  words[StateWord.gsBase + 1] = 0;
};
