/** What EVEX says of operands besides registers and memory: masks, broadcast, rounding (SDM 2A 2.7). */
import type { Access, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import type { Instruction } from '../isa/instruction.ts';
import { Encoding, encodingOf } from '../isa/opcode-map.ts';
import { RegisterClass, register, registerName } from '../isa/registers.ts';
import type { OperandFacts, Rounding } from './operand.ts';

const isEvex = ({ map }: Instruction): boolean => encodingOf(map) === Encoding.evex;

/** The mask register in force as an identity, or 0: k0 as a mask means none (SDM 2A 2.7.2). */
const maskRegisterOf = (instruction: Instruction): number =>
  isEvex(instruction) && instruction.mask !== 0 ? register(RegisterClass.mask, instruction.mask) : 0;

export const maskOf = (
  instruction: Instruction,
  { masked }: OperandSpec,
): Partial<Pick<OperandFacts, 'mask' | 'zeroing'>> => {
  const id = masked ? maskRegisterOf(instruction) : 0;
  if (id === 0) return {};
  return { mask: registerName(id), ...(instruction.zeroing === 1 ? { zeroing: true } : {}) };
};

/**
 * Elements that the mask leaves out stay as they are: a register that is written is then read too, and whether anything of
 * it is written is known only where bits above the vector become 0. A mask register as destination becomes 0 there
 * (SDM 2A 2.7.4, VPCMPD).
 */
export const accessOfMasked = (
  instruction: Instruction,
  { access, registerClass, memory }: Pick<OperandSpec, 'access' | 'registerClass' | 'memory'>,
): Access => {
  const isMerging = access.endsWith('w') && maskRegisterOf(instruction) !== 0 && instruction.zeroing === 0;
  if (!isMerging || registerClass === RegisterClass.mask || forms[instruction.form].needs.has('MASK-SELECTS'))
    return access;
  if (memory !== 'never' && instruction.modrm < 0xc0) return access === 'w' ? 'cw' : access;
  return registerClass === RegisterClass.zmm ? 'rcw' : 'rw';
};

/** Gathers and scatters clear the bits of their mask, element by element. */
export const maskAccessOf = (instruction: Instruction): Access => {
  const { needs, operands } = forms[instruction.form];
  const moves = operands.some(({ indexClass, access }) => indexClass !== 0 && access !== '');
  return needs.has('MASK-REQUIRED') && moves ? 'rw' : 'r';
};

const isBroadcast = (instruction: Instruction, { broadcastBits }: OperandSpec): boolean =>
  broadcastBits > 0 && instruction.b === 1 && isEvex(instruction) && instruction.modrm < 0xc0;

/** {1to16}: how many elements the one in memory stands for, and how wide it is. */
export const broadcastOf = (
  instruction: Instruction,
  spec: OperandSpec,
): { readonly bits?: number; readonly broadcast?: number } =>
  isBroadcast(instruction, spec) ? { bits: spec.broadcastBits, broadcast: spec.memoryBits / spec.broadcastBits } : {};

/** As L'L numbers them. */
const modes: readonly Rounding[] = ['rn-sae', 'rd-sae', 'ru-sae', 'rz-sae'];

/** What EVEX.b says of an instruction without memory; null without it. */
export const roundingOf = (instruction: Instruction): Rounding | null => {
  if (!isEvex(instruction) || instruction.b === 0 || instruction.modrm < 0xc0) return null;
  const { operands } = forms[instruction.form];
  for (const { rounding } of operands) {
    if (rounding === 'er') return modes[instruction.vectorLength] ?? null;
    if (rounding === 'sae') return 'sae';
  }
  return null;
};
