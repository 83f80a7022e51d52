import { conditionReads, isConditional, isPromoted, sourceCondition, suppressesFlags } from '../isa/apx.ts';
import { type FlagEffect, flagEffects } from '../isa/flags.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { Register } from '../isa/registers.ts';

/**
 * What this instruction does to RFLAGS. Shifts by a constant are told apart by their count: zero changes nothing, one
 * defines OF (SDM 2B SAL/SAR/SHL/SHR, RCL/RCR/ROL/ROR; SHLD, SHRD).
 */
export const flagsOf = (instruction: Instruction): FlagEffect =>
  constantEffects[instruction.form] ?? effectOf(instruction);

/** By form: the effect that neither a count nor a field of the encoding changes, once it has been asked for. */
const constantEffects = new Array<FlagEffect | undefined>(forms.length).fill(undefined);

const effectOf = (instruction: Instruction): FlagEffect => {
  const form = forms[instruction.form];
  const { flags, operands } = form;
  if (!isPromoted(form) && !isConditional(form) && flags.byCount === undefined)
    constantEffects[instruction.form] = flags;
  if (suppressesFlags(form, instruction)) return flagEffects.none;
  if (isConditional(form)) return conditionalFlags[sourceCondition(instruction)];
  if (flags.byCount === undefined) return flags;
  const entry = instruction.operands[operands.length - 1];
  if (entry === OperandKind.constantOne) return flags.byCount.one;
  return entry === OperandKind.immediate ? flagsByCount(instruction, instruction.immediate) : flags;
};

/** The flags that a source condition reads; all status flags are written, if only as the encoding says. */
const conditionalFlags: readonly FlagEffect[] = Array.from({ length: 16 }, (_, condition) => ({
  ...flagEffects['source-condition'],
  read: conditionReads(condition),
}));

/** The same where the value of CL is known too. */
export const flagsOfExecuted = (instruction: Instruction, cl: number): FlagEffect => {
  const form = forms[instruction.form];
  const { flags, operands } = form;
  if (suppressesFlags(form, instruction)) return flagEffects.none;
  const isInCl = flags.byCount !== undefined && instruction.operands[operands.length - 1] === Register.cl;
  return isInCl ? flagsByCount(instruction, cl) : flagsOf(instruction);
};

const flagsByCount = ({ form }: Instruction, encoded: number): FlagEffect => {
  const { flags, operands } = forms[form];
  const count = rotationOf(encoded, operands[0].bits, flags === flagEffects['rotate-carry']);
  if (count === 0 || flags.byCount === undefined) return flagEffects.none;
  return count === 1 ? flags.byCount.one : flags.byCount.more;
};

/** The count as the CPU takes it: modulo 32 or 64, and for 8- and 16-bit rotates through carry modulo 9 and 17. */
const rotationOf = (encoded: number, bits: number, throughCarry: boolean): number => {
  const masked = encoded & (bits === 64 ? 63 : 31);
  return throughCarry && bits < 32 ? masked % (bits + 1) : masked;
};
