/** What VEX holds besides registers of ModRM: W, L, pp and vvvv, as the form fixes them or as they are chosen. */
import type { Form } from '../isa/form.ts';
import { type Instruction, Prefix } from '../isa/instruction.ts';
import { numberOf } from '../isa/registers.ts';
import type { Choices, Unencodable } from './choices.ts';
import { fieldOf } from './register-field.ts';
import { ppNames } from './selection.ts';

/** Sets W in `rex`, the operand size that it makes, L and pp; refuses prefixes that VEX does not stand with. */
export const chooseVectorFields = (form: Form, choices: Choices, into: Instruction): Unencodable | null => {
  const { mode, operandSize, w = 0, vectorLength = 128 } = choices;
  const isWFree = form.w < 0 || (mode !== 64 && form.needs.has('W-IGNORED'));
  const chosenW = isWFree ? w : form.w;
  if (choices.w !== undefined && choices.w !== chosenW) return 'operand-size';
  const chosenLength = form.vectorLength === 0 ? vectorLength : form.vectorLength;
  if (choices.vectorLength !== undefined && choices.vectorLength !== chosenLength) return 'vector-length';
  if ((into.prefixes & ~Prefix.addressSize) !== 0 || choices.hasRex === true) return 'prefix';
  into.rex = chosenW << 3;
  into.operandSize = mode === 64 && chosenW === 1 ? 64 : 32;
  if (operandSize !== undefined && operandSize !== into.operandSize) return 'operand-size';
  into.vectorLength = chosenLength >> 8;
  into.pp = ppNames.indexOf(form.prefix);
  return null;
};

export const chooseVvvv = (form: Form, { vvvv }: Choices, into: Instruction): Unencodable | null => {
  const k = form.operands.findIndex(({ place }) => place === 'vvvv');
  if (k < 0) return vvvv === undefined ? null : 'register';
  const spec = form.operands[k];
  const id = vvvv ?? spec.registerClass << 5;
  if (fieldOf(spec, id, into.mode) < 0) return 'register';
  into.operands[k] = id;
  into.vvvv = numberOf(id);
  return null;
};
