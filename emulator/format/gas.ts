/** AT&T syntax, as GNU as takes it and objdump prints it: `mov 0x10(%rbx,%rcx,4),%eax`. */
import type { OperandSpec } from '../isa/form.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { NO_REGISTER, Register, registerName } from '../isa/registers.ts';
import {
  defaultOperandSize,
  type FormFacts,
  formFacts,
  prefixWords,
  unseenAddressSize,
  unseenOperandSize,
} from './facts.ts';
import { gasNameOf, isIndirect, keepsIntelOrder, suffixBySize, suffixIsAddressSize } from './gas-names.ts';
import { absoluteOf, overriddenSegment, pointerOf, pointerSegment } from './memory.ts';
import { hex, hexOfBits, signedHex } from './number.ts';
import { targetOf } from './target.ts';

/** `address` is where the instruction stands: branch targets are absolute in text. */
export const formatGas = (instruction: Instruction, address: bigint): string => {
  const facts = formFacts[instruction.form];
  const { operands } = facts.form;
  const text = prefixes(instruction, facts) + gasNameOf(facts) + suffix(instruction, facts) + hint(instruction);
  const count = operands.length;
  if (count === 0) return text;
  const keepsOrder = keepsIntelOrder(facts);
  let list = '';
  for (let k = 0; k < count; k++) {
    const at = keepsOrder ? k : count - 1 - k;
    const operand = operandText(instruction, facts, operands[at], instruction.operands[at], address);
    list += k === 0 ? operand : `,${operand}`;
  }
  return `${text} ${list}`;
};

const prefixes = (instruction: Instruction, facts: FormFacts): string => {
  const addressSize = facts.isString ? 0 : unseenAddressSize(instruction);
  const operandSize = suffixIsAddressSize(facts) ? unseenOperandSize(instruction) : 0;
  const sizes = `${operandSize === 0 ? '' : `data${operandSize} `}${addressSize === 0 ? '' : `addr${addressSize} `}`;
  return `${prefixWords(instruction)}${sizes}`;
};

/** 2E and 3E before a conditional jump (SDM 2A 2.1.1). */
const hint = ({ hintPrefix, form }: Instruction): string => {
  if (hintPrefix === 0 || !formFacts[form].form.needs.has('HINT')) return '';
  return hintPrefix === 0x3e ? ',pt' : hintPrefix === 0x2e ? ',pn' : '';
};

/** b, w, l, q where no register shows the size. */
const suffix = (instruction: Instruction, facts: FormFacts): string => {
  const unseen = unseenOperandSize(instruction);
  if (unseen !== 0) return suffixIsAddressSize(facts) ? '' : suffixBySize(unseen);
  if (facts.hidesOperandSize || facts.isString) return '';
  if (isIndirect(facts) && !facts.isFarMemory && instruction.operandSize === defaultOperandSize(instruction)) return '';
  const memory = facts.form.operands.find((_, k) => instruction.operands[k] === OperandKind.memory);
  const hasRegister = facts.form.operands.some((_, k) => instruction.operands[k] >= 32);
  return memory === undefined || (hasRegister && !facts.isShift && !facts.isChecksum) || facts.hasOneSize
    ? ''
    : suffixBySize(memory.memoryBits);
};

const operandText = (
  instruction: Instruction,
  facts: FormFacts,
  spec: OperandSpec,
  entry: number,
  address: bigint,
): string => {
  const star = isIndirect(facts) ? '*' : '';
  if (entry >= 32) return facts.isPort && entry === Register.dx ? '(%dx)' : `${star}%${registerName(entry)}`;
  switch (entry) {
    case OperandKind.immediate:
      return `$${hexOfBits(instruction.immediateHigh, instruction.immediate, spec.bits)}`;
    case OperandKind.immediate2:
      return `$${hex(instruction.immediate2)}`;
    case OperandKind.constantOne:
      return '$1';
    case OperandKind.branch:
      return targetOf(instruction, address);
    case OperandKind.farPointer:
      return `$${hex(instruction.immediate2)},$${hexOfBits(0, instruction.immediate, spec.encodedBits)}`;
    case OperandKind.memory:
      return star + memoryText(instruction);
    default:
      return `%${pointerSegment(instruction, entry)}:(%${pointerOf(instruction, entry)})`;
  }
};

const memoryText = (instruction: Instruction): string => {
  const { base, index, scale, displacement } = instruction;
  const segment = overriddenSegment(instruction);
  const prefix = segment === '' ? '' : `%${segment}:`;
  if (base === NO_REGISTER && index === NO_REGISTER) return prefix + absoluteOf(instruction);
  const offset = displacement === 0 ? '' : signedHex(displacement);
  const first = base === NO_REGISTER ? '' : `%${registerName(base)}`;
  const scaled =
    index === NO_REGISTER ? '' : `,%${registerName(index)}${instruction.addressSize === 16 ? '' : `,${scale}`}`;
  return `${prefix}${offset}(${first}${scaled})`;
};
