/** AT&T syntax, as GNU as takes it and objdump prints it: `mov 0x10(%rbx,%rcx,4),%eax`. */
import type { OperandSpec } from '../isa/form.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { classOf, NO_REGISTER, numberOf, Register, RegisterClass, registerName } from '../isa/registers.ts';
import { decorationOf, hasBroadcast, roundingText } from './decorations.ts';
import {
  defaultOperandSize,
  type FormFacts,
  factsOf,
  prefixWords,
  unseenDirectSize,
  unseenOperandSize,
  unseenSegment,
} from './facts.ts';
import { type GasForm, gasFormOf, integerSuffixBySize, suffixBySize } from './gas-names.ts';
import { absoluteOf, overriddenSegment, pointerOf, pointerSegment } from './memory.ts';
import { hex, hexOfBits, signedHex } from './number.ts';
import { promotedName } from './promotion.ts';
import { pseudoOpOf } from './pseudo-ops.ts';
import { targetOf } from './target.ts';
import { textsOfRegisters } from './texts.ts';

/** `address` is where the instruction stands: branch targets are absolute in text. */
export const formatGas = (instruction: Instruction, address: bigint): string => {
  const facts = factsOf(instruction.form);
  const gas = gasFormOf(instruction.form);
  const { specs } = facts;
  const unseen = unseenOperandSize(instruction);
  const pseudo = facts.pseudoOps === null ? undefined : pseudoOpOf(facts.pseudoOps, instruction);
  const before = prefixes(instruction, gas.sizeIsPrefix ? unseen : 0);
  const after = suffix(instruction, facts, gas, gas.sizeIsPrefix ? 0 : unseen) + hint(instruction, facts);
  const own = pseudo ?? nameOf(instruction, gas);
  const name = before + (facts.isPromoted ? promotedName(instruction, facts, own, after) : own + after);
  const count = gas.operandCount - (pseudo === undefined ? 0 : 1);
  if (count === 0) return name;
  const rounding = facts.roundingPlace < 0 ? '' : roundingText(instruction, facts.form);
  let list = rounding !== '' && facts.roundingPlace === count ? `${rounding},` : '';
  for (let k = 0; k < count; k++) {
    const at = gas.firstOperand + (gas.keepsIntelOrder ? k : count - 1 - k);
    const operand = operandText(instruction, facts, specs[at], instruction.operands[at], address);
    list += k === 0 ? gas.star + operand : `,${operand}`;
    if (facts.isDecorated) list += decorationOf(instruction, specs[at], '%');
    if (rounding !== '' && at === facts.roundingPlace) list += `,${rounding}`;
  }
  return `${name} ${list}`;
};

const nameOf = ({ displacementBytes }: Instruction, { name, wideName }: GasForm): string =>
  displacementBytes === 8 ? wideName : name;

const prefixes = (instruction: Instruction, operandSize: number): string => {
  const words = prefixWords(instruction) + unseenSegment(instruction);
  const addressSize = unseenDirectSize(instruction);
  if (operandSize === 0 && addressSize === 0) return words;
  const data = operandSize === 0 ? '' : operandSize === 64 ? 'rex.w ' : `data${operandSize} `;
  return `${words}${data}${addressSize === 0 ? '' : `addr${addressSize} `}`;
};

/** 2E and 3E before a conditional jump (SDM 2A 2.1.1). */
const hint = ({ hintPrefix }: Instruction, { form }: FormFacts): string => {
  if (hintPrefix === 0 || !form.needs.has('HINT')) return '';
  return hintPrefix === 0x3e ? ',pt' : hintPrefix === 0x2e ? ',pn' : '';
};

/** b, w, l, q where no register shows the size. */
const suffix = (instruction: Instruction, facts: FormFacts, gas: GasForm, unseen: number): string => {
  // x87 environments of 64-bit operand size are those of 32.
  if (unseen !== 0) return !facts.isX87 ? suffixBySize(unseen) : unseen === 64 ? '' : integerSuffixBySize(unseen);
  if (instruction.mode === 64 && gas.defaultSuffixIn64 !== '') return gas.defaultSuffixIn64;
  if (facts.hidesOperandSize || facts.isString || gas.memorySuffix === '') return '';
  if (instruction.operands[gas.memoryOperand] !== OperandKind.memory) return '';
  if (gas.isVectorSuffix && hasBroadcast(instruction)) return '';
  return gas.omitsDefaultSize && instruction.operandSize === defaultOperandSize(instruction) ? '' : gas.memorySuffix;
};

const operandText = (
  instruction: Instruction,
  facts: FormFacts,
  spec: OperandSpec,
  entry: number,
  address: bigint,
): string => {
  if (entry >= 32) {
    if (facts.isX87 && classOf(entry) === RegisterClass.st)
      return spec.place === 'fixed' ? '%st' : `%st(${numberOf(entry)})`;
    return facts.isPort && entry === Register.dx ? '(%dx)' : marked[entry];
  }
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
      return memoryText(instruction);
    default:
      return `%${pointerSegment(instruction, entry)}:(%${pointerOf(instruction, entry)})`;
  }
};

const marked = textsOfRegisters((name) => `%${name}`);

const memoryText = (instruction: Instruction): string => {
  const { base, index, scale, displacement } = instruction;
  const segment = overriddenSegment(instruction);
  const prefix = segment === '' ? '' : `%${segment}:`;
  if (base === NO_REGISTER && index === NO_REGISTER) return prefix + absoluteOf(instruction);
  const offset = displacement === 0 ? '' : signedHex(displacement);
  const first = base === NO_REGISTER ? '' : marked[base];
  const scaled =
    index === NO_REGISTER ? '' : `,%${registerName(index)}${instruction.addressSize === 16 ? '' : `,${scale}`}`;
  return `${prefix}${offset}(${first}${scaled})`;
};
