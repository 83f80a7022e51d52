/** What EVEX and MVEX say of operands besides registers and memory: masks, broadcast, rounding, conversion (SDM 2A 2.7). */
import { conversionOf, hasEvictionHint } from '../isa/conversion-of.ts';
import type { Access, Form, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import type { Instruction } from '../isa/instruction.ts';
import { isBroadcast, memoryBitsOf } from '../isa/memory-bits.ts';
import { firstEvexMap, firstMvexMap } from '../isa/opcode-map.ts';
import { RegisterClass, register, registerName } from '../isa/registers.ts';
import type { MemoryOperand, OperandFacts, Rounding } from './operand.ts';

/** The mask register in force as an identity, or 0: k0 as a mask means none (SDM 2A 2.7.2). */
const maskRegisterOf = ({ map, mask }: Instruction): number =>
  map >= firstEvexMap && mask !== 0 ? register(RegisterClass.mask, mask) : 0;

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
export const accessOfMasked = (instruction: Instruction, spec: OperandSpec): Access =>
  leavesElements(instruction)
    ? mergingAccess(forms[instruction.form], spec, spec.memory !== 'never' && instruction.modrm < 0xc0)
    : spec.access;

/** There is a mask, and what it leaves out does not become 0. */
export const leavesElements = (instruction: Instruction): boolean =>
  maskRegisterOf(instruction) !== 0 && instruction.zeroing === 0;

/** The access where there is such a mask. */
export const mergingAccess = (form: Form, { access, registerClass }: OperandSpec, isInMemory: boolean): Access => {
  if (!access.endsWith('w') || registerClass === RegisterClass.mask || form.needs.has('MASK-SELECTS')) return access;
  if (isInMemory) return access === 'w' ? 'cw' : access;
  return registerClass === RegisterClass.zmm ? 'rcw' : 'rw';
};

/** Gathers and scatters clear the bits of their mask, element by element. Some forms of MVEX write it as well. */
export const maskAccessOf = (instruction: Instruction): Access => {
  const { needs, operands } = forms[instruction.form];
  const moves = operands.some(({ indexClass, access }) => indexClass !== 0 && access !== '');
  return needs.has('MASK-WRITTEN') || (needs.has('MASK-REQUIRED') && moves) ? 'rw' : 'r';
};

/** How much memory there is: of {1to16} one element, and how many it stands for. */
export const memoryFactsOf = (
  instruction: Instruction,
  spec: OperandSpec,
): Pick<MemoryOperand, 'bits' | 'broadcast' | 'evictionHint'> => ({
  bits: memoryBitsOf(instruction, spec),
  ...(isBroadcast(instruction, spec) ? { broadcast: spec.memoryBits / spec.broadcastBits } : {}),
  ...(hasEvictionHint(instruction) ? { evictionHint: true } : {}),
});

/** What MVEX.SSS makes of the operand. */
export const conversionFactOf = (instruction: Instruction, spec: OperandSpec): Pick<OperandFacts, 'conversion'> => {
  if (instruction.map < firstMvexMap) return {};
  const conversion = conversionOf(instruction, spec);
  return conversion === '' ? {} : { conversion };
};

/** As L'L numbers them. */
const modes: readonly Rounding[] = ['rn-sae', 'rd-sae', 'ru-sae', 'rz-sae'];

/** As SSS numbers them. */
const mvexModes: readonly Rounding[] = ['rn', 'rd', 'ru', 'rz', ...modes];

/** What EVEX.b and MVEX.E say of an instruction without memory; null without them. */
export const roundingOf = (instruction: Instruction): Rounding | null => {
  const { map, b, modrm, eviction, vectorLength, conversion } = instruction;
  if (map < firstEvexMap || modrm < 0xc0) return null;
  const isMvex = map >= firstMvexMap;
  if ((isMvex ? eviction : b) === 0) return null;
  const { operands } = forms[instruction.form];
  for (const { rounding } of operands) {
    if (rounding === 'er') return (isMvex ? mvexModes[conversion] : modes[vectorLength]) ?? null;
    if (rounding === 'sae') return isMvex && conversion < 4 ? null : 'sae';
  }
  return null;
};
