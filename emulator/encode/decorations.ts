/** Masks, broadcast and rounding of EVEX (SDM 2A 2.7), masks and conversions of MVEX: what a form allows of them. */
import { isConditional, isPromoted } from '../isa/apx.ts';
import { convertedBits, swizzles } from '../isa/conversions.ts';
import type { Form } from '../isa/form.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { Encoding, encodingOf } from '../isa/opcode-map.ts';
import { classOf, NO_REGISTER, numberOf, RegisterClass } from '../isa/registers.ts';
import type { Choices, Unencodable } from './choices.ts';

/** Sets aaa, z and, where it is a rounding mode, L'L; b, SSS and E are set before, because displacements hang on them. */
export const chooseDecorations = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  const problem = choosePromoted(form, choices, into);
  if (problem !== null || isPromoted(form)) return problem ?? choosesNone(choices);
  const encoding = encodingOf(form.map);
  if (encoding === Encoding.mvex) return chooseMvex(form, choices, into);
  if (choices.conversion !== undefined || choices.eviction !== undefined) return 'conversion';
  if (encoding !== Encoding.evex) return choosesNone(choices);
  const mod = into.operands.subarray(0, into.operandCount).includes(OperandKind.memory) ? 'memory' : 'register';
  return (
    chooseMask(form, choices, into) ??
    (mod === 'memory' ? checkBroadcast(form, choices) : chooseRounding(form, choices, into))
  );
};

/** NF of APX, and what conditional comparisons have in its place, in that of masks and in vvvv. */
const choosePromoted = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  const { suppressesFlags = false, sourceCondition = 10, defaultFlags = 0 } = choices;
  if (isConditional(form)) {
    if (!isNibble(sourceCondition) || !isNibble(defaultFlags)) return 'source-condition';
    into.mask = sourceCondition & 7;
    into.vvvv = (~defaultFlags & 15) | ((~sourceCondition & 8) << 1);
  } else {
    if (choices.sourceCondition !== undefined || choices.defaultFlags !== undefined) return 'source-condition';
    if (form.nf === 1 || suppressesFlags) into.mask = 4;
  }
  return suppressesFlags && (!isPromoted(form) || form.nf !== -1 || isConditional(form)) ? 'flags-suppressed' : null;
};

const isNibble = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 15;

const chooseMvex = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  const { mask: _, ...others } = choices;
  const problem = choosesNone(others) ?? chooseMask(form, choices, into);
  if (problem !== null) return problem;
  const { conversion, eviction } = into;
  if (choices.eviction !== undefined && choices.eviction !== eviction) return 'conversion';
  if (conversion === 0) return null;
  return Number.isInteger(conversion) && conversion > 0 && conversion < 8 && hasConversion(form, into)
    ? null
    : 'conversion';
};

const hasConversion = (form: Form, { operands, operandCount, conversion, eviction }: Instruction): boolean => {
  const place = operands.subarray(0, operandCount).indexOf(OperandKind.memory);
  if (place >= 0) return convertedBits(form.conversion, form.operands[place].memoryBits, conversion) > 0;
  return eviction === 1 ? !form.needs.has('NO-SSS-WITH-E') : swizzles(form.conversion);
};

const choosesNone = ({ mask, zeroing, broadcast, rounding }: Choices): Unencodable | null => {
  if (mask !== undefined) return 'mask';
  if (zeroing === true) return 'zeroing';
  if (broadcast === true) return 'broadcast';
  return rounding === undefined ? null : 'rounding';
};

const chooseMask = (form: Form, { mask, zeroing = false }: Choices, into: Instruction): Unencodable | null => {
  const isRequired = form.needs.has('MASK-REQUIRED');
  const id = mask ?? (isRequired ? (RegisterClass.mask << 5) + 1 : NO_REGISTER);
  if (id !== NO_REGISTER) {
    const isMask = classOf(id) === RegisterClass.mask && numberOf(id) > 0 && numberOf(id) < 8;
    if (!isMask || !form.operands.some(({ masked }) => masked)) return 'mask';
    into.mask = numberOf(id);
  }
  if (!zeroing) return null;
  const canZero = form.operands.some((operand) => operand.zeroing);
  if (!canZero || into.mask === 0 || into.operands[0] === OperandKind.memory) return 'zeroing';
  into.zeroing = 1;
  return null;
};

const checkBroadcast = (form: Form, { broadcast = false, rounding }: Choices): Unencodable | null => {
  if (rounding !== undefined) return 'rounding';
  return broadcast && !form.operands.some(({ broadcastBits }) => broadcastBits > 0) ? 'broadcast' : null;
};

const chooseRounding = (
  form: Form,
  { broadcast = false, rounding }: Choices,
  into: Instruction,
): Unencodable | null => {
  if (broadcast) return 'broadcast';
  if (rounding === undefined) return null;
  const offered = form.operands.find((operand) => operand.rounding !== '')?.rounding;
  if (offered !== (rounding === 'sae' ? 'sae' : 'er')) return 'rounding';
  if (rounding !== 'sae') into.vectorLength = ['rn', 'rd', 'ru', 'rz'].indexOf(rounding);
  return null;
};

/** Operands that must not be one register: gathers, tiles, products of complex numbers. */
export const sharesRegister = ({ needs }: Form, { operands, operandCount, index }: Instruction): boolean => {
  const ofAll = needs.has('DISTINCT');
  if (!ofAll && !needs.has('DISTINCT-DESTINATION')) return false;
  const numbers = [...operands.subarray(0, operandCount)].flatMap((operand) =>
    operand === OperandKind.memory ? vectorIndex(index) : operand >= 32 ? [numberOf(operand)] : [],
  );
  const [destination, ...sources] = numbers;
  return ofAll ? new Set(numbers).size < numbers.length : sources.includes(destination);
};

const vectorIndex = (index: number): readonly number[] =>
  classOf(index) >= RegisterClass.xmm ? [numberOf(index)] : [];
