/** Immediates, branch distances, far pointers and direct addresses of a form. */
import type { Form, OperandSpec } from '../isa/form.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { NO_REGISTER, Register } from '../isa/registers.ts';
import type { Choices, Unencodable } from './choices.ts';

export const fillImmediates = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  let isSecond = false;
  for (const [k, spec] of form.operands.entries()) {
    if (spec.place === 'moffs') {
      into.operands[k] = OperandKind.memory;
      fillDirect(choices, into);
    }
    if (spec.encodedBits === 0 || spec.place === 'is4') continue;
    into.operands[k] = kindOf(spec, isSecond);
    const problem = isSecond ? fillSecond(spec, choices, into) : fillFirst(spec, choices, into);
    if (problem !== null) return problem;
    isSecond = true;
  }
  return null;
};

const kindOf = ({ place }: OperandSpec, isSecond: boolean): number => {
  if (place === 'relative') return OperandKind.branch;
  if (place === 'far-pointer') return OperandKind.farPointer;
  return isSecond ? OperandKind.immediate2 : OperandKind.immediate;
};

const fillFirst = (spec: OperandSpec, choices: Choices, into: Instruction): Unencodable | null => {
  const { encodedBits, place } = spec;
  const isExtended = spec.signExtended || place === 'relative';
  const value = choices.immediate ?? 0;
  if (!isInRange(value, encodedBits, isExtended)) return 'immediate';
  if (!isInRange(choices.immediateHigh ?? 0, encodedBits === 64 ? 32 : 0, false)) return 'immediate';
  into.immediateBytes += encodedBits >> 3;
  into.immediate = isExtended || encodedBits >= 32 ? value | 0 : value & ((1 << encodedBits) - 1);
  into.immediateHigh = encodedBits === 64 ? (choices.immediateHigh ?? 0) | 0 : isExtended ? into.immediate >> 31 : 0;
  if (place !== 'far-pointer') return null;
  const selector = choices.immediate2 ?? 0;
  if (!isInRange(selector, 16, false)) return 'immediate';
  into.immediateBytes += 2;
  into.immediate2 = selector & 0xffff;
  return null;
};

const fillSecond = (
  { encodedBits }: OperandSpec,
  { immediate2 = 0 }: Choices,
  into: Instruction,
): Unencodable | null => {
  if (!isInRange(immediate2, encodedBits, false)) return 'immediate';
  into.immediateBytes += encodedBits >> 3;
  into.immediate2 = immediate2 & ((1 << encodedBits) - 1);
  return null;
};

/** Fields that are sign-extended hold signed values only; the others either. 64 bits are given as two halves. */
const isInRange = (value: number, bits: number, isSigned: boolean): boolean => {
  if (bits === 0) return value === 0;
  const half = 2 ** (Math.min(bits, 32) - 1);
  return Number.isInteger(value) && value >= -half && value < (isSigned ? half : 2 * half);
};

/** An address of the address size, without ModRM. */
const fillDirect = ({ offset = 0, offsetHigh = 0 }: Choices, into: Instruction): void => {
  into.displacementBytes = into.addressSize >> 3;
  into.displacement = into.addressSize === 16 ? offset & 0xffff : offset | 0;
  into.displacementHigh = into.addressSize === 64 ? offsetHigh | 0 : 0;
  into.base = NO_REGISTER;
  into.index = NO_REGISTER;
  into.scale = 1;
  into.segment = into.segmentOverride === NO_REGISTER ? Register.ds : into.segmentOverride;
};
