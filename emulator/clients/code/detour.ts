/**
 * What stands in a slot so that an instruction is executed there and means what it means at its own address: a relocated
 * copy; of what cannot be copied, its parts. A relative branch keeps its condition and jumps to a tail with the whole
 * target; a call is a jump, and then a push of the address behind the original.
 */
import { forms } from '../../isa/forms.ts';
import { OperandKind } from '../../isa/instruction.ts';
import { explicitOperandsOf } from '../../operand/operands.ts';
import { endOf, isPlaced, type Placed, placeAt } from './placed.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';
import { relocate } from './relocate.ts';
import { transferOf } from './transfer.ts';

/** One instruction in the slot. */
export interface Part {
  readonly what: 'copy' | 'branch' | 'jump' | 'push';
  /** From the slot's beginning. */
  readonly offset: number;
}

export interface Detour {
  readonly code: Uint8Array;
  /** Executed in order; a jump behind a branch only where the branch is taken. */
  readonly parts: readonly Part[];
}

/** Enough for every detour. */
export const detourBytes = 64;

/** `placed.address` and `slot` are offsets in CS. */
export const detourOf = (placed: Placed, slot: bigint): Detour | Refusal => {
  const transfer = transferOf(forms[placed.instruction.form]);
  switch (transfer) {
    case 'far call':
      return refuse('FarTransfer', placed.address, 'a far call would push the address of the slot');
    case 'conditional':
    case 'counted':
      return branchDetour(placed, slot);
    case 'jump':
      return isBranch(placed) ? jumpDetour(placed, slot) : copyDetour(placed, slot);
    case 'call':
      return callDetour(placed, slot);
    default:
      return copyDetour(placed, slot);
  }
};

const isBranch = ({ instruction }: Placed): boolean => instruction.operands[0] === OperandKind.branch;

const copyDetour = (placed: Placed, slot: bigint): Detour | Refusal => {
  const copy = relocate(placed, slot);
  return isRefusal(copy) ? copy : { code: copy.bytes, parts: [{ what: 'copy', offset: 0 }] };
};

/** Taken and not taken lead to two places, so one byte stands between. */
const branchDetour = (placed: Placed, slot: bigint): Detour => {
  const { instruction, bytes } = placed;
  const branch = bytes.slice();
  const distanceAt = instruction.lengthBytes - instruction.immediateBytes;
  branch.fill(0, distanceAt);
  branch[distanceAt] = 1;
  const offset = branch.length + 1;
  const tail = jumpTo(targetOf(placed), placed, slot + BigInt(offset));
  return {
    code: Uint8Array.of(...branch, breakpoint, ...tail),
    parts: [
      { what: 'branch', offset: 0 },
      { what: 'jump', offset },
    ],
  };
};

const breakpoint = 0xcc;

const jumpDetour = (placed: Placed, slot: bigint): Detour => ({
  code: jumpTo(targetOf(placed), placed, slot),
  parts: [{ what: 'jump', offset: 0 }],
});

/** The target is read, checked and taken first, as by a call; what is pushed may still fault. */
const callDetour = (placed: Placed, slot: bigint): Detour | Refusal => {
  const jump = isBranch(placed) ? jumpTo(targetOf(placed), placed, slot) : indirectJump(placed, slot);
  if (isRefusal(jump)) return jump;
  return {
    code: Uint8Array.of(...jump, ...pushOf(placed)),
    parts: [
      { what: 'jump', offset: 0 },
      { what: 'push', offset: jump.length },
    ],
  };
};

/** FF /2 is FF /4 with a push (SDM 2A CALL, JMP). */
const indirectJump = (placed: Placed, slot: bigint): Uint8Array | Refusal => {
  const { instruction, bytes, vendor, address } = placed;
  const jump = bytes.slice();
  const modrmAt = instruction.opcodeOffset + 1;
  jump[modrmAt] = (instruction.modrm & 0xc7) | (4 << 3);
  const made = placeAt(jump, address, { mode: instruction.mode, vendor });
  if (!isPlaced(made)) throw new Error('FF /4 stands wherever FF /2 does.');
  const moved = relocate(made, slot);
  return isRefusal(moved) ? moved : moved.bytes;
};

const targetOf = ({ instruction, address }: Placed): bigint => {
  const [operand] = explicitOperandsOf(instruction, address);
  if (operand?.kind !== 'branch') throw new Error('A relative branch has a target.');
  return operand.target;
};

const little = (value: bigint, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));

/** JMP [rIP + 0] and the target behind it; in narrow modes every distance can be encoded. */
const jumpTo = (target: bigint, { instruction }: Placed, at: bigint): Uint8Array => {
  const { mode, operandSize } = instruction;
  if (mode === 64) return Uint8Array.of(0xff, 0x25, 0, 0, 0, 0, ...little(target, 8));
  const prefix = operandSize === mode ? [] : [operandSizePrefix];
  const bytes = operandSize >> 3;
  const end = at + BigInt(prefix.length + 1 + bytes);
  return Uint8Array.of(...prefix, 0xe9, ...little(target - end, bytes));
};

const operandSizePrefix = 0x66;

/** PUSH of the address behind the original, as wide as the call pushes it. */
const pushOf = (placed: Placed): Uint8Array => {
  const { mode, operandSize } = placed.instruction;
  const isDefault = operandSize === (mode === 64 ? 64 : mode);
  const prefix = isDefault ? [] : [operandSizePrefix];
  const end = endOf(placed);
  if (mode === 64 && operandSize === 64) return Uint8Array.of(0xff, 0x35, 0, 0, 0, 0, ...little(end, 8));
  return Uint8Array.of(...prefix, 0x68, ...little(end, operandSize >> 3));
};
