/** Operand and address size, and the prefixes that they take (SDM 1 3.6.1, SDM 2A 2.2.1.2). */
import type { Form } from '../isa/form.ts';
import { type Instruction, Prefix } from '../isa/instruction.ts';
import type { Mode, Vendor } from '../isa/modes.ts';
import { isVectorMap } from '../isa/opcode-map.ts';
import { classOf, NO_REGISTER, RegisterClass, type RegisterId } from '../isa/registers.ts';
import type { Choices, Unencodable } from './choices.ts';
import { chooseVectorFields } from './vector-fields.ts';

/** Sets 66, 67 and REX.W, and both sizes as these make them; of VEX its W and L. */
export const chooseSizes = (form: Form, choices: Choices, into: Instruction): Unencodable | null =>
  chooseAddressSize(form, choices, into) ??
  (isVectorMap(form.map) ? chooseVectorFields(form, choices, into) : chooseOperandSize(form, choices, into));

/** The operand size in the end: some forms have 64 bits in 64-bit mode without REX.W. */
export const settleOperandSize = (form: Form, into: Instruction, vendor: Vendor): void => {
  if (into.mode !== 64) return;
  const isForced = form.needs.has('ALWAYS64') || (form.needs.has('F64') && vendor === 'intel');
  if (isForced || (hasDefault64(form) && into.operandSize === 32)) into.operandSize = 64;
};

const hasDefault64 = (form: Form): boolean => form.needs.has('D64') || form.needs.has('F64');

const toggledAddressSize = (mode: Mode): 16 | 32 => (mode === 32 ? 16 : 32);
const toggledOperandSize = (mode: Mode): 16 | 32 => (mode === 16 ? 32 : 16);
const defaultOperandSize = (mode: Mode): 16 | 32 => (mode === 16 ? 16 : 32);

const chooseAddressSize = (form: Form, { mode, addressSize, rm }: Choices, into: Instruction): Unencodable | null => {
  const toggled = toggledAddressSize(mode);
  // Bounds are never at 16-bit addresses, and in 64-bit mode 67 does nothing to them (SDM 1 appendix E).
  const isBounds = form.needs.has('MPX');
  // VSIB has a SIB byte, which 16-bit addresses have not.
  const isWide = isBounds || form.needs.has('SIB-NEEDED') || form.operands.some(({ indexClass }) => indexClass !== 0);
  const isFixed = isBounds && mode === 64;
  const isToggled = (into.prefixes & Prefix.addressSize) !== 0 && !isFixed;
  const ofRegisters = typeof rm === 'object' ? (sizeOf(rm.base) ?? sizeOf(rm.index)) : undefined;
  const wishes = [
    form.addressSize === 0 ? undefined : form.addressSize,
    addressSize,
    isToggled ? toggled : undefined,
    ofRegisters,
  ];
  const wanted = wishes.find((size) => size !== undefined) ?? (isWide && mode === 16 ? 32 : mode);
  if (wishes.some((size) => size !== undefined && size !== wanted)) return 'address-size';
  if (wanted !== mode && (wanted !== toggled || isFixed)) return 'address-size';
  if (wanted === 16 && isWide) return 'address-size';
  if (wanted === toggled) into.prefixes |= Prefix.addressSize;
  into.addressSize = wanted;
  return null;
};

const sizeOf = (id: RegisterId = NO_REGISTER): 16 | 32 | 64 | undefined => {
  switch (classOf(id)) {
    case RegisterClass.gpr16:
      return 16;
    case RegisterClass.gpr32:
      return 32;
    case RegisterClass.gpr64:
      return 64;
    case RegisterClass.instructionPointer:
      return ([16, 32, 64] as const)[id & 3];
    default:
      return undefined;
  }
};

const chooseOperandSize = (form: Form, { mode, operandSize }: Choices, into: Instruction): Unencodable | null => {
  const wanted = form.operandSize === 0 ? operandSize : form.operandSize;
  if (operandSize !== undefined && operandSize !== wanted) return 'operand-size';
  const isSettled = mode === 64 && (hasDefault64(form) || form.needs.has('ALWAYS64'));
  if (wanted === 64 && mode !== 64) return 'operand-size';
  if (wanted === 64 && (!isSettled || form.rex2 === 1)) into.rex |= 0x48;
  if (wanted === toggledOperandSize(mode)) into.prefixes |= Prefix.operandSize;
  const has66 = (into.prefixes & Prefix.operandSize) !== 0;
  into.operandSize = (into.rex & 8) !== 0 ? 64 : has66 ? toggledOperandSize(mode) : defaultOperandSize(mode);
  const isMet = wanted === undefined || into.operandSize === wanted || (isSettled && wanted === 64);
  return isMet ? null : 'operand-size';
};
