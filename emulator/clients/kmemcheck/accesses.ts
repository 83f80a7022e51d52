/** What an instruction does with memory, as a checker of memory wants it: every address with its size and direction. */
import type { Instruction } from '../../isa/instruction.ts';
import { pageBytes } from '../../machine/memory.ts';
import { accessesOf, type MemoryAccess, type RegisterView } from '../../operand/evaluate.ts';
import { memoryAccessesOf } from '../../operand/operands.ts';

export interface Access {
  readonly kind: 'read' | 'write' | 'read-write';
  /** Linear. */
  readonly address: bigint;
  /** 0 where the instruction's registers say how much (XSAVE). */
  readonly sizeBytes: number;
}

/**
 * Every access to memory of an instruction, of a repeated one those of each iteration, at most `mostIterations`: both
 * sides of MOVS and CMPS, the stack of PUSH and CALL, what CMOVcc reads whether it moves or not. What an iteration reads
 * comes before what it writes.
 */
export const memAccesses = (
  instruction: Instruction,
  registers: RegisterView,
  mostIterations = Number.MAX_SAFE_INTEGER,
): readonly Access[] => {
  const accesses = accessesOf(instruction, registers, mostIterations);
  const perIteration = Math.max(memoryAccessesOf(instruction).filter(({ access }) => access !== '').length, 1);
  const sorted: Access[] = [];
  for (let from = 0; from < accesses.length; from += perIteration) {
    const iteration = accesses.slice(from, from + perIteration).map(accessOf);
    sorted.push(
      ...iteration.filter(({ kind }) => kind !== 'write'),
      ...iteration.filter(({ kind }) => kind === 'write'),
    );
  }
  return sorted;
};

const accessOf = ({ linear, bits, isRead, isWrite }: MemoryAccess): Access => ({
  kind: isRead && isWrite ? 'read-write' : isWrite ? 'write' : 'read',
  address: linear,
  sizeBytes: bits >> 3,
});

/** The parts of an access in each page that it touches. */
export const splitAtPages = ({ kind, address, sizeBytes }: Access): readonly Access[] => {
  const parts: Access[] = [];
  for (let at = 0; at < sizeBytes; ) {
    const from = BigInt.asUintN(64, address + BigInt(at));
    const count = Math.min(sizeBytes - at, pageBytes - Number(from % BigInt(pageBytes)));
    parts.push({ kind, address: from, sizeBytes: count });
    at += count;
  }
  return parts;
};
