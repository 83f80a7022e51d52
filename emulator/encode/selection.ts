/**
 * Which form the fields of an encoding select: the rules that the decoder's tree is compiled from, told once more in
 * the other direction. Tests hold the two against each other.
 */
import { takesRex2, usesVvvv } from '../isa/apx.ts';
import { groupByOpcode } from '../isa/by-opcode.ts';
import type { Form } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { Extension, type Instruction, Prefix } from '../isa/instruction.ts';
import type { Vendor } from '../isa/modes.ts';
import { isVectorMap, opcodeIndex } from '../isa/opcode-map.ts';
import { type OpcodeOption, opcodeOptions } from '../isa/options.ts';
import { existsIn } from '../isa/presence.ts';

/**
 * The form that map, opcode, prefixes, rex, modrm and the sizes of `instruction` select, the most special one where
 * several fit. `operandSize` is as prefixes make it, before the form has a say.
 */
export const selectedForm = (instruction: Instruction, { vendor, options }: Cpu): Form | undefined => {
  const candidates = (formsByOpcode().get(opcodeIndex(instruction.map, instruction.opcode)) ?? []).filter(
    (form) => existsIn(form, instruction.mode, vendor, options) && fits(form, instruction),
  );
  const size = settledSize(candidates, instruction, vendor);
  let fitting = candidates.filter((form) => form.operandSize === 0 || form.operandSize === size);
  // Where no form has 64 bits, REX.W is ignored (SDM 2A 2.2.1.2).
  if (size === 64 && fitting.every((form) => form.operandSize === 0))
    fitting = candidates.filter((form) => form.operandSize === 0 || form.operandSize === 32);
  return fitting.toSorted((a, b) => specialty(b) - specialty(a))[0];
};

/** Whose instructions these are. */
export interface Cpu {
  readonly vendor: Vendor;
  readonly options: readonly OpcodeOption[];
}

let byOpcode: ReadonlyMap<number, readonly Form[]> | undefined;

const formsByOpcode = (): ReadonlyMap<number, readonly Form[]> => {
  byOpcode ??= groupByOpcode(forms);
  return byOpcode;
};

/** All conditions of a form but its operand size. */
const fits = (form: Form, instruction: Instruction): boolean => {
  const { mode, prefixes, rex, modrm, addressSize } = instruction;
  if (!(isVectorMap(form.map) ? vectorFits(form, instruction) : prefixFits(form, prefixes))) return false;
  if (form.mod === 'register' && modrm < 0xc0) return false;
  if (form.mod === 'memory' && modrm >= 0xc0) return false;
  if (form.reg >= 0 && form.reg !== ((modrm >> 3) & 7)) return false;
  if (form.rm >= 0 && form.rm !== (modrm & 7)) return false;
  if (form.needs.has('NO-REX.B') && (rex & (1 | Extension.b4)) !== 0) return false;
  if (!rex2Fits(form, instruction)) return false;
  if (form.needs.has('RIP-RELATIVE') && (mode !== 64 || (modrm & 0xc7) !== 5)) return false;
  return form.addressSize === 0 || form.addressSize === addressSize;
};

/** APX specification 3.1.2.1. */
const rex2Fits = (form: Form, { rex }: Instruction): boolean => {
  if (isVectorMap(form.map)) return true;
  const hasRex2 = (rex & Extension.rex2) !== 0;
  return form.rex2 >= 0 ? hasRex2 && ((rex >> 3) & 1) === form.rex2 : !hasRex2 || takesRex2(form);
};

/** SDM 2A 3.1.1.2. */
const vectorFits = (form: Form, instruction: Instruction): boolean => {
  const { mode, rex, pp, b, mask, vvvv, eviction } = instruction;
  const isWFree = form.w < 0 || (mode !== 64 && form.needs.has('W-IGNORED'));
  return (
    (form.prefix === 'NFx' ? pp < 2 : form.prefix === ppNames[pp]) &&
    (form.nd < 0 || form.nd === b) &&
    (form.nf < 0 || form.nf === mask >> 2) &&
    (form.eviction < 0 || form.eviction === eviction) &&
    (isWFree || form.w === ((rex >> 3) & 1)) &&
    (form.vectorLength === 0 || form.vectorLength === vectorBitsOf(instruction)) &&
    ((vvvv & 15) === 0 || usesVvvv(form))
  );
};

/** Where L'L is a rounding mode, there are 512 bits (SDM 2A 2.7.8). */
const vectorBitsOf = ({ vectorLength, b, modrm }: Instruction): number =>
  b === 1 && modrm >= 0xc0 ? 512 : 128 << vectorLength;

/** Mandatory prefixes as VEX.pp numbers them. */
export const ppNames: readonly Form['prefix'][] = ['NP', '66', 'F3', 'F2'];

const prefixFits = (form: Form, prefixes: number): boolean => {
  const isRepeat = (prefixes & (Prefix.rep | Prefix.repne)) !== 0;
  switch (form.prefix) {
    case '':
      return true;
    case 'NFx':
      return !isRepeat;
    case 'F3':
      return (prefixes & Prefix.rep) !== 0;
    case 'F2':
      return (prefixes & Prefix.repne) !== 0;
    default:
      // F2 and F3 come before 66 as mandatory prefixes.
      return !isRepeat && (form.prefix === '66') === ((prefixes & Prefix.operandSize) !== 0);
  }
};

const settledSize = (candidates: readonly Form[], { mode, operandSize }: Instruction, vendor: Vendor): number => {
  if (mode !== 64) return operandSize;
  const isForced = candidates.some((form) => form.needs.has('F64'));
  if (isForced && vendor === 'intel') return 64;
  const isDefault64 = isForced || candidates.some((form) => form.needs.has('D64'));
  return isDefault64 && operandSize === 32 ? 64 : operandSize;
};

/** A condition outweighs all that come after it. */
const specialty = (form: Form): number => {
  const conditions = [
    form.prefix !== '' && form.prefix !== 'NFx',
    form.rm >= 0,
    form.needs.has('RIP-RELATIVE'),
    form.reg >= 0,
    form.mod === 'register' || form.mod === 'memory',
    form.needs.has('NO-REX.B'),
    form.addressSize !== 0,
    form.operandSize !== 0,
    form.prefix === 'NFx',
  ];
  return (
    conditions.reduce((weight, holds) => weight * 2 + Number(holds), 0) + optionRank(form) * 2 ** conditions.length
  );
};

/** Forms that are asked for stand before those that are not, later options before earlier ones. */
const optionRank = ({ needs }: Form): number => opcodeOptions.findLastIndex((option) => needs.has(option)) + 1;
