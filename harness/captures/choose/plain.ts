/**
 * States of values: operands at boundaries, in registers and in memory by turns. What the values are follows from what
 * the form does to flags, and from which registers it reads.
 */
import { flagEffects } from '../../../emulator/isa/flags.ts';
import type { Form } from '../../../emulator/isa/form.ts';
import { type Instruction, OperandKind } from '../../../emulator/isa/instruction.ts';
import { NO_REGISTER, Register } from '../../../emulator/isa/registers.ts';
import { generalNumber } from '../../compare/execution-role.ts';
import { wideStackSelector } from '../../sandbox.ts';
import {
  bitOffsetAt,
  boundaryAt,
  conditionsAt,
  countAt,
  decimalAt,
  decimalFlagsAt,
  divisionAt,
  flagsAt,
  ones,
  shiftedAt,
  stateCount,
} from './boundaries.ts';
import { Draft, DS, FS, rAX, rDX, rSP, SS } from './draft.ts';
import { encodingOf, type FormPlace, type Wish } from './encodings.ts';
import { selectorAt } from './selectors.ts';
import { dataAddress, putValue, type Slot, slotsOf } from './slots.ts';
import { putCount, putPopped, putStackPointers } from './stack.ts';

export const plainDrafts = (place: FormPlace): readonly Draft[] =>
  Array.from({ length: stateCount }, (_, turn) => plainDraft(place, turn)).filter((draft) => draft !== null);

/** More of them, with other flags: where an input is so small that states of values come out the same. */
export const moreDrafts = (place: FormPlace): readonly Draft[] =>
  Array.from({ length: stateCount }, (_, turn) => plainDraft(place, turn)?.setFlags(conditionsAt(turn)) ?? null).filter(
    (draft) => draft !== null,
  );

/** State `turn` of the form; null where it has no encoding at all. */
export const plainDraft = (place: FormPlace, turn: number): Draft | null => {
  const { form } = place;
  const wantsMemory = turn % 3 === 1;
  const wish = { turn, ...immediatesAt(form, turn), ...segmentAt(turn) };
  const instruction =
    (wantsMemory ? lockedOrNot(place, wish) : encodingOf(place, { ...wish, place: 'register' })) ??
    encodingOf(place, { ...wish, place: 'memory' }) ??
    encodingOf(place, { ...wish, place: 'register' });
  if (instruction === null) return null;
  const draft = new Draft(instruction);
  const slots = slotsOf(form, instruction);
  if (turn % 5 === 4) putNoise(draft, slots);
  putStackPointers(draft, form);
  const values = valuesAt(form, slots, turn);
  draft.setFlags(slots.length === 0 ? conditionsAt(turn) : flagsOf(form, turn));
  for (const [k, slot] of slots.entries()) putValue(draft, slot, values[k] ?? 0n);
  if (isDivision(form)) putDivision(draft, slots, turn);
  putPopped(draft, form, turn);
  putCount(draft, form, turn);
  putPlace(draft, form, turn);
  return draft;
};

/** FS, of a base or a segment of its own, in one memory state. */
const segmentAt = (turn: number): { readonly segment?: number } => (turn === 10 ? { segment: Register.fs } : {});

/** Half of the memory states of a form that allows LOCK have it. */
const lockedOrNot = (place: FormPlace, wish: Omit<Wish, 'place'>): Instruction | null => {
  const isLocked = place.form.needs.has('LOCK') && wish.turn % 6 === 4;
  return encodingOf(place, { ...wish, place: 'memory', isLocked });
};

/** Immediates are part of the encoding, so that they are chosen with it. */
export const immediatesAt = (
  { operands, flags }: Form,
  turn: number,
): { readonly immediate?: bigint; readonly immediate2?: number } => {
  const all = operands.flatMap((spec, k) => (spec.place === 'immediate' ? [{ spec, k }] : []));
  const [first, second] = all;
  if (first === undefined) {
    const relative = operands.find(({ place }) => place === 'relative');
    return relative === undefined ? {} : { immediate: BigInt(distances[turn % distances.length] ?? 0) };
  }
  const bits = first.spec.encodedBits;
  const isCount = flags.byCount !== undefined || flags === flagEffects['bit-test'];
  const value = isCount ? BigInt(countAt(turn, operands[0]?.bits ?? 32)) : boundaryAt(turn, first.k, bits);
  const immediate = first.spec.signExtended ? BigInt.asIntN(bits, value) : value;
  return { immediate, ...(second === undefined ? {} : { immediate2: levels[turn % levels.length] ?? 0 }) };
};

/** Of near branches; never 0, so that a branch that is taken shows. */
const distances = [0x10, 0x7f, -0x80, -1, 1, 0x40, -0x20] as const;

/** Nesting levels of ENTER. */
const levels = [0, 1, 2, 3, 0, 31, 32, 5] as const;

