/** States of instructions that go elsewhere or load segments: targets, selectors, and the frames that they come from. */
import { flagEffects } from '../../../emulator/isa/flags.ts';
import type { Form } from '../../../emulator/isa/form.ts';
import { type Instruction, OperandKind } from '../../../emulator/isa/instruction.ts';
import { classOf, Register, RegisterClass } from '../../../emulator/isa/registers.ts';
import { type FormFacts, factsOf } from '../../coverage/form-facts.ts';
import { dataSelector } from '../../sandbox.ts';
import { flagsAt, stateCount } from './boundaries.ts';
import { Draft } from './draft.ts';
import { encodingOf, type FormPlace } from './encodings.ts';
import { immediatesAt, plainDraft } from './plain.ts';
import { codeSelectorAt, offsetAt, selectorAt, stackSelectors } from './selectors.ts';
import { dataAddress } from './slots.ts';
import { putStackPointers, stackAddress } from './stack.ts';

/** Far transfers and loads of segments in turn; more states than others have, since selectors are many. */
export const farDrafts = (place: FormPlace): readonly Draft[] => {
  const { isFar, loads } = factsOf(place.form, place.mode);
  const usual = Array.from({ length: stateCount + 4 }, (_, turn) => farDraft(place, turn));
  const isOfStack = loads.some((name) => name === 'ss' || name === 'any');
  const stacks = isOfStack
    ? stackSelectors.map((selector) => farDraft(place, 0, isFar ? { stack: selector } : { selector }))
    : [];
  return [...usual, ...stacks].filter((draft) => draft !== null);
};

/** What is loaded, in place of what the turn says. */
interface Loaded {
  readonly selector?: number;
  /** Into SS, from a frame. */
  readonly stack?: number;
}

/** Turn 0 goes to a good place. */
export const farDraft = (place: FormPlace, turn: number, loaded: Loaded = {}): Draft | null => {
  const facts = factsOf(place.form, place.mode);
  const offset = offsetAt(place.mode, turn);
  const selector = loaded.selector ?? (facts.isFar ? codeSelectorAt(place.mode, turn) : selectorAt(turn));
  const instruction = farEncoding(place, { turn, offset, selector, isOfStack: loaded.selector !== undefined });
  if (instruction === null) return null;
  const draft = new Draft(instruction).setFlags(flagsAt(turn));
  putStackPointers(draft, place.form);
  putFarOperands(draft, facts, { offset, selector });
  putFrame(draft, place.form, { offset, selector, turn, ...loaded });
  return draft;
};

interface Target {
  readonly offset: bigint;
  readonly selector: number;
}

interface FarWish extends Target {
  readonly turn: number;
  /** SS is loaded, where the form has a choice. */
  readonly isOfStack: boolean;
}

const farEncoding = (place: FormPlace, { turn, offset, selector, isOfStack }: FarWish): Instruction | null => {
  const { form, mode } = place;
  const direct = form.operands.find((spec) => spec.place === 'far-pointer');
  const hasChoice = form.operands.some((spec) => spec.place === 'reg' && spec.registerClass === RegisterClass.segment);
  const reg = hasChoice ? { reg: isOfStack ? Register.ss : (segments[turn % segments.length] ?? Register.ds) } : {};
  const immediates =
    direct === undefined
      ? immediatesAt(form, turn)
      : { immediate: BigInt.asUintN(direct.encodedBits, offset), immediate2: selector };
  const wish = { turn, ...reg, ...immediates };
  // Memory in another address size would not reach the data of flat segments.
  const memory = { ...wish, turn: turn % 8 === 5 && mode === 32 ? 0 : turn, place: 'memory' } as const;
  const register = { ...wish, place: 'register' } as const;
  const first = turn % 2 === 0 ? encodingOf(place, register) : encodingOf(place, memory);
  return first ?? encodingOf(place, memory) ?? encodingOf(place, register);
};

const segments = [Register.ds, Register.es, Register.fs, Register.gs] as const;

