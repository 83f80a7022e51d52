/** States in which a form faults: one recipe for each way in which memory, the stack, the code or LOCK can. */

import type { Form } from '../../../emulator/isa/form.ts';
import { Prefix } from '../../../emulator/isa/instruction.ts';
import { Register } from '../../../emulator/isa/registers.ts';
import { type FormFacts, factsOf } from '../../coverage/form-facts.ts';
import {
  codeAddress,
  codeOffset,
  pageBytes,
  type SandboxDescriptor,
  sandboxDescriptors,
  windowBase,
} from '../../sandbox.ts';
import { CS, Draft, DS, ES, rAX, rBP, rCX, SS } from './draft.ts';
import { encodingOf, type FormPlace, type Wish } from './encodings.ts';
import { plainDraft } from './plain.ts';
import { putValue, slotsOf } from './slots.ts';
import { isStackItem, putStackPointers, stackAddress } from './stack.ts';
import { farDraft } from './transfers.ts';

const alignmentCheck = 0x4_0000;
const firstUnmapped = BigInt(windowBase + 0x4000);
const readOnlyPage = BigInt(windowBase + 0x1000);
/** Where 48-bit addresses end (SDM 1 3.3.7.1). */
const canonicalEnd = 0x8000_0000_0000n;

export const faultDrafts = (place: FormPlace): readonly Draft[] => {
  const facts = factsOf(place.form, place.mode);
  return [
    ...lockDrafts(place),
    ...fetchDrafts(place),
    ...(facts.usesData ? memoryDrafts(place, facts) : []),
    ...(facts.form.implicit.some(isStackItem) && facts.accessBits > 0 ? stackDrafts(place, facts) : []),
    ...(facts.near === null ? [] : targetDrafts(place, facts)),
  ];
};

/** LOCK before a register form, or before what never allows it (SDM 2A LOCK). */
const lockDrafts = (place: FormPlace): readonly Draft[] => {
  const draft = plainDraft(place, 0);
  const isAllowed = place.form.needs.has('LOCK') && place.form.operands[0]?.memory === 'must';
  return draft === null || isAllowed ? [] : [draft.withLock()];
};

/** The instruction's last byte lies behind the code page. */
const fetchDrafts = (place: FormPlace): readonly Draft[] => {
  const draft = plainDraft(place, 0);
  if (draft === null) return [];
  const page = place.mode === 16 ? codeOffset : codeAddress;
  return [draft.setPlace(page + pageBytes - draft.lengthBytes + 1)];
};

interface MemoryWish extends Partial<Wish> {
  readonly address: bigint;
  readonly flags?: number;
  /** Which of two strings lies there; both by default. */
  readonly side?: 'source' | 'destination';
  /** Selector of the data segments, or of SS. */
  readonly data?: number;
  readonly stack?: number;
}

const memoryDrafts = (place: FormPlace, facts: FormFacts): readonly Draft[] =>
  memoryWishes(place, facts).flatMap((wish) => memoryDraft(place, wish) ?? []);

const memoryWishes = ({ form, mode }: FormPlace, facts: FormFacts): readonly MemoryWish[] => {
  const bytes = BigInt(Math.max(facts.accessBits >> 3, 1));
  const half = (bytes + 1n) / 2n;
  const isString = form.operands.some(({ place }) => place === 'string');
  const isInTwo = bytes > 1n;
  const wishes: MemoryWish[] = [{ address: firstUnmapped + 0x10n }];
  if (isInTwo) wishes.push({ address: firstUnmapped - half });
  if (facts.writes) wishes.push({ address: readOnlyPage + 0x10n });
  if (facts.writes && isInTwo) wishes.push({ address: readOnlyPage - half });
  if (isInTwo) wishes.push({ address: stackAddress + 1n, flags: alignmentCheck });
  if (isInTwo && bytes < 16n) wishes.push({ address: stackAddress + bytes, flags: alignmentCheck });
  if (isString) wishes.push(...stringWishes(facts, bytes));
  wishes.push(...(mode === 64 ? distantWishes(half) : segmentWishes(facts, bytes)));
  return wishes;
};

