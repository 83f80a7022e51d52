/** Registers and memory that the fields of an instruction name, by their sizes. */
import type { Access, Form } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, Prefix } from '../isa/instruction.ts';
import { classOf, NO_REGISTER, RegisterClass, register, registerBits, registerName } from '../isa/registers.ts';
import type { MemoryOperand, OperandFacts, RegisterOperand } from './operand.ts';

/** F3 or F2 makes this instruction repeat (SDM 2B REP). */
export const isRepeated = (instruction: Instruction): boolean =>
  (instruction.prefixes & (Prefix.rep | Prefix.repne)) !== 0 && repeats(forms[instruction.form]);

const repeats = (form: Form): boolean => form.needs.has('REP') || form.needs.has('REPE');

/** Under REP nothing is certain: the count may be zero. */
export const conditional = (access: Access): Access => {
  switch (access) {
    case 'r':
      return 'cr';
    case 'w':
      return 'cw';
    case 'rw':
      return 'rcw';
    default:
      return access;
  }
};

export const registerOperand = (
  instruction: Instruction,
  id: number,
  access: Access,
  implicit: boolean,
): RegisterOperand => {
  const isSystem = classOf(id) === RegisterClass.control || classOf(id) === RegisterClass.debug;
  const bits = isSystem && instruction.mode !== 64 ? 32 : registerBits(id);
  return { kind: 'register', register: registerName(id), bits, access, implicit };
};

export type Place = Omit<MemoryOperand, keyof OperandFacts>;

export const modrmPlace = (instruction: Instruction): Place => {
  const { base, index, scale, addressSize } = instruction;
  const signed = (BigInt(instruction.displacementHigh) << 32n) | BigInt(instruction.displacement >>> 0);
  const isDirect = base === NO_REGISTER && index === NO_REGISTER;
  const isLong = instruction.displacementBytes === 8;
  const displacement = isLong ? signed : BigInt(instruction.displacement);
  return {
    kind: 'memory',
    segment: registerName(instruction.segment),
    base: base === NO_REGISTER ? null : registerName(base),
    index: index === NO_REGISTER ? null : registerName(index),
    scale,
    displacement: BigInt.asUintN(isDirect ? addressSize : 64, displacement),
    addressBits: addressSize,
  };
};

export const pointerPlace = (instruction: Instruction, number: number, segment: string): Place => ({
  kind: 'memory',
  segment,
  base: registerName(sized(instruction.addressSize, number)),
  index: null,
  scale: 1,
  displacement: 0n,
  addressBits: instruction.addressSize,
});

export const overridable = ({ segmentOverride }: Instruction): string =>
  segmentOverride === NO_REGISTER ? 'ds' : registerName(segmentOverride);

const classBySize: Readonly<Record<number, RegisterClass>> = {
  16: RegisterClass.gpr16,
  32: RegisterClass.gpr32,
  64: RegisterClass.gpr64,
};

/** General register `number` of a size in bits. */
export const sized = (bits: number, number: number): number => register(classBySize[bits], number);

export const addressRegister = (instruction: Instruction, number: number, access: Access): RegisterOperand =>
  registerOperand(instruction, sized(instruction.addressSize, number), access, true);
