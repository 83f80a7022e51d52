/** How much of a repeated INS is asked of a device at once. */
import type { Machine } from '../../emulator.ts';
import { forms } from '../../isa/forms.ts';
import type { Instruction } from '../../isa/instruction.ts';
import { pageBytes } from '../../machine/memory.ts';
import { isRepeated } from '../../operand/places.ts';

const mostBytes = 1024;

const counters: Readonly<Record<number, string>> = { 16: 'cx', 32: 'ecx', 64: 'rcx' };
const pointers: Readonly<Record<number, string>> = { 16: 'di', 32: 'edi', 64: 'rdi' };

/** Units that end in the page where the first is, are no more than 1024 bytes, and rCX still counts; one going down. */
export const unitsOfInput = (machine: Machine, instruction: Instruction, sizeBytes: number): number => {
  const isString = forms[instruction.form].operands.some(({ place }) => place === 'string');
  if (!isString || !isRepeated(instruction) || machine.get('df') === 1n) return 1;
  const { addressSize } = instruction;
  const base = machine.mode === 64 ? 0n : machine.get('esbase');
  const inPage = Number((base + machine.get(pointers[addressSize])) % BigInt(pageBytes));
  const room = Math.min(pageBytes - inPage, mostBytes);
  const left = machine.get(counters[addressSize]);
  const units = Math.max(Math.floor(room / sizeBytes), 1);
  return left < BigInt(units) ? Number(left) : units;
};