const isRepeating = ({ form }: FormFacts): boolean => form.needs.has('REP') || form.needs.has('REPE');

/** One string alone, and a REP that is interrupted in its third element. */
const stringWishes = (facts: FormFacts, bytes: bigint): readonly MemoryWish[] => {
  const wishes: MemoryWish[] = [
    { address: firstUnmapped, side: 'source' },
    { address: firstUnmapped, side: 'destination' },
  ];
  if (!isRepeating(facts)) return wishes;
  // What is compared is hardly ever equal, so that REPNE goes on.
  const repeat = facts.form.needs.has('REPE') ? Prefix.repne : Prefix.rep;
  const address = firstUnmapped - 2n * bytes;
  wishes.push({ address, side: 'source', repeat }, { address, side: 'destination', repeat });
  if (bytes > 1n) wishes.push({ address: address - bytes / 2n, side: 'destination', repeat });
  return wishes;
};

/** Either side of the end of canonical addresses, by DS and by SS. */
const distantWishes = (half: bigint): readonly MemoryWish[] => [
  { address: canonicalEnd },
  { address: canonicalEnd - half },
  { address: -canonicalEnd - 8n, base: rBP },
  { address: canonicalEnd, base: rBP },
];

const local = (is: (descriptor: SandboxDescriptor) => boolean): number =>
  sandboxDescriptors.find((one) => one.kind === 'data' && one.base !== 0 && is(one))?.selector ?? 0;
const small = local(({ limit }) => limit < 0x2000 && limit > 0x1000);
const unwritable = local(({ writable }) => writable === false);
const smallCode =
  sandboxDescriptors.find(({ kind, big, limit }) => kind === 'code' && big && limit < 0xffff)?.selector ?? 0;
const downward = local(({ expandDown, big }) => expandDown === true && big);

/** Limits, null and read-only segments; the same by SS. */
const segmentWishes = (facts: FormFacts, bytes: bigint): readonly MemoryWish[] => {
  const descriptor = sandboxDescriptors.find(({ selector }) => selector === small);
  const end = BigInt(windowBase + (descriptor?.limit ?? 0));
  const wishes: MemoryWish[] = [
    { address: end + 2n - bytes, data: small },
    { address: end + 1n - bytes, data: small },
    { address: end + 0x20n, data: small },
    { address: stackAddress, data: 0 },
    { address: BigInt(windowBase + 0x800), data: downward },
    { address: end + 2n - bytes, stack: small, segment: Register.ss },
    { address: end + 0x20n, stack: small, segment: Register.ss },
  ];
  if (facts.writes) wishes.push({ address: stackAddress, data: unwritable });
  return wishes;
};

const memoryDraft = (place: FormPlace, wish: MemoryWish): Draft | null => {
  const { address, flags, side, data, stack, ...encoding } = wish;
  const instruction = encodingOf(place, { turn: 0, ...encoding, place: 'memory', ...immediateOf(place) });
  if (instruction === null) return null;
  const draft = new Draft(instruction);
  if (data !== undefined) draft.setSelector(DS, data).setSelector(ES, data);
  if (stack !== undefined) draft.setSelector(SS, stack);
  putStackPointers(draft, place.form);
  for (const slot of slotsOf(place.form, instruction)) if (slot.kind === 'register') putValue(draft, slot, 3n);
  draft.setGeneral(rAX, 0x8000_0001n);
  if (encoding.repeat !== undefined) draft.setGeneral(rCX, 5n);
  if (flags !== undefined) draft.addFlags(flags);
  const other = stackAddress - 0x400n;
  if (side === 'source') return draft.aim(address, other);
  return side === 'destination' ? draft.aim(other, address) : draft.aim(address);
};

