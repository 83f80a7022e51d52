/**
 * How a probed instruction of a program is run elsewhere: emulated where it is simple, else stepped in a slot, where
 * RIP-relative memory becomes memory at a scratch register that holds the address of the next instruction.
 */
import { forms } from '../../isa/forms.ts';
import { type Instruction, Prefix } from '../../isa/instruction.ts';
import { Register } from '../../isa/registers.ts';
import { endOf, type Placed } from '../code/placed.ts';
import { transferOf } from '../code/transfer.ts';

export type UprobePlan =
  | { readonly kind: 'refused'; readonly why: 'prefix' | '16-bit branch' }
  | { readonly kind: 'emulate'; readonly what: 'jump' | 'conditional' | 'call' | 'push' | 'nop' }
  | { readonly kind: 'step'; readonly bytes: Uint8Array; readonly scratch: Scratch | null };

/** A register that is lent: set to `value` before the step, and given back after it. */
export interface Scratch {
  readonly register: 'rsi' | 'rdi' | 'rbx';
  readonly value: bigint;
}

export const planUprobe = (placed: Placed): UprobePlan => {
  const { instruction, bytes } = placed;
  if (hasBadPrefix(instruction, bytes)) return { kind: 'refused', why: 'prefix' };
  const what = emulationOf(instruction);
  if (what !== null) {
    const isBranch = what === 'jump' || what === 'conditional' || what === 'call';
    if (isBranch && (instruction.prefixes & Prefix.operandSize) !== 0) return { kind: 'refused', why: '16-bit branch' };
    return { kind: 'emulate', what };
  }
  if (instruction.base !== Register.rip || instruction.displacementBytes === 0)
    return { kind: 'step', bytes, scratch: null };
  return withScratch(placed);
};

/** Segment overrides without a meaning to programs, and LOCK. */
const hasBadPrefix = ({ prefixes, opcodeOffset, map }: Instruction, bytes: Uint8Array): boolean => {
  const before = bytes.subarray(0, map === 0 ? opcodeOffset : Math.max(opcodeOffset - 1, 0));
  return (prefixes & Prefix.lock) !== 0 || before.some((byte) => [0x26, 0x2e, 0x36, 0x3e].includes(byte));
};

const emulationOf = (instruction: Instruction): 'jump' | 'conditional' | 'call' | 'push' | 'nop' | null => {
  const { map, opcode, prefixes, form } = instruction;
  const { operands } = forms[form];
  const transfer = transferOf(forms[form]);
  const isRelative = operands.some(({ place }) => place === 'relative');
  if (isRelative && (transfer === 'jump' || transfer === 'conditional' || transfer === 'call')) return transfer;
  if (map !== 0) return null;
  // F3 90 is PAUSE, and 41 90 exchanges r8 with rAX: other forms.
  if (opcode === 0x90 && operands.length === 0 && (prefixes & Prefix.rep) === 0) return 'nop';
  return opcode >= 0x50 && opcode <= 0x57 ? 'push' : null;
};

const registers = { 6: 'rsi', 7: 'rdi', 3: 'rbx' } as const;

const withScratch = (placed: Placed): UprobePlan => {
  const { instruction, bytes } = placed;
  const { modrm, vvvv, vexBytes } = instruction;
  const used = new Set([(modrm >> 3) & 7, ...(vexBytes > 0 ? [vvvv & 7] : [])]);
  // The destination of VEX.vvvv and rDX (MULX) are never rSI or rDI.
  const number = !used.has(6) ? 6 : !used.has(7) ? 7 : 3;
  const moved = bytes.slice();
  clearBaseExtension(instruction, moved);
  moved[modrmOffset(instruction)] = 0x80 | (modrm & 0x38) | number;
  return { kind: 'step', bytes: moved, scratch: { register: registers[number], value: endOf(placed) } };
};

const modrmOffset = ({ opcodeOffset }: Instruction): number => opcodeOffset + 1;

/** REX.B to 0; of VEX, XOP and EVEX the inverted X and B to 1. */
const clearBaseExtension = ({ vexBytes, opcodeOffset, rex, map }: Instruction, bytes: Uint8Array): void => {
  if (vexBytes >= 3) bytes[opcodeOffset - vexBytes + 1] |= 0x60;
  else if (vexBytes === 0 && rex !== 0) bytes[opcodeOffset - 1 - escapeBytes(map)] &= 0xfe;
};

const escapeBytes = (map: number): number => (map === 0 ? 0 : map === 1 ? 1 : 2);
