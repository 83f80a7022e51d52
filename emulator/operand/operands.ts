/**
 * The operands of a decoded instruction, explicit and implicit, each with its size and access: pure functions of the
 * instruction and its form, which know no register values. One text for kprobes, kmemcheck, mmiotrace and the harness.
 */
import type { Access, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { accessOfMasked, conversionFactOf, maskOf, memoryFactsOf } from './decorations.ts';
import { implicitOperandsOf } from './implicit.ts';
import type { BranchOperand, MemoryOperand, Operand, OperandFacts } from './operand.ts';
import {
  conditional,
  isRepeated,
  modrmPlace,
  overridable,
  type Place,
  pointerPlace,
  registerOperand,
} from './places.ts';

/** Explicit operands in Intel order. `address` is where the instruction stands: branch targets count from its end. */
export const explicitOperandsOf = (instruction: Instruction, address: bigint): readonly Operand[] => {
  const specs = forms[instruction.form].operands;
  const operands: Operand[] = [];
  for (let k = 0; k < specs.length; k++) operands.push(explicitOperand(instruction, specs[k], k, address));
  return operands;
};

/** All operands, explicit ones first. */
export const operandsOf = (instruction: Instruction, address: bigint): readonly Operand[] => [
  ...explicitOperandsOf(instruction, address),
  ...implicitOperandsOf(instruction),
];

/** Every memory operand as it is accessed: POP's destination by the rSP that it leaves behind. */
export const memoryAccessesOf = (instruction: Instruction): readonly MemoryOperand[] => {
  const { needs } = forms[instruction.form];
  const [popsFirst, isLineBefore] = [needs.has('POPS-FIRST'), needs.has('LINE-BEFORE')];
  const memory = operandsOf(instruction, 0n).filter((operand): operand is MemoryOperand => operand.kind === 'memory');
  if (isLineBefore) return memory.map((operand) => movedBy(operand, -64));
  if (!popsFirst) return memory;
  return memory.map((operand) =>
    !operand.implicit && operand.base?.endsWith('sp') ? movedBy(operand, operand.bits >> 3) : operand,
  );
};

const movedBy = (operand: MemoryOperand, bytes: number): MemoryOperand => ({
  ...operand,
  displacement: BigInt.asUintN(64, operand.displacement + BigInt(bytes)),
});

const explicitOperand = (instruction: Instruction, spec: OperandSpec, k: number, address: bigint): Operand => {
  const entry = instruction.operands[k];
  const access = accessOf(instruction, spec);
  const decorations = { ...maskOf(instruction, spec), ...conversionFactOf(instruction, spec) };
  if (entry >= 32) {
    const count = spec.groupSize > 1 ? { count: spec.groupSize } : {};
    return { ...registerOperand(instruction, entry, access, false), ...decorations, ...count };
  }
  const facts: OperandFacts = { bits: spec.bits, access, implicit: false };
  switch (entry) {
    case OperandKind.immediate:
      return { kind: 'immediate', value: immediateOf(instruction, spec.bits), ...facts };
    case OperandKind.immediate2:
      return { kind: 'immediate', value: BigInt(instruction.immediate2), ...facts };
    case OperandKind.constantOne:
      return { kind: 'immediate', value: 1n, ...facts };
    case OperandKind.branch:
      return branchOperand(instruction, address);
    case OperandKind.farPointer:
      return {
        kind: 'far-pointer',
        selector: instruction.immediate2,
        offset: BigInt.asUintN(spec.encodedBits, BigInt(instruction.immediate)),
        ...facts,
        bits: spec.encodedBits,
      };
    default:
      return {
        ...memoryAt(instruction, entry),
        ...facts,
        ...memoryFactsOf(instruction, spec),
        ...decorations,
        ...addressOnly(instruction),
      };
  }
};

const noAccess = { access: '' } as const;

const addressOnly = ({ form }: Instruction): { readonly access?: '' } =>
  forms[form].needs.has('ADDRESS-ONLY') ? noAccess : {};

const accessOf = (instruction: Instruction, spec: OperandSpec): Access => {
  const { access, bits } = spec;
  if (spec.masked) return accessOfMasked(instruction, spec);
  if (isRepeated(instruction)) return conditional(access);
  if (access === 'cw' && bits === 32 && instruction.mode === 64)
    return forms[instruction.form].needs.has('ZERO-EXTENDS') ? 'rw' : access;
  return access;
};

const immediateOf = (instruction: Instruction, bits: number): bigint => {
  const low = BigInt(instruction.immediate >>> 0);
  return bits <= 32 ? BigInt.asUintN(bits, low) : (BigInt(instruction.immediateHigh >>> 0) << 32n) | low;
};

const branchOperand = (instruction: Instruction, address: bigint): BranchOperand => {
  const isFull = forms[instruction.form].needs.has('FULL-TARGET');
  const bits = isFull ? (instruction.mode === 64 ? 64 : 32) : instruction.operandSize;
  const target = address + BigInt(instruction.lengthBytes) + BigInt(instruction.immediate);
  return { kind: 'branch', target: BigInt.asUintN(bits, target), bits, access: 'r', implicit: false };
};

const memoryAt = (instruction: Instruction, kind: number): Place => {
  switch (kind) {
    case OperandKind.memory:
      return modrmPlace(instruction);
    case OperandKind.memorySi:
      return pointerPlace(instruction, 6, overridable(instruction));
    case OperandKind.memoryDi:
      return pointerPlace(instruction, 7, 'es');
    default:
      return { ...pointerPlace(instruction, 3, overridable(instruction)), index: 'al' };
  }
};

/** Registers of a memory operand's address, which computing it reads: those of LEA too, but none of NOP's. */
export const addressRegistersOf = (instruction: Instruction, operand: MemoryOperand): readonly string[] =>
  forms[instruction.form].needs.has('UNEVALUATED')
    ? []
    : [operand.base, operand.index].filter((name): name is string => name !== null);
