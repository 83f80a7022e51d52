/** Memory operands as Intel and NASM syntax write them in brackets. */
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { NO_REGISTER, Register, RegisterClass, register, registerName } from '../isa/registers.ts';
import { hex, hex64, signedTerm } from './number.ts';

/** `rbx+rcx*4+0x10`, or an address alone. */
export const sumOf = (instruction: Instruction): string => {
  const { base, index, scale, displacement } = instruction;
  if (base === NO_REGISTER && index === NO_REGISTER) return absoluteOf(instruction);
  const sum = base === NO_REGISTER ? '' : registerName(base);
  const scaled =
    index === NO_REGISTER
      ? ''
      : `${sum === '' ? '' : '+'}${registerName(index)}${instruction.addressSize === 16 ? '' : `*${scale}`}`;
  return `${sum}${scaled}${signedTerm(displacement)}`;
};

/** An address without registers, as wide as the address size; 32 bits are sign-extended to 64. */
export const absoluteOf = ({ addressSize, displacement, displacementHigh, displacementBytes }: Instruction): string => {
  if (addressSize === 16) return hex(displacement & 0xffff);
  if (addressSize === 32) return hex(displacement);
  return hex64(displacementBytes === 8 ? displacementHigh : displacement >> 31, displacement);
};

/** The segment where it is not the one that the address implies: what an override prefix has changed. */
export const overriddenSegment = (instruction: Instruction): string => {
  const { base, segment, segmentOverride } = instruction;
  if (segmentOverride === NO_REGISTER || segment === defaultSegmentOf(base)) return '';
  return registerName(segment);
};

const stackBases: ReadonlySet<number> = new Set(
  [RegisterClass.gpr16, RegisterClass.gpr32, RegisterClass.gpr64].flatMap((registerClass) =>
    registerClass === RegisterClass.gpr16
      ? [register(registerClass, 5)]
      : [register(registerClass, 4), register(registerClass, 5)],
  ),
);

const defaultSegmentOf = (base: number): number => (stackBases.has(base) ? Register.ss : Register.ds);

/** The pointer register of a string operand: rSI, rDI or rBX of the address size. */
export const pointerOf = (instruction: Instruction, kind: number): string =>
  registerName(register(pointerClass(instruction.addressSize), pointerNumbers[kind] ?? 0));

const pointerClass = (addressSize: number): RegisterClass => {
  if (addressSize === 64) return RegisterClass.gpr64;
  return addressSize === 32 ? RegisterClass.gpr32 : RegisterClass.gpr16;
};

const pointerNumbers: Readonly<Record<number, number>> = {
  [OperandKind.memorySi]: 6,
  [OperandKind.memoryDi]: 7,
  [OperandKind.memoryXlat]: 3,
};

/** The segment of a string operand: ES for the destination, else DS or its override. */
export const pointerSegment = (instruction: Instruction, kind: number): string => {
  if (kind === OperandKind.memoryDi) return 'es';
  return instruction.segmentOverride === NO_REGISTER ? 'ds' : registerName(instruction.segmentOverride);
};
