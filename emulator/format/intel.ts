/** Intel syntax: `mov eax, dword ptr [rbx+rcx*4+0x10]`. */
import type { OperandSpec } from '../isa/form.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { memoryBitsOf } from '../isa/memory-bits.ts';
import { classOf, numberOf, RegisterClass, registerName } from '../isa/registers.ts';
import { decorationOf, roundingText } from './decorations.ts';
import { type FormFacts, formFacts, prefixWords, unseenDirectSize, unseenOperandSize, unseenSegment } from './facts.ts';
import { overriddenSegment, pointerOf, pointerSegment, sumOf } from './memory.ts';
import { hex, hexOfBits } from './number.ts';
import { conditionalName, defaultFlagsText, promotionText } from './promotion.ts';
import { pseudoOpOf } from './pseudo-ops.ts';
import { targetOf } from './target.ts';

/** `address` is where the instruction stands: branch targets are absolute in text. */
export const formatIntel = (instruction: Instruction, address: bigint): string => {
  const facts = formFacts[instruction.form];
  const specs = facts.form.operands;
  const pseudo = facts.pseudoOps === null ? undefined : pseudoOpOf(facts.pseudoOps, instruction);
  const count = pseudo === undefined ? specs.length : specs.length - 1;
  const rounding = facts.roundingPlace < 0 ? '' : roundingText(instruction, facts.form);
  let text =
    prefixWords(instruction) +
    unseenSegment(instruction) +
    sizeWords(instruction) +
    promotionText(instruction, facts.form, facts.evexNeed) +
    (pseudo ?? conditionalName(instruction, facts.form, facts.isString ? facts.stem : facts.name)) +
    defaultFlagsText(instruction, facts.form);
  for (let k = 0; k < count; k++) {
    if (rounding !== '' && k === facts.roundingPlace) text += `, ${rounding}`;
    text += (k === 0 ? ' ' : ', ') + operandText(instruction, facts, specs[k], instruction.operands[k], address);
    text += decorationOf(instruction, specs[k], '');
  }
  return rounding !== '' && facts.roundingPlace === count ? `${text}, ${rounding}` : text;
};

/** Sizes that the operands do not show, as prefixes. */
const sizeWords = (instruction: Instruction): string => {
  const operandSize = unseenOperandSize(instruction);
  const addressSize = unseenDirectSize(instruction);
  const data = operandSize === 0 ? '' : `data${operandSize} `;
  return addressSize === 0 ? data : `${data}addr${addressSize} `;
};

const operandText = (
  instruction: Instruction,
  facts: FormFacts,
  spec: OperandSpec,
  entry: number,
  address: bigint,
): string => {
  if (entry >= 32) return facts.isX87 ? stackRegisterName(spec, entry) : registerName(entry);
  switch (entry) {
    case OperandKind.immediate:
      return hexOfBits(instruction.immediateHigh, instruction.immediate, spec.bits);
    case OperandKind.immediate2:
      return hex(instruction.immediate2);
    case OperandKind.constantOne:
      return '1';
    case OperandKind.branch:
      return targetOf(instruction, address);
    case OperandKind.farPointer:
      return `${hex(instruction.immediate2)}:${hexOfBits(0, instruction.immediate, spec.encodedBits)}`;
    case OperandKind.memory:
      return `${sizeText(facts, memoryBitsOf(instruction, spec))}${segmentText(overriddenSegment(instruction))}[${sumOf(instruction)}]`;
    default:
      return `${sizeText(facts, spec.memoryBits)}${segmentText(pointerSegment(instruction, entry))}[${pointerOf(instruction, entry)}]`;
  }
};

const segmentText = (segment: string): string => (segment === '' ? '' : `${segment}:`);

/** `st(1)`, and `st` where the opcode fixes the top of the stack. */
const stackRegisterName = ({ place }: OperandSpec, entry: number): string => {
  if (classOf(entry) !== RegisterClass.st) return registerName(entry);
  return place === 'fixed' ? 'st' : `st(${numberOf(entry)})`;
};

const sizeText = (facts: FormFacts, bits: number): string => (facts.isFarMemory ? 'far ' : '') + (keywords[bits] ?? '');

/** By bits; memory that has no size, or one without keyword, has none. */
const keywords: Readonly<Record<number, string>> = {
  8: 'byte ptr ',
  16: 'word ptr ',
  32: 'dword ptr ',
  48: 'fword ptr ',
  64: 'qword ptr ',
  80: 'tbyte ptr ',
  128: 'xmmword ptr ',
  256: 'ymmword ptr ',
  512: 'zmmword ptr ',
};
