/** What EVEX and MVEX write beside operands: `{k1}{z}`, `{1to16}`, `{rn-sae}` (SDM 2A 2.7); `{eh}{float16}`, `{cdab}`. */

import { isPromoted } from '../isa/apx.ts';
import { conversionOf, hasEvictionHint } from '../isa/conversion-of.ts';
import type { Form, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { isBroadcast } from '../isa/memory-bits.ts';
import { firstEvexMap, firstMvexMap } from '../isa/opcode-map.ts';
import { RegisterClass } from '../isa/registers.ts';

/** Behind an operand; '' without any. A register's name begins with `sign`, as AT&T's `{%k1}`. */
export const decorationOf = (instruction: Instruction, spec: OperandSpec, sign: '' | '%'): string => {
  if (instruction.map < firstEvexMap) return '';
  const { mask, zeroing } = instruction;
  const broadcast = isBroadcast(instruction, spec) ? `{1to${spec.memoryBits / spec.broadcastBits}}` : '';
  const first = instruction.map < firstMvexMap ? broadcast : conversionText(instruction, spec);
  if (mask === 0 || !spec.masked) return first;
  return `${first}{${sign}k${mask}}${zeroing === 1 ? '{z}' : ''}`;
};

/** MVEX: the hint to evict, and what is converted or swizzled. */
const conversionText = (instruction: Instruction, spec: OperandSpec): string => {
  const hint = spec.memory !== 'never' && hasEvictionHint(instruction) ? '{eh}' : '';
  return hint + braced(conversionOf(instruction, spec));
};

const braced = (word: string): string => (word === '' ? '' : `{${word}}`);

/** The operand before which rounding stands in the order of Intel and NASM; -1 for a form that has none. */
export const roundingPlaceOf = ({ operands }: Form): number => {
  if (operands.every(({ rounding }) => rounding === '')) return -1;
  const last = operands.findLastIndex(({ place }) => place !== 'immediate');
  const spec = operands[last];
  const isGeneral = spec.registerClass === RegisterClass.gpr32 || spec.registerClass === RegisterClass.gpr64;
  return last > 0 && spec.place === 'rm' && isGeneral ? last : last + 1;
};

const roundingModes: readonly string[] = ['rn', 'rd', 'ru', 'rz'];

/** `{rn-sae}`, `{sae}`, or '' without. */
export const roundingText = (instruction: Instruction, { operands }: Form): string => {
  const { b, modrm, map, vectorLength } = instruction;
  if (modrm < 0xc0 || map < firstEvexMap) return '';
  const rounds = operands.some(({ rounding }) => rounding === 'er');
  if (map >= firstMvexMap) return mvexRounding(instruction, rounds);
  if (b === 0) return '';
  return rounds ? `{${roundingModes[vectorLength]}-sae}` : '{sae}';
};

/** MVEX rounds without suppressing exceptions too. */
const mvexRounding = ({ eviction, conversion }: Instruction, rounds: boolean): string => {
  if (eviction === 0) return '';
  const mode = rounds ? roundingModes[conversion & 3] : '';
  if (conversion < 4) return braced(mode);
  return rounds ? `{${mode}-sae}` : '{sae}';
};

/** The memory of ModRM is broadcast. */
export const hasBroadcast = ({ form, b, modrm, map, operands }: Instruction): boolean =>
  map >= firstEvexMap && b === 1 && modrm < 0xc0 && operands.includes(OperandKind.memory) && !isPromoted(forms[form]);
