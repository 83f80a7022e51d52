/** What EVEX writes beside operands: `{k1}{z}`, `{1to16}`, `{rn-sae}` (SDM 2A 2.7). */
import type { Form, OperandSpec } from '../isa/form.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { Encoding, mapIn } from '../isa/opcode-map.ts';
import { RegisterClass } from '../isa/registers.ts';

const firstEvexMap = mapIn(Encoding.evex, 0);

/** Behind an operand; '' without any. A register's name begins with `sign`, as AT&T's `{%k1}`. */
export const decorationOf = (instruction: Instruction, spec: OperandSpec, sign: '' | '%'): string => {
  if (instruction.map < firstEvexMap) return '';
  const { mask, zeroing } = instruction;
  const broadcast = isBroadcast(instruction, spec) ? `{1to${spec.memoryBits / spec.broadcastBits}}` : '';
  if (mask === 0 || !spec.masked) return broadcast;
  return `${broadcast}{${sign}k${mask}}${zeroing === 1 ? '{z}' : ''}`;
};

const isBroadcast = ({ b, modrm }: Instruction, { broadcastBits }: OperandSpec): boolean =>
  b === 1 && broadcastBits > 0 && modrm < 0xc0;

/** Bits of the memory operand that is written: those of the element where it is broadcast. */
export const memoryBitsOf = (instruction: Instruction, spec: OperandSpec): number =>
  instruction.map >= firstEvexMap && isBroadcast(instruction, spec) ? spec.broadcastBits : spec.memoryBits;

/** The operand before which rounding stands in the order of Intel and NASM; -1 for a form that has none. */
export const roundingPlaceOf = ({ operands }: Form): number => {
  if (operands.every(({ rounding }) => rounding === '')) return -1;
  const last = operands.findLastIndex(({ place }) => place !== 'immediate');
  const spec = operands[last];
  const isGeneral = spec.registerClass === RegisterClass.gpr32 || spec.registerClass === RegisterClass.gpr64;
  return last > 0 && spec.place === 'rm' && isGeneral ? last : last + 1;
};

const roundingWords: readonly string[] = ['{rn-sae}', '{rd-sae}', '{ru-sae}', '{rz-sae}'];

/** `{rn-sae}`, `{sae}`, or '' without. */
export const roundingText = ({ b, modrm, map, vectorLength }: Instruction, { operands }: Form): string => {
  if (b === 0 || modrm < 0xc0 || map < firstEvexMap) return '';
  return operands.some(({ rounding }) => rounding === 'er') ? (roundingWords[vectorLength] ?? '') : '{sae}';
};

/** The memory of ModRM is broadcast. */
export const hasBroadcast = ({ b, modrm, map, operands }: Instruction): boolean =>
  map >= firstEvexMap && b === 1 && modrm < 0xc0 && operands.includes(OperandKind.memory);
