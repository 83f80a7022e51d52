/** Replacement code that is copied over other code: its references into the rest of the world still hold there. */
import { forms } from '../../isa/forms.ts';
import { Register } from '../../isa/registers.ts';
import { isPlaced, type Placed, placeAt } from '../code/placed.ts';
import { isRefusal, type Refusal, refuse } from '../code/refusal.ts';
import { relocate } from '../code/relocate.ts';
import { type Bytes, branchTo, padding } from './bytes.ts';

const int3 = 0xcc;
const nop = 0x90;

/**
 * The bytes for `to` of code that stands at `from`: relative targets and RIP-relative memory outside of it stay what they
 * are, those inside move along; a jump that reaches with one byte is made short and padded with INT3; runs of
 * no-operations become as few as can be.
 */
export const applyAlternative = (code: Uint8Array, from: bigint, to: bigint): Uint8Array | Refusal => {
  const moved = code.slice();
  for (let offset = 0; offset < code.length; ) {
    const address = from + BigInt(offset);
    const placed = placeAt(code.subarray(offset), address);
    if (!isPlaced(placed))
      return refuse('Undecodable', address, 'the replacement holds something that is no instruction');
    const bytes = atNewPlace(placed, to + BigInt(offset), { first: from, end: from + BigInt(code.length) });
    if ('status' in bytes) return bytes;
    moved.set(bytes, offset);
    offset += placed.instruction.lengthBytes;
  }
  return withFewNops(moved);
};

interface Range {
  readonly first: bigint;
  readonly end: bigint;
}

const atNewPlace = (placed: Placed, to: bigint, block: Range): Bytes | Uint8Array | Refusal => {
  const target = targetOf(placed);
  if (target !== null && target >= block.first && target < block.end) return placed.bytes;
  if (target !== null && placed.instruction.opcode === 0xe9 && placed.instruction.map === 0) {
    const short = branchTo([0xeb], to, target, 1);
    if (short !== null) return [...short, ...new Array<number>(placed.bytes.length - short.length).fill(int3)];
  }
  const moved = relocate(placed, to);
  return isRefusal(moved) ? moved : moved.bytes;
};

/** What a relative branch or RIP-relative memory refers to. */
const targetOf = ({ instruction, address }: Placed): bigint | null => {
  const { form, lengthBytes, immediate, base, displacement } = instruction;
  const end = address + BigInt(lengthBytes);
  if (forms[form].operands.some(({ place }) => place === 'relative')) return end + BigInt(immediate);
  return instruction.displacementBytes > 0 && base === Register.rip ? end + BigInt(displacement) : null;
};

/** Runs of one-byte no-operations. */
const withFewNops = (code: Uint8Array): Uint8Array => {
  for (let offset = 0; offset < code.length; ) {
    const placed = placeAt(code.subarray(offset), 0n);
    if (!isPlaced(placed)) break;
    let end = offset;
    while (code[end] === nop) end++;
    if (end - offset > 1) code.set(padding(end - offset), offset);
    offset = end > offset ? end : offset + placed.instruction.lengthBytes;
  }
  return code;
};
