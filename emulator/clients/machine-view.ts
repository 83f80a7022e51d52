/** A machine as operands are evaluated against it, and the instruction that it comes to next. */
import { decode } from '../decode/decode.ts';
import { maxLengthBytes } from '../decode/decoder.ts';
import type { Machine } from '../emulator.ts';
import type { Instruction } from '../isa/instruction.ts';
import type { Vendor } from '../isa/modes.ts';
import { pageBytes } from '../machine/memory.ts';
import type { RegisterView } from '../operand/evaluate.ts';

/** Segments whose bases count in 64-bit mode (SDM 1 3.4.2.1). */
const basedIn64 = new Set(['fs', 'gs']);

/** Its registers as they are now: each is read when it is asked for. */
export const registerViewOf = (machine: Machine): RegisterView => ({
  read: (name) => machine.get(name),
  segment: (name) => ({ base: machine.mode === 64 && !basedIn64.has(name) ? 0n : machine.get(`${name}base`) }),
});

/** Linear address of the next instruction. */
export const nextAddressOf = (machine: Machine): bigint => {
  const { mode } = machine;
  return BigInt.asUintN(mode === 64 ? 64 : 32, (mode === 64 ? 0n : machine.get('csbase')) + machine.get('rip'));
};

/** Null where no instruction can be read there. */
export const nextInstructionOf = (machine: Machine, vendor: Vendor = 'intel'): Instruction | null => {
  const decoding = decode(codeAt(machine, nextAddressOf(machine)), machine.mode, { vendor });
  return decoding.status === 'valid' ? decoding.instruction : null;
};

/** As many bytes as an instruction may have, fewer where memory ends. */
const codeAt = (machine: Machine, address: bigint): Uint8Array => {
  const here = Math.min(maxLengthBytes, pageBytes - Number(address % BigInt(pageBytes)));
  const first = read(machine, address, here);
  if (first.length < here || here === maxLengthBytes) return first;
  const rest = read(machine, address + BigInt(here), maxLengthBytes - here);
  return Uint8Array.of(...first, ...rest);
};

const read = ({ memory }: Machine, address: bigint, count: number): Uint8Array => {
  const page = memory.find(Number(BigInt.asIntN(32, address)), Number(BigInt.asIntN(32, address >> 32n)));
  return page === null || page.isServed ? new Uint8Array(0) : memory.read(address, count);
};
