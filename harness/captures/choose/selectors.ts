/** Selectors and places that instructions load in turn: the sandbox's, null ones, and such as are not there. */
import type { Mode } from '../../../emulator/isa/modes.ts';
import { codeAddress, codeOffset, codeSelector, sandboxDescriptors, wideStackSelector } from '../../sandbox.ts';

const those = sandboxDescriptors.map(({ selector }) => selector);

/** Behind the end of the local table; a descriptor of the operating system; too little privilege. */
const wrong = [0x8f, 0x10, 0x2a & ~3] as const;

/** Each of the sandbox's, with null and wrong ones among them. */
export const selectorAt = (turn: number): number => loadable[turn % loadable.length] ?? 0;

const loadable = [0, ...those, 3, ...wrong, 1];

/** For SS: absent, null, not writable, code, behind the table's end; those that will do come last. */
export const stackSelectors: readonly number[] = [
  sandboxDescriptors.find(({ absent }) => absent === true)?.selector ?? 0,
  0,
  3,
  sandboxDescriptors.find(({ kind, writable }) => kind === 'data' && writable === false)?.selector ?? 0,
  0x23,
  ...wrong,
  0x2b,
  wideStackSelector,
];

const code = sandboxDescriptors.filter(({ kind }) => kind === 'code').map(({ selector }) => selector);

/** That of the mode first; then other code, data, null and wrong ones. */
export const codeSelectorAt = (mode: Mode, turn: number): number => {
  const all = [
    codeSelector[mode],
    ...code,
    0,
    0x2b,
    ...wrong,
    those[4] ?? 0,
    codeSelector[mode],
    codeSelector[mode] & ~3,
  ];
  return all[turn % all.length] ?? 0;
};

/** An offset to go to in a code segment: in 16-bit and small segments inside, at the end, and behind it. */
export const offsetAt = (mode: Mode, turn: number): bigint => {
  const usual = mode === 16 ? codeOffset : codeAddress;
  const all = [usual + 0x40, codeOffset + 0x80, 0xffff, 0x4000, 0x3fff, 0x1_0000, 0xffff_ffff, usual];
  if (mode === 64 && turn % 16 === 7) return 0x8000_0000_0000_0000n;
  return BigInt(all[turn % all.length] ?? usual);
};
