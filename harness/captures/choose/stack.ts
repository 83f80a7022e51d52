/** The stack in plain states: where it lies, what is popped from it; and rCX of instructions that count. */
import type { Form, ImplicitSpec } from '../../../emulator/isa/form.ts';
import { factsOf } from '../../coverage/form-facts.ts';
import { boundaryAt } from './boundaries.ts';
import { type Draft, rBP, rCX, rSP } from './draft.ts';
import { offsetAt } from './selectors.ts';

export const stackAddress = 0x10_2800n;

export const isStackItem = ({ kind }: ImplicitSpec): boolean => kind === 'push' || kind === 'pop' || kind === 'frame';

/** rSP and rBP point into data where the form uses the stack. */
export const putStackPointers = (draft: Draft, { implicit }: Form): void => {
  if (!implicit.some(isStackItem)) return;
  draft.aimStack(stackAddress);
  draft.setGeneral(rBP, draft.general(rSP) + 0x40n);
};

/** POP, POPF, POPA, LEAVE and near RET: boundaries on the stack. */
export const putPopped = (draft: Draft, form: Form, turn: number): void => {
  const popped = form.implicit.find(({ kind }) => kind === 'pop' || kind === 'frame');
  if (popped === undefined) return;
  const isFlags = form.flags.written.includes('T');
  const isReturn = factsOf(form, draft.mode).near === 'return';
  const value = (k: number): bigint => {
    if (isFlags) return flagImages[turn % flagImages.length] ?? 0n;
    return isReturn && turn % 2 === 0 ? offsetAt(draft.mode, turn) : boundaryAt(turn, k, popped.bits);
  };
  // LEAVE finds its item where rBP points.
  const address = popped.kind === 'frame' ? stackAddress + 0x40n : stackAddress;
  for (let k = 0; k < Math.max(popped.count, 1); k++)
    draft.setMemory(address + BigInt(k * (popped.bits >> 3)), value(k), popped.bits);
};

/** Every flag alone but TF, all, and none. */
const flagImages: readonly bigint[] = [
  0n,
  0xffff_feffn,
  0xffff_ffff_ffff_feffn,
  ...[0, 2, 4, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 1, 3].map((bit) => 1n << BigInt(bit)),
];

/** LOOP and JCXZ: rCX about its turning point, and above what the address size counts. */
export const putCount = (draft: Draft, { implicit }: Form, turn: number): void => {
  if (!implicit.some(({ kind, register }) => kind === 'address-register' && register === 'cx')) return;
  draft.setGeneral(rCX, counts[turn % counts.length] ?? 0n);
};

const counts = [2n, 1n, 0n, 3n, 0x1_0000n, 0x1_0001n, 0x1_0000_0001n, 0x1_0000_0000n, 0xffffn, 0xffff_ffffn];
