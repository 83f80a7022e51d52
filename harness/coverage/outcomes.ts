/**
 * The outcome classes of a form: what can come of executing it at CPL 3 in the sandbox. Derived from its row, each class
 * once and with its place in the manuals. Coverage counts which were reached; captures are chosen to reach them all.
 */
import { flagEffects } from '../../emulator/isa/flags.ts';
import type { Form } from '../../emulator/isa/form.ts';
import type { Mode } from '../../emulator/isa/modes.ts';
import {
  breakpoint,
  debugTrap,
  type FormFacts,
  factsOf,
  isAlwaysUndefined,
  isOneOf,
  isPrivileged,
  softwareInterrupt,
} from './form-facts.ts';
import { isAcross, isRefusedInData, type Outcome } from './outcome.ts';
import {
  always,
  checksBounds,
  conditionHolds,
  countAfter,
  countBefore,
  countsInRegister,
  dividesByImmediate,
  fetch,
  isExecuted,
  isFault,
  isFaultOf,
  isNext,
  isPageFault,
  isRepeat,
  isUsual,
  leavesSegment,
  loadsBase,
  mayJump,
  repeats,
  selects,
  shiftCount,
  tellsByZero,
  write,
  zeroFlagAfter,
} from './outcome-tests.ts';

export interface OutcomeClass {
  readonly name: string;
  readonly place: string;
  exists(facts: FormFacts): boolean;
  /** Asked of outcomes of forms that have it. */
  isReached(outcome: Outcome): boolean;
}

/** Those of one form, in the order of the table. */
export const outcomesOf = (form: Form, mode: Mode): readonly OutcomeClass[] => {
  const key = form.id * 128 + mode;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const facts = factsOf(form, mode);
  const found = outcomeClasses.filter((one) => one.exists(facts));
  cache.set(key, found);
  return found;
};

const cache = new Map<number, readonly OutcomeClass[]>();

