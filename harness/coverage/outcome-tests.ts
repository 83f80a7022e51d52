/** Questions that the outcome classes ask: of a form, whether it can have an outcome; of an execution, whether it had it. */
import { flagEffects } from '../../emulator/isa/flags.ts';
import type { Form } from '../../emulator/isa/form.ts';
import { OperandKind } from '../../emulator/isa/instruction.ts';
import { Register } from '../../emulator/isa/registers.ts';
import { StateWord } from '../execution.ts';
import type { FormFacts, OpcodeSet } from './form-facts.ts';
import type { Outcome } from './outcome.ts';

export const isFault = ({ answer }: Outcome, vector: number): boolean =>
  answer.status === 'fault' && answer.vector === vector;
export const isFaultOf = (outcome: Outcome, vector: number, isOfSelector: boolean): boolean =>
  outcome.answer.status === 'fault' &&
  outcome.answer.vector === vector &&
  (outcome.answer.error !== 0) === isOfSelector;
export const isExecuted = ({ answer, hasWrongLock }: Outcome): boolean => answer.status === 'executed' && !hasWrongLock;

/** Bits of a page fault's error code (SDM 3A 4.7). */
export const write = 2;
export const fetch = 16;
export const isPageFault = ({ answer }: Outcome, bits: number): boolean =>
  answer.status === 'fault' && answer.vector === 14 && (answer.error & (write | fetch)) === bits;

export const isUsual = ({ neverExecutes }: FormFacts): boolean => !neverExecutes;

export const always: (facts: FormFacts) => boolean = () => true;

export const zeroFlagAfter = ({ answer }: Outcome): number =>
  answer.status === 'executed' ? ((answer.state.words[StateWord.rflags] ?? 0) >>> 6) & 1 : -1;

/** The destination, or ZF alone, tells which of two ways it went. */
export const tellsByZero = ({ form, neverExecutes }: FormFacts): boolean =>
  !neverExecutes &&
  (form.flags === flagEffects.zero ||
    (form.flags.written.includes('Z') && form.operands.some(({ access }) => access.includes('c'))));

const isConditional = ({ flags }: Form): boolean => conditionEffects.includes(flags);
const conditionEffects: readonly Form['flags'][] = [
  flagEffects['cc-o'],
  flagEffects['cc-b'],
  flagEffects['cc-e'],
  flagEffects['cc-be'],
  flagEffects['cc-s'],
  flagEffects['cc-p'],
  flagEffects['cc-l'],
  flagEffects['cc-le'],
];

/** A jump that may not be taken: on a condition, or on rCX. */
export const mayJump = ({ form, near }: FormFacts): boolean =>
  near === 'relative' && (isConditional(form) || form.implicit.some(({ kind }) => kind === 'address-register'));

export const isNext = ({ answer, execution, instruction }: Outcome): boolean =>
  answer.status === 'executed' &&
  (answer.state.words[StateWord.rip] ?? 0) ===
    ((execution.state.words[StateWord.rip] ?? 0) + instruction.lengthBytes) >>> 0;

/** tttn in the opcode's low bits (SDM 2D B.1.4.7). */
export const conditionHolds = ({ form, execution }: Outcome): boolean => {
  const flags = execution.state.words[StateWord.rflags] ?? 0;
  const flag = (bit: number): boolean => ((flags >>> bit) & 1) === 1;
  const [C, P, Z, S, O] = [flag(0), flag(2), flag(6), flag(7), flag(11)];
  const tests = [O, C, Z, C || Z, S, P, S !== O, Z || S !== O];
  return (tests[(form.opcode >> 1) & 7] ?? false) !== ((form.opcode & 1) === 1);
};

export const selects = ({ form, near, neverExecutes }: FormFacts): boolean =>
  !neverExecutes && near === null && isConditional(form);

export const repeats = ({ form, neverExecutes }: FormFacts): boolean =>
  !neverExecutes && (form.needs.has('REP') || form.needs.has('REPE'));
const repeatPrefixes = 6;
export const isRepeat = ({ instruction }: Outcome): boolean => (instruction.prefixes & repeatPrefixes) !== 0;

/** rCX of the address size, before and after. */
export const countBefore = ({ execution, instruction }: Outcome): number =>
  counted(execution.state.words, instruction.addressSize);
export const countAfter = ({ answer, instruction }: Outcome): number =>
  answer.status === 'executed' || answer.status === 'fault' ? counted(answer.state.words, instruction.addressSize) : -1;
const rCX = StateWord.gpr + 2;
const counted = (words: Uint32Array, addressSize: number): number => {
  const low = words[rCX] ?? 0;
  if (addressSize === 16) return low & 0xffff;
  return addressSize === 32 ? low : low + (words[rCX + 1] ?? 0) * 2 ** 32;
};

export const countsInRegister = ({ form }: FormFacts): boolean =>
  form.flags.byCount !== undefined && form.operands.at(-1)?.fixed !== OperandKind.constantOne;
export const shiftCount = ({ form, instruction, execution }: Outcome): number => {
  const isInCl = form.operands.at(-1)?.fixed === Register.cl;
  const count = isInCl ? (execution.state.words[rCX] ?? 0) & 0xff : instruction.immediate & 0xff;
  return count & (form.operands[0]?.bits === 64 ? 63 : 31);
};

/** AAM (SDM 2A AAM). */
export const dividesByImmediate: OpcodeSet = { map: 0, opcodes: [0xd4] };
export /** SDM 2A BOUND. */
const checksBounds: OpcodeSet = { map: 0, opcodes: [0x62] };
/** WRFSBASE, WRGSBASE: a 32-bit base is always canonical. */
export const loadsBase = ({ form }: FormFacts): boolean =>
  form.needs.has('FSGSBASE') && form.operands.some(({ access, bits }) => access === 'r' && bits === 64);

/** A near target behind the limit of CS or not canonical (SDM 2A CALL, JMP; 2B RET). */
export const leavesSegment = ({ near, mode, form }: FormFacts): boolean => {
  if (near === null) return false;
  if (mode === 64) return near !== 'relative';
  // 16-bit code has the sandbox's whole window; a short jump does not lead out of it.
  return mode === 32 || (form.operandSize === 32 && form.operands[0]?.encodedBits !== 8);
};
