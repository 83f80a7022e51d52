/** The inputs of an instruction that get values: registers, memory and immediates among its operands, in order. */
import type { Form, OperandSpec } from '../../../emulator/isa/form.ts';
import { type Instruction, OperandKind } from '../../../emulator/isa/instruction.ts';
import {
  classOf,
  RegisterClass,
  type RegisterId,
  registerBits,
  registerByName,
} from '../../../emulator/isa/registers.ts';
import type { Draft } from './draft.ts';

export interface Slot {
  readonly bits: number;
  readonly kind: 'register' | 'memory' | 'immediate';
  /** Of a register. */
  readonly id: RegisterId;
  /** What is only written gets a value too, which must not matter. */
  readonly isInput: boolean;
}

/** Width of what operand `spec` is worth, 0 where it gets no value: relative targets, segment registers. */
const slotBits = ({ place, registerClass, bits, memoryBits, memory, encodedBits }: OperandSpec): number => {
  if (place === 'immediate') return encodedBits;
  if (place === 'relative' || place === 'far-pointer' || place === 'string') return 0;
  if (registerClass > RegisterClass.gpr64) return 0;
  return memory === 'must' ? memoryBits : bits;
};

/** Explicit operands first, then general registers that the form reads without naming them. */
export const slotsOf = (form: Form, instruction: Instruction): readonly Slot[] => [
  ...form.operands.flatMap((spec, k) => explicitSlot(spec, instruction.operands[k] ?? 0)),
  ...form.implicit.flatMap(({ kind, register, access }): Slot[] => {
    const id = kind === 'register' && access.includes('r') ? (registerByName(register) ?? 0) : 0;
    return isGeneral(id) ? [{ kind: 'register', id, bits: registerBits(id), isInput: true }] : [];
  }),
];

const explicitSlot = (spec: OperandSpec, entry: number): readonly Slot[] => {
  if (slotBits(spec) === 0) return [];
  const isInput = spec.access.includes('r');
  if (isGeneral(entry)) return [{ kind: 'register', id: entry, bits: registerBits(entry), isInput }];
  if (entry === OperandKind.memory && spec.access !== '')
    return [{ kind: 'memory', id: 0, bits: spec.memoryBits, isInput }];
  if (entry === OperandKind.immediate) return [{ kind: 'immediate', id: 0, bits: spec.encodedBits, isInput }];
  return [];
};

const isGeneral = (id: RegisterId): boolean => {
  const registerClass = classOf(id);
  return registerClass >= RegisterClass.gpr8 && registerClass <= RegisterClass.gpr64;
};

/** Where memory operands lie in plain states: data that can be written. */
export const dataAddress = 0x10_2100n;

export const putValue = (draft: Draft, { kind, id, bits }: Slot, value: bigint): void => {
  if (kind === 'register') draft.setRegister(id, value);
  if (kind === 'memory' && bits > 0) draft.setMemory(dataAddress, value, bits);
};