const outcomeClasses: readonly OutcomeClass[] = [
  {
    name: 'executed',
    place: 'SDM 2A 3.1',
    exists: isUsual,
    isReached: ({ answer, hasWrongLock }) =>
      !hasWrongLock && (answer.status === 'executed' || answer.status === 'system call'),
  },
  { name: 'taken', place: 'SDM 2A Jcc, LOOP', exists: mayJump, isReached: (o) => isExecuted(o) && !isNext(o) },
  { name: 'not taken', place: 'SDM 2A Jcc, LOOP', exists: mayJump, isReached: isNext },
  {
    name: 'condition true',
    place: 'SDM 2D B.1.4.7',
    exists: selects,
    isReached: (o) => isExecuted(o) && conditionHolds(o),
  },
  {
    name: 'condition false',
    place: 'SDM 2D B.1.4.7',
    exists: selects,
    isReached: (o) => isExecuted(o) && !conditionHolds(o),
  },
  { name: 'ZF = 1', place: 'SDM 1 3.4.3.1', exists: tellsByZero, isReached: (o) => zeroFlagAfter(o) === 1 },
  { name: 'ZF = 0', place: 'SDM 1 3.4.3.1', exists: tellsByZero, isReached: (o) => zeroFlagAfter(o) === 0 },
  {
    name: 'count of zero',
    place: 'SDM 2B SAL/SAR/SHL/SHR',
    exists: countsInRegister,
    isReached: (o) => isExecuted(o) && shiftCount(o) === 0,
  },
  {
    name: 'repeated',
    place: 'SDM 2B REP',
    exists: repeats,
    isReached: (o) => isExecuted(o) && isRepeat(o) && countBefore(o) > 1 && countAfter(o) === 0,
  },
  {
    name: 'repeated no time',
    place: 'SDM 2B REP',
    exists: repeats,
    isReached: (o) => isExecuted(o) && isRepeat(o) && countBefore(o) === 0,
  },
  {
    name: 'repetition ended by ZF',
    place: 'SDM 2B REP',
    exists: (facts) => repeats(facts) && facts.form.needs.has('REPE'),
    isReached: (o) => isExecuted(o) && isRepeat(o) && countAfter(o) > 0,
  },
  {
    name: 'repetition interrupted by a fault',
    place: 'SDM 2B REP',
    exists: repeats,
    isReached: (o) => isFault(o, 14) && isRepeat(o) && countAfter(o) < countBefore(o) && countAfter(o) > 0,
  },
  {
    name: '#UD by LOCK',
    place: 'SDM 2A LOCK',
    // Where the memory destination is the only one, LOCK is always allowed.
    exists: ({ form }) => !form.needs.has('LOCK') || form.operands[0]?.memory !== 'must',
    isReached: (o) => o.hasWrongLock && isFault(o, 6),
  },
  {
    name: '#UD',
    place: 'SDM 2B UD',
    exists: ({ form }) => isAlwaysUndefined(form),
    isReached: (o) => !o.hasWrongLock && isFault(o, 6),
  },
  {
    name: '#GP by privilege',
    place: 'SDM 3A 5.9, 19.5.1',
    exists: ({ form }) => isPrivileged(form),
    isReached: (o) => isFaultOf(o, 13, false),
  },
  {
    name: '#GP of the gate',
    place: 'SDM 2A INT n',
    exists: ({ form }) => isOneOf(form, softwareInterrupt),
    isReached: (o) => isFaultOf(o, 13, true),
  },
  {
    name: '#BP',
    place: 'SDM 2A INT n',
    exists: ({ form }) => isOneOf(form, breakpoint),
    isReached: (o) => isFault(o, 3),
  },
  {
    name: '#DB',
    place: 'SDM 2A INT n',
    exists: ({ form }) => isOneOf(form, debugTrap),
    isReached: (o) => isFault(o, 1),
  },
  {
    name: '#OF',
    place: 'SDM 2A INT n',
    exists: ({ form }) => form.flags === flagEffects['interrupt-overflow'],
    isReached: (o) => isFault(o, 4),
  },
  {
    name: '#BR',
    place: 'SDM 2A BOUND',
    exists: ({ form }) => isOneOf(form, checksBounds),
    isReached: (o) => isFault(o, 5),
  },
  {
    name: '#DE',
    place: 'SDM 2A DIV, IDIV, AAM',
    exists: ({ form }) => form.flags === flagEffects.divide || isOneOf(form, dividesByImmediate),
    isReached: (o) => isFault(o, 0),
  },
  { name: '#PF read', place: 'SDM 3A 4.7', exists: ({ reads }) => reads, isReached: (o) => isPageFault(o, 0) },
  { name: '#PF write', place: 'SDM 3A 4.7', exists: ({ writes }) => writes, isReached: (o) => isPageFault(o, write) },
  {
    name: '#PF across pages',
    place: 'SDM 3A 4.7',
    // Sixteen bytes must be aligned, or #GP comes first.
    exists: ({ accessBits }) => accessBits > 8 && accessBits < 128,
    isReached: (o) =>
      o.answer.status === 'fault' &&
      o.answer.vector === 14 &&
      (o.answer.error & fetch) === 0 &&
      isAcross(o, o.answer.address ?? 0n),
  },
  { name: '#PF fetch', place: 'SDM 3A 4.7', exists: always, isReached: (o) => isPageFault(o, fetch) },
  {
    name: '#GP of memory',
    place: 'SDM 3A 5.3, 5.4; SDM 1 3.3.7.1',
    exists: ({ usesData }) => usesData,
    isReached: (o) => isFaultOf(o, 13, false) && isRefusedInData(o),
  },
  {
    name: '#SS of memory',
    place: 'SDM 3A 5.3, 5.4; SDM 1 3.3.7.1',
    exists: ({ usesStackSegment }) => usesStackSegment,
    isReached: (o) => isFaultOf(o, 12, false),
  },
  {
    name: '#AC',
    place: 'SDM 3A 6.15, table 6-7',
    exists: ({ accessBits }) => accessBits > 8 && accessBits < 128,
    isReached: (o) => isFault(o, 17),
  },
  {
    name: '#GP unaligned',
    place: 'SDM 2A CMPXCHG8B/CMPXCHG16B',
    exists: ({ accessBits }) => accessBits === 128,
    isReached: (o) => isFaultOf(o, 13, false) && !isRefusedInData(o),
  },
  {
    name: '#GP of the target',
    place: 'SDM 2A CALL, JMP, Jcc; 2B RET',
    exists: leavesSegment,
    isReached: (o) => isFaultOf(o, 13, false) && !isRefusedInData(o),
  },
  {
    name: '#GP of a null selector or a far target',
    place: 'SDM 2A CALL, IRET, JMP; 2B RET; 3A 5.8.1',
    exists: ({ isFar }) => isFar,
    isReached: (o) => isFaultOf(o, 13, false) && !isRefusedInData(o),
  },
  {
    name: '#GP of a null selector',
    place: 'SDM 2B MOV, POP',
    exists: ({ loads, isFar }) => !isFar && loads.some((name) => name === 'ss' || name === 'any'),
    isReached: (o) => isFaultOf(o, 13, false) && !isRefusedInData(o),
  },
  {
    name: '#GP of a selector',
    place: 'SDM 2B MOV, POP; 3A 5.8.1',
    exists: ({ isFar, loads }) => isFar || loads.length > 0,
    isReached: (o) => isFaultOf(o, 13, true),
  },
  {
    name: '#NP of a selector',
    place: 'SDM 2B MOV, POP',
    // The sandbox has no absent code segment.
    exists: ({ loads, isFar }) => !isFar && loads.some((name) => name !== 'ss'),
    isReached: (o) => isFaultOf(o, 11, true),
  },
  {
    name: '#SS of a selector',
    place: 'SDM 2B MOV, POP; 2A IRET',
    exists: ({ loads }) => loads.some((name) => name === 'ss' || name === 'any'),
    isReached: (o) => isFaultOf(o, 12, true),
  },
  {
    name: '#GP of a base',
    place: 'SDM 2D WRFSBASE/WRGSBASE',
    exists: loadsBase,
    isReached: (o) => isFaultOf(o, 13, false),
  },
];
