/** States of string instructions and XLAT: pointers, counts, both directions, overlaps, and what they find. */
import type { Form } from '../../../emulator/isa/form.ts';
import { Prefix } from '../../../emulator/isa/instruction.ts';
import { Register } from '../../../emulator/isa/registers.ts';
import { boundaryAt, flagsAt, stateCount } from './boundaries.ts';
import { Draft, rAX, rCX } from './draft.ts';
import { encodingOf, type FormPlace } from './encodings.ts';

const direction = 0x400;
const source = 0x10_2100n;
const destination = 0x10_0200n;

export const stringDrafts = (place: FormPlace): readonly Draft[] =>
  Array.from({ length: stateCount }, (_, turn) => stringDraft(place, turn)).filter((draft) => draft !== null);

const stringDraft = (place: FormPlace, turn: number): Draft | null => {
  const { form } = place;
  const repeat = repeatAt(form, turn);
  // FS and GS have bases of their own in 64-bit mode only.
  const segment = turn % 10 === 9 && place.mode === 64 ? { segment: Register.fs } : {};
  const instruction = encodingOf(place, { place: 'register', turn, repeat, ...segment });
  if (instruction === null) return null;
  const draft = new Draft(instruction);
  const bits = Math.max(...form.operands.map(({ memoryBits }) => memoryBits));
  draft.setFlags(flagsAt(turn >> 1) | (turn % 2 === 1 ? direction : 0));
  draft.setGeneral(rAX, boundaryAt(turn, 0, 64));
  if (repeat !== 0) draft.setGeneral(rCX, countOf(turn));
  const overlap = turn % 7 === 6 ? source + BigInt(turn - 12) : destination;
  draft.aim(source, overlap);
  putElements(draft, turn, bits);
  return draft;
};

const repeatAt = ({ needs }: Form, turn: number): number => {
  if (!needs.has('REP') && !needs.has('REPE')) return 0;
  return [0, Prefix.rep, Prefix.rep, Prefix.repne][turn % 4] ?? 0;
};

const countOf = (turn: number): bigint => BigInt([3, 0, 1, 2, 5, 8, 0, 4][(turn >> 1) % 8] ?? 1);

/** What is compared is equal, but for one element that comes in due course; and what is scanned for is rAX. */
const putElements = (draft: Draft, turn: number, bits: number): void => {
  const size = BigInt(bits >> 3);
  for (let k = -4n; k <= 4n; k++) {
    const value = boundaryAt(turn, 0, bits);
    const isOdd = turn % 3 !== 0 && (k === BigInt((turn % 4) - 1) || k === -2n);
    draft.setMemory(source + k * size, value, bits);
    draft.setMemory(destination + k * size, isOdd ? boundaryAt(turn, 1, bits) : value, bits);
  }
};
