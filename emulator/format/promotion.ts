/**
 * What APX writes beside operands: `{nf}`, `{evex}` where another encoding would be the shorter one, the condition and
 * the flags of conditional comparisons: `ccmpne {dfv=of,cf} eax, ebx` (APX specification, 355828).
 */
import { defaultFlags, isConditional, isPromoted, sourceCondition, suppressesFlags } from '../isa/apx.ts';
import type { Form } from '../isa/form.ts';
import type { Instruction } from '../isa/instruction.ts';
import { firstEvexMap, isVectorMap } from '../isa/opcode-map.ts';
import { RegisterClass } from '../isa/registers.ts';

/**
 * When text has to ask for EVEX: never; always, where REX2 reaches all registers of a legacy form; or where neither a
 * general register nor an address is there that VEX could not name.
 */
export type EvexNeed = 'never' | 'always' | 'without general registers';

export const evexNeedOf = (form: Form, namesakes: readonly Form[]): EvexNeed => {
  if (!isPromoted(form) || form.nd === 1) return 'never';
  const twins = namesakes.filter((other) => !isPromoted(other) && hasSameOperands(form, other));
  if (twins.some(({ map }) => map <= 1)) return 'always';
  const isOfMasks = form.operands.some(
    ({ place, registerClass, memory }) => place === 'rm' && registerClass === RegisterClass.mask && memory === 'may',
  );
  return isOfMasks && twins.some(({ map }) => isVectorMap(map)) ? 'without general registers' : 'never';
};

const hasSameOperands = (form: Form, { operands }: Form): boolean =>
  operands.length === form.operands.length && operands.every(({ token }, k) => token === form.operands[k].token);

interface Promoted {
  readonly form: Form;
  readonly evexNeed: EvexNeed;
}

/** A name and its suffix with all that APX writes around them. */
export const promotedName = (
  instruction: Instruction,
  { form, evexNeed }: Promoted,
  name: string,
  suffix = '',
): string => {
  const before = promotionText(instruction, form, evexNeed);
  return before + conditionalName(instruction, form, name) + suffix + defaultFlagsText(instruction, form);
};

/** Before the name. */
const promotionText = (instruction: Instruction, form: Form, need: EvexNeed): string => {
  if (instruction.map < firstEvexMap || !isPromoted(form)) return '';
  if (suppressesFlags(form, instruction)) return '{nf} ';
  const isAsked = need === 'always' || (need === 'without general registers' && instruction.modrm >= 0xc0);
  return isAsked ? '{evex} ' : '';
};

/** As SCC numbers them: t is always, f never. */
const conditions: readonly string[] = 'o no b ae e ne be a s ns t f l ge le g'.split(' ');

/** The name with the condition that stands for its last three letters. */
const conditionalName = (instruction: Instruction, form: Form, name: string): string =>
  isConditional(form) ? `${name.slice(0, -3)}${conditions[sourceCondition(instruction)]}` : name;

/** Behind the name: `{dfv=of,sf}`. */
const defaultFlagsText = (instruction: Instruction, form: Form): string => {
  if (!isConditional(form)) return '';
  const bits = defaultFlags(instruction);
  return ` {dfv=${flagNames.filter((_, k) => ((bits >> (3 - k)) & 1) === 1).join(',')}}`;
};

const flagNames: readonly string[] = ['of', 'sf', 'zf', 'cf'];
