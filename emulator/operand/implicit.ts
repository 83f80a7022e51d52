/** Operands that no operand of the text shows: registers, the stack, and memory at fixed registers. */

import { regNumberOf, rmNumberOf } from '../isa/apx.ts';
import type { Access, ImplicitSpec, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { NO_REGISTER, Register, registerByName, registerName } from '../isa/registers.ts';
import type { MemoryOperand, Operand, RegisterOperand } from './operand.ts';
import {
  addressRegister,
  conditional,
  isRepeated,
  overridable,
  pointerPlace,
  registerOperand,
  sized,
} from './places.ts';

/** Implicit operands: registers and stack memory that the form names, and what addressing by rSI, rDI and REP implies. */
export const implicitOperandsOf = (instruction: Instruction): readonly Operand[] => {
  const form = forms[instruction.form];
  const operands: Operand[] = [];
  for (const spec of form.implicit) addImplicit(instruction, spec, operands);
  for (const spec of form.operands) if (spec.place === 'string') addPointer(instruction, spec, operands);
  if (isRepeated(instruction)) operands.push(addressRegister(instruction, 1, 'rcw'));
  return operands;
};

/** String instructions move rSI and rDI; other users of fixed pointers only read them. */
const addPointer = (instruction: Instruction, spec: OperandSpec, operands: Operand[]): void => {
  const moves: Access = isRepeated(instruction) ? 'rcw' : 'rw';
  switch (spec.fixed) {
    case OperandKind.memorySi:
      operands.push(addressRegister(instruction, 6, moves));
      break;
    case OperandKind.memoryDi:
      operands.push(addressRegister(instruction, 7, moves));
      break;
    default:
      operands.push(addressRegister(instruction, 3, 'r'), registerOperand(instruction, Register.al, 'r', true));
  }
};

const numberByRegister: Readonly<Record<string, number>> = { ax: 0, cx: 1, dx: 2, bx: 3, sp: 4, bp: 5, si: 6, di: 7 };
const addImplicit = (instruction: Instruction, spec: ImplicitSpec, operands: Operand[]): void => {
  const access = isRepeated(instruction) ? conditional(spec.access) : spec.access;
  switch (spec.kind) {
    case 'register':
      operands.push(registerOperand(instruction, registerByName(spec.register) ?? NO_REGISTER, access, true));
      break;
    case 'address-register':
      operands.push(addressRegister(instruction, numberByRegister[spec.register], access));
      break;
    case 'stack-register':
      operands.push(stackRegister(instruction, numberByRegister[spec.register], access));
      break;
    case 'memory':
      operands.push(pointedMemory(instruction, spec, access));
      break;
    case 'frame':
      operands.push(stackMemory(instruction, 5, 0, spec));
      break;
    default:
      addStackItems(instruction, spec, operands);
  }
};

/** The stack's size is the mode's: a 16-bit stack in 32-bit code is a matter of state (SDM 1 6.2.3). */
const stackRegister = (instruction: Instruction, number: number, access: Access): RegisterOperand =>
  registerOperand(instruction, sized(instruction.mode, number), access, true);

const stackMemory = (
  instruction: Instruction,
  number: number,
  displacement: number,
  { bits, access }: Pick<ImplicitSpec, 'bits' | 'access'>,
): MemoryOperand => ({
  kind: 'memory',
  segment: 'ss',
  base: registerName(sized(instruction.mode, number)),
  index: null,
  scale: 1,
  displacement: BigInt.asUintN(64, BigInt(displacement)),
  addressBits: instruction.mode,
  bits,
  access,
  implicit: true,
});

/** Memory at a register, without displacement: MONITOR, CLZERO, MASKMOVDQU; UMONITOR, MOVDIR64B, whose encoding names it. */
const pointedMemory = (instruction: Instruction, spec: ImplicitSpec, access: Access): MemoryOperand => {
  const facts = { bits: spec.bits, access, implicit: true };
  switch (spec.register) {
    case 'ax':
    case 'di':
      return { ...pointerPlace(instruction, numberByRegister[spec.register], overridable(instruction)), ...facts };
    case 'rm':
      return { ...pointerPlace(instruction, rmNumberOf(instruction), overridable(instruction)), ...facts };
    case 'reg':
      return { ...pointerPlace(instruction, regNumberOf(instruction), 'es'), ...facts };
    default: {
      const segment = spec.register === 'rdi' ? 'es' : 'ds';
      return { ...pointerPlace(instruction, 0, segment), base: spec.register, ...facts };
    }
  }
};

const addStackItems = (instruction: Instruction, spec: ImplicitSpec, operands: Operand[]): void => {
  const size = spec.bits >> 3;
  const nesting = nestingLevelOf(instruction);
  operands.push(stackRegister(instruction, 4, 'rw'));
  for (let k = 1; k < nesting; k++)
    operands.push(stackMemory(instruction, 5, -k * size, { bits: spec.bits, access: 'r' }));
  const count = spec.count + nesting;
  for (let k = 0; k < count; k++) {
    if (k === spec.skipped) continue;
    operands.push(stackMemory(instruction, 4, spec.kind === 'push' ? -(k + 1) * size : k * size, spec));
  }
};

/** ENTER's nesting level, modulo 32 (SDM 2A ENTER); 0 for every other instruction, as only ENTER has two immediates. */
const nestingLevelOf = (instruction: Instruction): number =>
  instruction.operandCount === 2 && instruction.operands[1] === OperandKind.immediate2
    ? instruction.immediate2 & 31
    : 0;
