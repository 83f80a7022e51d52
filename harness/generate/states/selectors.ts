/** Selectors: those with which a state begins, and those that instructions load. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { type CpuState, StateWord } from '../../execution.ts';
import { codeSelector, dataSelector, realSelector, sandboxDescriptors } from '../../sandbox.ts';
import type { Random } from '../random.ts';

const flat = 0xffff_ffff;
const present = sandboxDescriptors.filter(({ absent }) => absent !== true);
const selectorsOf = (those: readonly { readonly selector: number }[]): readonly number[] =>
  those.map(({ selector }) => selector);

/** What each segment register may hold to begin with. */
const dataSelectors = selectorsOf(present.filter(({ kind, readable }) => kind === 'data' || readable === true));
const stackSelectors = selectorsOf(present.filter(({ kind, writable }) => kind === 'data' && writable === true));
/** Code in 32-bit segments that do not begin at 0: their ends can be met. */
const smallCode = selectorsOf(present.filter(({ kind, big, limit }) => kind === 'code' && big && limit !== flat));

const CS = StateWord.selectors + 1;
const SS = StateWord.selectors + 2;

/** Those of the mode, but for one state in four outside 64-bit mode. */
export const drawSelectors = ({ words }: CpuState, mode: Mode, random: Random): void => {
  const data = dataSelector[mode];
  for (let k = 0; k < 6; k++) words[StateWord.selectors + k] = data;
  words[StateWord.selectors + 4] = 0;
  words[StateWord.selectors + 5] = 0;
  words[CS] = codeSelector[mode];
  if (mode === 64) return;
  const lot = random.next();
  if ((lot & 1) === 0) words[StateWord.selectors + 4 + ((lot >>> 1) & 1)] = data;
  if ((lot & 0xc) !== 0) return;
  if ((lot & 0x30) === 0) words[SS] = random.pick(stackSelectors);
  if (mode === 32 && (lot & 0x1c0) === 0) words[CS] = random.pick(smallCode);
  for (let k = 0; k < 2; k++) {
    const register = random.pick(dataRegisters);
    words[StateWord.selectors + register] = random.chance(1, 6) ? 0 : random.pick(dataSelectors);
  }
};

const dataRegisters = [0, 3, 4, 5] as const;

/** The window's, mostly; else others from which something of it can be met, or either side of 1 MiB, or the vectors. */
export const drawRealSelectors = ({ words }: CpuState, random: Random): void => {
  for (let k = 0; k < 6; k++) words[StateWord.selectors + k] = realSelector;
  const lot = random.next();
  if ((lot & 7) === 0) words[CS] = realSelector + ((lot >>> 3) & 0xff);
  if ((lot & 0x300) === 0) words[SS] = drawRealSelector(random);
  if ((lot & 0xc00) === 0) words[StateWord.selectors + random.pick(dataRegisters)] = drawRealSelector(random);
};

/** Any segment can be loaded. */
export const drawRealSelector = (random: Random): number => {
  const lot = random.next();
  const kind = lot & 15;
  if (kind < 8) return realSelector;
  if (kind < 12) return realSelector + (((lot >>> 4) & 0x1fff) - 0x1000);
  if (kind < 14) return 0xf000 + ((lot >>> 4) & 0xfff);
  return kind === 14 ? 0 : (lot >>> 4) & 0xffff;
};

const loadable = selectorsOf(sandboxDescriptors);
const codeSelectors = selectorsOf(sandboxDescriptors.filter(({ kind }) => kind === 'code'));

/** Something to load: the sandbox's, null ones, and some that are not there; with any RPL now and then. */
export const drawSelector = (random: Random): number => {
  const lot = random.next();
  const selector = (lot & 7) === 0 ? (lot >>> 3) & 3 : (lot & 7) === 1 ? absent(lot) : random.pick(loadable);
  return (lot & 0xf00) === 0 ? (selector & ~3) | ((lot >>> 12) & 3) : selector;
};

/** Code, for far transfers: that of the mode half of the time. */
export const drawCodeSelector = (mode: Mode, random: Random): number => {
  const lot = random.below(8);
  if (lot < 4) return codeSelector[mode];
  return lot < 7 ? random.pick(codeSelectors) : drawSelector(random);
};

/** Behind the end of the sandbox's table. */
const absent = (lot: number): number => 0x80 + ((lot >>> 16) & 0x78) + 7;
