/** The linear address of an instruction's memory operand, as a handler of exceptions needs it: checked, or an error. */
import type { Instruction } from '../../isa/instruction.ts';
import { accessesOf, type RegisterView } from '../../operand/evaluate.ts';
import { memoryAccessesOf } from '../../operand/operands.ts';

export interface AddressOptions {
  /** Virtual-8086 mode: addresses are of 20 bits (SDM 3A 20.1.1). */
  readonly virtual8086?: boolean;
}

export type AddressAnswer =
  | { readonly status: 'address'; readonly linear: bigint; readonly offset: bigint; readonly segment: string }
  | { readonly status: 'refused'; readonly why: 'no memory operand' | 'beyond the limit of its segment' };

/** Of several operands the one in ModRM or moffs; of string instructions the destination, `which` 1 the source. */
export const linearAddress = (
  instruction: Instruction,
  registers: RegisterView,
  { virtual8086 = false }: AddressOptions = {},
  which = 0,
): AddressAnswer => {
  const operand = memoryAccessesOf(instruction).filter(({ implicit }) => !implicit)[which];
  const access = accessesOf(instruction, registers).find(
    (one) => one.operand === operand || isSame(one.operand, operand),
  );
  if (operand === undefined || access === undefined) return { status: 'refused', why: 'no memory operand' };
  if (!access.isInside) return { status: 'refused', why: 'beyond the limit of its segment' };
  const linear = virtual8086 ? BigInt.asUintN(20, access.linear) : access.linear;
  return { status: 'address', linear, offset: access.offset, segment: operand.segment };
};

type Place = { readonly segment: string; readonly base: string | null; readonly displacement: bigint } | undefined;

const isSame = (a: Place, b: Place): boolean =>
  a?.segment === b?.segment && a?.base === b?.base && a?.displacement === b?.displacement;