/** A selector in a register or in memory; a far pointer in memory. */
const putFarOperands = (draft: Draft, { form }: FormFacts, { offset, selector }: Target): void => {
  const { instruction } = draft;
  for (const [k, spec] of form.operands.entries()) {
    const entry = instruction.operands[k] ?? 0;
    const registerClass = classOf(entry);
    if (registerClass >= RegisterClass.gpr16 && registerClass <= RegisterClass.gpr64)
      draft.setRegister(entry, BigInt(selector));
    if (entry !== OperandKind.memory) continue;
    const isFar = spec.memoryBits > 16;
    const offsetBits = BigInt(spec.memoryBits - 16);
    const value = isFar
      ? BigInt.asUintN(Number(offsetBits), offset) | (BigInt(selector) << offsetBits)
      : BigInt(selector);
    draft.setMemory(dataAddress, value, spec.memoryBits);
    draft.aim(dataAddress);
  }
};

/** What RETF, IRET and POP find on the stack. */
const putFrame = (
  draft: Draft,
  form: Form,
  { offset, selector, turn, stack: wanted }: Target & { readonly turn: number; readonly stack?: number },
): void => {
  const popped = form.implicit.find(({ kind }) => kind === 'pop');
  if (popped === undefined) return;
  const flags = [0x202, 0x8d7, 0x4202, 0x24_0602, 0x3202][turn % 5] ?? 0x202;
  const stack = wanted ?? dataSelector[draft.mode];
  const items = [
    offset,
    BigInt(selector),
    BigInt(flags),
    stackAddress - (draft.mode === 16 ? 0x10_0000n : 0n),
    BigInt(stack),
  ];
  const values = popped.count === 1 ? [BigInt(selector)] : items;
  putItems(draft, popped.bits, values.slice(0, popped.count));
};

const putItems = (draft: Draft, bits: number, values: readonly bigint[]): void => {
  for (const [k, value] of values.entries())
    draft.setMemory(stackAddress + BigInt(k * (bits >> 3)), BigInt.asUintN(bits, value), bits);
};

/** BOUND: the index below, at, between and above bounds. */
export const boundDrafts = (place: FormPlace): readonly Draft[] =>
  Array.from({ length: stateCount }, (_, turn) => {
    const draft = plainDraft(place, turn);
    if (draft === null) return null;
    const bits = place.form.operands[0]?.bits ?? 16;
    const [index, lower, upper] = (bounds[turn % bounds.length] ?? [0, 0, 0]).map(BigInt);
    const entry = draft.instruction.operands[0] ?? 0;
    const fresh = new Draft(draft.instruction).setRegister(entry, BigInt.asUintN(bits, index ?? 0n));
    fresh.setMemory(dataAddress, BigInt.asUintN(bits, lower ?? 0n), bits);
    fresh.setMemory(dataAddress + BigInt(bits >> 3), BigInt.asUintN(bits, upper ?? 0n), bits);
    fresh.setFlags(flagsAt(turn));
    return fresh.aim(dataAddress);
  }).filter((draft) => draft !== null);

const bounds: readonly (readonly [index: number, lower: number, upper: number])[] = [
  [0, 0, 0],
  [1, 0, 0],
  [-1, 0, 0],
  [5, 1, 9],
  [1, 1, 9],
  [9, 1, 9],
  [10, 1, 9],
  [0, 1, 9],
  [-1, -2, 1],
  [0x7fff, -0x8000, 0x7fff],
  [-0x8000, -0x8000, 0x7fff],
  [-0x8000, -0x7fff, 0x7fff],
  [0x7fff, -0x8000, 0x7ffe],
  [3, 9, 1],
  [-5, -9, -1],
  [-10, -9, -1],
  [0, -9, -1],
  [0x100, 0xff, 0x101],
  [0xff, 0xff, 0x101],
  [0x102, 0xff, 0x101],
];

/** Does the form load CS or another segment register, from anywhere but a general flow of values? */
export const isFarOrLoad = (form: Form, { mode }: Pick<Instruction, 'mode'>): boolean => {
  const { isFar, loads } = factsOf(form, mode);
  return isFar || loads.length > 0;
};

/** BOUND has no flags, and two bounds in memory. */
export const isBoundCheck = ({ operands, flags }: Form): boolean =>
  flags === flagEffects.none && operands[1]?.token.includes('&') === true && operands[0]?.access === 'r';
