/**
 * What a displacement of 8 bits counts in EVEX: the memory operand, or the element that is broadcast (SDM 2A 2.7.5). In
 * MVEX memory as it is converted.
 */
import { isPromoted } from '../isa/apx.ts';
import { convertedBits } from '../isa/conversions.ts';
import type { Form } from '../isa/form.ts';
import type { Instruction } from '../isa/instruction.ts';
import type { Need } from '../isa/needs.ts';
import { Encoding, encodingOf } from '../isa/opcode-map.ts';

/** In bytes; 1 without EVEX and MVEX. */
export const displacementUnitOf = (form: Form, { b, conversion }: Pick<Instruction, 'b' | 'conversion'>): number => {
  if (encodingOf(form.map) === Encoding.mvex) {
    const memory = form.operands.find(({ memoryBits }) => memoryBits > 0);
    return bytesOf(convertedBits(form.conversion, memory?.memoryBits ?? 0, conversion));
  }
  const [whole, element] = unitsOf(form);
  return b === 1 ? element : whole;
};

type Units = readonly [whole: number, element: number];

const unitsOf = (form: Form): Units => {
  if (encodingOf(form.map) !== Encoding.evex || isPromoted(form)) return [1, 1];
  const known = units.get(form.id) ?? computed(form);
  units.set(form.id, known);
  return known;
};

const units = new Map<number, Units>();

const computed = ({ operands, needs }: Form): Units => {
  const memory = operands.find(({ memoryBits }) => memoryBits > 0);
  const [, named] = tuples.find(([need]) => needs.has(need)) ?? [];
  return [named ?? bytesOf(memory?.memoryBits), bytesOf(memory?.broadcastBits)];
};

const bytesOf = (bits: number | undefined): number => (bits === undefined || bits === 0 ? 1 : bits >> 3);

const tuples: readonly (readonly [Need, number])[] = [
  ['DISP8-1', 1],
  ['DISP8-2', 2],
  ['DISP8-4', 4],
  ['DISP8-8', 8],
];
