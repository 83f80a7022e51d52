/**
 * An instruction moved elsewhere, with every address that counts from rIP still the same: RIP-relative memory, and the
 * targets of relative branches. All other bytes stay as they are. What an instruction itself tells of rIP (a call pushes
 * it) is not the concern of its bytes.
 */
import { forms } from '../../isa/forms.ts';
import { type Instruction, OperandKind } from '../../isa/instruction.ts';
import { classOf, RegisterClass } from '../../isa/registers.ts';
import { explicitOperandsOf } from '../../operand/operands.ts';
import { isPlaced, type Placed, placeAt } from './placed.ts';
import { hex, type Refusal, refuse } from './refusal.ts';

/** The same instruction for the address `to`. */
export const relocate = (placed: Placed, to: bigint): Placed | Refusal => {
  const moved = placed.bytes.slice();
  const distance = placed.address - to;
  for (const field of relativeFields(placed)) {
    const value = fitted(field, distance);
    if (value === null) return outOfRange(placed, to, field);
    writeSigned(moved, field, value);
  }
  const { instruction, vendor } = placed;
  const again = placeAt(moved, to, { mode: instruction.mode, vendor });
  if (!isPlaced(again)) throw new Error('Another displacement makes no other instruction.');
  return again;
};

/** Does any of its fields count from rIP? */
export const isPositioned = (placed: Placed): boolean => relativeFields(placed).length > 0;

interface RelativeField {
  readonly what: 'displacement' | 'distance';
  readonly offset: number;
  readonly bytes: number;
  readonly value: bigint;
  /** Addresses are counted modulo 2^addressBits. */
  readonly addressBits: number;
}

const relativeFields = ({ instruction }: Placed): readonly RelativeField[] => {
  const fields: RelativeField[] = [];
  if (hasRelativeMemory(instruction)) fields.push(memoryField(instruction));
  const k = instruction.operands.subarray(0, instruction.operandCount).indexOf(OperandKind.branch);
  if (k >= 0) fields.push(branchField(instruction, k));
  return fields;
};

const hasRelativeMemory = ({ base, displacementBytes }: Instruction): boolean =>
  displacementBytes > 0 && classOf(base) === RegisterClass.instructionPointer;

const memoryField = (instruction: Instruction): RelativeField => {
  const { lengthBytes, immediateBytes, displacementBytes, displacement, addressSize } = instruction;
  return {
    what: 'displacement',
    offset: lengthBytes - immediateBytes - displacementBytes,
    bytes: displacementBytes,
    value: BigInt(displacement),
    addressBits: addressSize,
  };
};

const branchField = (instruction: Instruction, k: number): RelativeField => {
  const bytes = forms[instruction.form].operands[k].encodedBits >> 3;
  return {
    what: 'distance',
    offset: instruction.lengthBytes - instruction.immediateBytes,
    bytes,
    value: BigInt(instruction.immediate),
    addressBits: explicitOperandsOf(instruction, 0n)[k].bits,
  };
};

/** What the field holds at the new place; null where it cannot. */
const fitted = ({ value, addressBits, bytes }: RelativeField, distance: bigint): bigint | null => {
  const wanted = BigInt.asIntN(addressBits, value + distance);
  return BigInt.asIntN(8 * bytes, wanted) === wanted ? wanted : null;
};

const writeSigned = (into: Uint8Array, { offset, bytes }: RelativeField, value: bigint): void => {
  for (let k = 0; k < bytes; k++) into[offset + k] = Number((value >> BigInt(8 * k)) & 0xffn);
};

const outOfRange = (placed: Placed, to: bigint, { what, bytes, value }: RelativeField): Refusal => {
  const wanted = value + placed.address - to;
  const detail = `from ${hex(to)} its ${what} would be ${wanted < 0n ? '-' : ''}${hex(wanted < 0n ? -wanted : wanted)}, which does not fit ${8 * bytes} bits`;
  return refuse('DispOutOfRange', placed.address, detail);
};
