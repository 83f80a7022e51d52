/** Whether a jump of five bytes may replace a probe's breakpoint: whole instructions, and nobody who enters between. */
import { forms } from '../../isa/forms.ts';
import { explicitOperandsOf } from '../../operand/operands.ts';
import { endOf, type Placed } from '../code/placed.ts';
import { hex, isRefusal, type Refusal, refuse } from '../code/refusal.ts';
import { boundaries, type TextView } from '../code/text-view.ts';
import { transferOf } from '../code/transfer.ts';
import { canBoost } from './boost.ts';
import { canProbe } from './can-probe.ts';

export interface OptimizeOptions {
  /** Other probes in the function. */
  readonly probes?: readonly bigint[];
  /** Instructions whose faults an exception table repairs. */
  readonly fixedUp?: readonly bigint[];
}

export interface Optimizable {
  readonly status: 'optimizable';
  /** Instructions that the jump replaces, and that are copied. */
  readonly copied: readonly Placed[];
  readonly lengthBytes: number;
}

const jumpBytes = 5n;

export const canOptimize = (
  text: TextView,
  offset: number,
  { probes = [], fixedUp = [] }: OptimizeOptions = {},
): Optimizable | Refusal => {
  const probed = canProbe(text, offset);
  if (isRefusal(probed)) return probed;
  const from = probed.address;
  if (from + jumpBytes > text.end)
    return refuse('NoRoom', from, `the function ends ${text.end - from} bytes behind, and the jump has ${jumpBytes}`);
  const { instructions, stop } = boundaries(text);
  if (stop !== null) return stop;
  const others = instructions.map(
    (placed) => entersBetween(placed, from) ?? jumpsAnywhere(placed) ?? repaired(placed, fixedUp),
  );
  const problem = others.find((one) => one !== null);
  if (problem !== undefined && problem !== null) return problem;
  const copied = copiedFrom(instructions, from);
  const unmoved = copied.find((placed) => !canBoost(placed));
  if (unmoved !== undefined)
    return refuse('NotBoostable', unmoved.address, `the instruction at ${hex(unmoved.address)} cannot go on by a jump`);
  const last = copied[copied.length - 1];
  const lengthBytes = Number(endOf(last) - from);
  const other = probes.find((probe) => probe > from && probe < endOf(last));
  if (other !== undefined) return refuse('OtherProbe', other, `another probe stands at ${hex(other)}`);
  return { status: 'optimizable', copied, lengthBytes };
};

/** Whole instructions, of five bytes at least. */
const copiedFrom = (instructions: readonly Placed[], from: bigint): readonly Placed[] =>
  instructions.filter(({ address }) => address >= from && address < from + jumpBytes);

/** A branch to the second byte of the jump or further, up to the one behind it, which stands for what it would return to. */
const entersBetween = ({ instruction, address }: Placed, from: bigint): Refusal | null => {
  const target = explicitOperandsOf(instruction, address).find((operand) => operand.kind === 'branch');
  if (target?.kind !== 'branch' || target.target <= from || target.target > from + jumpBytes) return null;
  const into = target.target - from;
  return refuse('BranchInto', address, `the instruction at ${hex(address)} branches to byte ${into} of the jump`);
};

/** Through a register, memory or a far pointer: it may lead between. */
const jumpsAnywhere = ({ instruction, address }: Placed): Refusal | null => {
  const form = forms[instruction.form];
  const isIndirect =
    transferOf(form) === 'far jump' ||
    (transferOf(form) === 'jump' && form.operands.every(({ place }) => place !== 'relative'));
  return isIndirect
    ? refuse('IndirectJump', address, `the instruction at ${hex(address)} jumps to an address that is not in the text`)
    : null;
};

const repaired = ({ address }: Placed, fixedUp: readonly bigint[]): Refusal | null =>
  fixedUp.includes(address)
    ? refuse('FixedUp', address, `a fault of the instruction at ${hex(address)} is repaired by its address`)
    : null;