/** The plainest immediates: what is meant to fault is memory. */
const immediateOf = ({ form }: FormPlace): { readonly immediate?: bigint } =>
  form.operands.some(({ place }) => place === 'immediate') ? { immediate: 1n } : {};

/** rSP where the top of the stack is not to be had. */
const stackDrafts = (place: FormPlace, facts: FormFacts): readonly Draft[] => {
  const { mode, form } = place;
  const item = form.implicit.find(isStackItem);
  const bytes = BigInt((item?.bits ?? 16) >> 3);
  const isPush = item?.kind === 'push';
  const up = isPush ? bytes : 0n;
  const places: StackWish[] = [
    { address: firstUnmapped + 0x800n },
    { address: firstUnmapped - 1n + up },
    { address: stackAddress + 1n, flags: alignmentCheck },
  ];
  // Whichever item is popped first.
  if (!isPush) places.push({ address: firstUnmapped - bytes - 1n }, { address: firstUnmapped - 2n * bytes - 1n });
  if (isPush) places.push({ address: readOnlyPage + 0x800n }, { address: readOnlyPage - 1n + up });
  if (mode === 64) places.push({ address: canonicalEnd + up }, { address: canonicalEnd - 1n + up });
  else places.push(...limitedStacks(bytes, up));
  return places.flatMap((wish) => stackDraft(place, facts, wish) ?? []);
};

interface StackWish {
  readonly address: bigint;
  readonly flags?: number;
  readonly selector?: number;
}

const limitedStacks = (bytes: bigint, up: bigint): readonly StackWish[] => {
  const end = BigInt(windowBase + 0x17ff);
  return [
    { address: end + 2n - bytes + up, selector: small },
    { address: end + 0x40n, selector: small },
    { address: BigInt(windowBase + 0x800), selector: downward },
    { address: BigInt(windowBase) + (up === 0n ? 0xffffn : 1n) },
  ];
};

const stackDraft = (place: FormPlace, facts: FormFacts, { address, flags, selector }: StackWish): Draft | null => {
  // Where there is an operand in memory, a state that has it.
  const draft = facts.isFar ? farDraft(place, 0) : plainDraft(place, facts.usesData ? 16 : 0);
  if (draft === null) return null;
  if (selector !== undefined) draft.setSelector(SS, selector);
  draft.aimStack(address).setGeneral(rBP, draft.general(4));
  if (flags !== undefined) draft.addFlags(flags);
  return draft;
};

/** Near targets outside of the code segment: beyond a small one, and of 32 bits in 16-bit code. */
const targetDrafts = (place: FormPlace, { near }: FormFacts): readonly Draft[] => {
  const { form, mode } = place;
  if (mode === 64) return [];
  const isShort = form.operands[0]?.encodedBits === 8;
  const isRelative = near === 'relative';
  const distance = isShort ? 0x7fn : mode === 16 ? 0x2_0000n : 0x2000n;
  return (isRelative ? conditionFlags : [0]).flatMap((flags) => {
    const wish = { turn: 0, place: 'register', ...(isRelative ? { immediate: distance } : {}) } as const;
    const instruction = encodingOf(place, wish);
    if (instruction === null) return [];
    const draft = new Draft(instruction).addFlags(flags);
    if (mode === 32) draft.setSelector(CS, smallCode).setPlace(codeOffset + pageBytes - 0x10);
    return [putTarget(draft, form)];
  });
};

/** Nothing, all, and S without O: one of them makes any condition true. Of LOOP and JCXZ rCX is 0. */
const conditionFlags = [0, 0x8d5, 0x80] as const;

/** In the operand's register, or on the stack. */
const putTarget = (draft: Draft, form: Form): Draft => {
  const target = 0x2_4000n;
  const item = form.implicit.find(({ kind }) => kind === 'pop');
  draft.setRegister(draft.instruction.operands[0] ?? 0, target);
  putStackPointers(draft, form);
  if (item !== undefined) draft.setMemory(stackAddress, BigInt.asUintN(item.bits, target), item.bits);
  return draft;
};
