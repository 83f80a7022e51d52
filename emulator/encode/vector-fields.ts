/** What VEX and its kin hold besides registers of ModRM: W, L, pp, vvvv and is4, as the form fixes or as is chosen. */
import { isPromoted } from '../isa/apx.ts';
import type { Form } from '../isa/form.ts';
import { type Instruction, OperandKind, Prefix } from '../isa/instruction.ts';
import { Encoding, encodingOf, promotedMap } from '../isa/opcode-map.ts';
import { numberOf } from '../isa/registers.ts';
import type { Choices, Unencodable } from './choices.ts';
import { fieldOf, roomOf } from './register-field.ts';
import { ppNames } from './selection.ts';

/** Sets W in `rex`, the operand size that it makes, L and pp; refuses prefixes that VEX does not stand with. */
export const chooseVectorFields = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  if (isPromoted(form) && choices.vectorLength !== undefined) return 'vector-length';
  const { mode, operandSize, w = 0, vectorLength = 128 } = choices;
  const chosenW = chosenWOf(form, mode, w);
  if (choices.w !== undefined && choices.w !== chosenW) return 'operand-size';
  const chosenLength = form.vectorLength === 0 ? vectorLength : form.vectorLength;
  if (choices.vectorLength !== undefined && choices.vectorLength !== chosenLength) return 'vector-length';
  if (chosenLength === 512 && encodingOf(form.map) < Encoding.evex) return 'vector-length';
  if ((into.prefixes & ~Prefix.addressSize) !== 0 || choices.hasRex === true) return 'prefix';
  into.rex = chosenW << 3;
  into.pp = form.operandSize === 16 ? 1 : Math.max(ppNames.indexOf(form.prefix), 0);
  // In the map of promoted legacy instructions, pp is 66 as an operand size too.
  const size = form.map === promotedMap && into.pp === 1 ? 16 : 32;
  into.operandSize = mode === 64 && chosenW === 1 ? 64 : size;
  if (operandSize !== undefined && operandSize !== into.operandSize) return 'operand-size';
  into.vectorLength = chosenLength >> 8;
  into.b = form.nd === 1 || choices.broadcast === true || choices.rounding !== undefined ? 1 : 0;
  into.conversion = choices.conversion ?? 0;
  into.eviction = form.eviction === -1 ? (choices.eviction ?? 0) : form.eviction;
  return null;
};

/** What is promoted with the sizes of legacy instructions has W by its size. */
const chosenWOf = (form: Form, mode: Choices['mode'], w: 0 | 1): 0 | 1 => {
  if (isPromoted(form) && form.operandSize !== 0) return form.operandSize === 64 ? 1 : 0;
  if (form.w < 0 || (mode !== 64 && form.needs.has('W-IGNORED'))) return w;
  return form.w === 1 ? 1 : 0;
};

export const chooseVvvv = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  const { vvvv } = choices;
  const k = form.operands.findIndex(({ place }) => place === 'vvvv');
  if (k < 0) return vvvv === undefined ? null : 'register';
  const spec = form.operands[k];
  const id = vvvv ?? (spec.registerClass << 5) + plainNumberOf(form, 'vvvv');
  if (fieldOf(spec, id, roomOf(form, choices)) < 0) return 'register';
  into.operands[k] = id;
  into.vvvv = numberOf(id);
  return null;
};

/** The register in the high half of the immediate; `immediate2` is its low half, which most forms ignore. */
export const chooseIs4 = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  const { is4, immediate2 = 0 } = choices;
  const k = form.operands.findIndex(({ place }) => place === 'is4');
  if (k < 0) return is4 === undefined ? null : 'register';
  const spec = form.operands[k];
  const id = is4 ?? spec.registerClass << 5;
  const number = fieldOf(spec, id, roomOf(form, choices));
  if (number < 0) return 'register';
  if (immediate2 < 0 || immediate2 > 15) return 'immediate';
  into.operands[k] = id;
  into.immediate = (number << 4) | immediate2;
  into.immediate2 = immediate2;
  into.immediateBytes = 1;
  const low = form.operands.findIndex(({ token }) => token === 'imm4');
  if (low >= 0) into.operands[low] = OperandKind.immediate2;
  return null;
};

/** The plainest register is number 0, but where operands must differ. */
export const plainNumberOf = ({ needs }: Form, place: 'reg' | 'rm' | 'vvvv'): number =>
  needs.has('DISTINCT') || needs.has('DISTINCT-DESTINATION') ? ['reg', 'rm', 'vvvv'].indexOf(place) : 0;