const valuesAt = (form: Form, slots: readonly Slot[], turn: number): readonly bigint[] => {
  const { flags } = form;
  const bits = slots[0]?.bits ?? 64;
  if (flags === flagEffects.decimal || flags === flagEffects.ascii || flags === flagEffects['ascii-multiply'])
    return slots.map((slot) => BigInt(decimalAt(turn)) & ones(slot.bits));
  // LAR, VERR and their kin look at a segment.
  if (flags === flagEffects.zero && form.needs.has('PROTECTED'))
    return slots.map((_, k) => BigInt(selectorAt(turn + (slots.length - 1 - k) * 3)));
  const isShift = flags.byCount !== undefined;
  const isBitTest = flags === flagEffects['bit-test'];
  const isField = form.operands[2]?.place === 'vvvv';
  const values = slots.map((slot, k) => {
    if (isShift && k === 0) return shiftedAt(turn, slot.bits);
    if (isShift && slot.id === Register.cl) return BigInt(countAt(turn, bits));
    if (isField && k === slots.length - 1) return fieldAt(turn, slot.bits);
    if (isBitTest && k === 1) return bitOffsetAt(turn, slot.bits);
    // The pairs are for what is read.
    const rank = slot.isInput ? slots.slice(0, k).filter(({ isInput }) => isInput).length : outputRank;
    return boundaryAt(turn, rank, slot.bits);
  });
  return form.operands[0]?.access === 'rcw' ? matched(form, values, turn) : values;
};

const outputRank = 5;

/** A count or an index in bits 7:0, and a length above it: what BMI instructions take from their last operand. */
const fieldAt = (turn: number, bits: number): bigint =>
  BigInt(countAt(turn, bits) | (countAt(turn * 3 + 1, bits) << 8));

/** What CMPXCHG compares: the implicit accumulator, or pair of them, equals the destination in every other state. */
const matched = ({ operands }: Form, values: readonly bigint[], turn: number): readonly bigint[] => {
  if (turn % 2 === 1) return values;
  const [destination = 0n, second = 0n, third = 0n, ...rest] = values;
  if (operands.length === 2) return [destination, second, destination];
  const half = BigInt(operands[0]?.bits ?? 64) / 2n;
  const value = boundaryAt(turn, 0, Number(half));
  return [(value << half) | (value ^ 1n), value, value ^ 1n, third, ...rest];
};

const flagsOf = ({ flags }: Form, turn: number): number => {
  if (flags === flagEffects.decimal || flags === flagEffects.ascii) return decimalFlagsAt(turn);
  return ['O', 'S', 'Z', 'P'].some((letter) => flags.read.includes(letter)) ? conditionsAt(turn) : flagsAt(turn);
};

const isDivision = ({ flags }: Form): boolean => flags === flagEffects.divide;

/** Dividend in AX or rDX:rAX, divisor in the operand. */
const putDivision = (draft: Draft, [divisor]: readonly Slot[], turn: number): void => {
  if (divisor === undefined) return;
  const { high, low, divisor: value } = divisionAt(turn, divisor.bits);
  putValue(draft, divisor, value);
  const bits = BigInt(divisor.bits);
  if (divisor.bits === 8) draft.setRegister(Register.ax, (high << bits) | low);
  else draft.setGeneral(rAX, low).setGeneral(rDX, high);
};

/** The other registers hold something, and operands more than their width. */
const putNoise = (draft: Draft, slots: readonly Slot[]): void => {
  const count = draft.mode === 64 ? 16 : 8;
  for (let number = 0; number < count; number++) if (number !== rSP) draft.setGeneral(number, BigInt(0x5a00 + number));
  for (const { kind, id } of slots)
    if (kind === 'register') draft.setGeneral(generalNumber(id), 0xf0e1_d2c3_b4a5_9687n);
};

/** Memory is aimed at where it is accessed; where it is not, the address's registers are at boundaries. */
const putPlace = (draft: Draft, form: Form, turn: number): void => {
  const { instruction, mode } = draft;
  const isMemory = instruction.operands.subarray(0, instruction.operandCount).includes(OperandKind.memory);
  if (!isMemory) return;
  const spec = form.operands.find(({ memory }) => memory !== 'never');
  if (spec?.access === '' || form.needs.has('UNEVALUATED')) {
    for (const [k, id] of [instruction.base, instruction.index].entries())
      if (id !== NO_REGISTER) draft.setRegister(id, boundaryAt(turn, k, 64));
    return;
  }
  // Flat segments begin below what 16 bits can address.
  if (mode === 32 && instruction.addressSize === 16)
    draft.setSelector(DS, wideStackSelector).setSelector(SS, wideStackSelector);
  if (instruction.segment === Register.fs) putFs(draft);
  draft.aim(dataAddress);
};

const putFs = (draft: Draft): void => {
  if (draft.mode === 64) draft.setBase(0x10_1000n);
  else draft.setSelector(FS, wideStackSelector);
};
