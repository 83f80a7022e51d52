/** Intel syntax: `mov eax, dword ptr [rbx+rcx*4+0x10]`. */
import type { OperandSpec } from '../isa/form.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { memoryBitsOf } from '../isa/memory-bits.ts';
import { classOf, NO_REGISTER, numberOf, RegisterClass, registerName } from '../isa/registers.ts';
import { decorationOf, roundingText } from './decorations.ts';
import { type FormFacts, factsOf, prefixWords, unseenDirectSize, unseenOperandSize, unseenSegment } from './facts.ts';
import { overriddenSegment, pointerOf, pointerSegment, sumOf } from './memory.ts';
import { hex, hexOfBits } from './number.ts';
import { promotedName } from './promotion.ts';
import { pseudoOpOf } from './pseudo-ops.ts';
import { targetOf } from './target.ts';
import { listed, spaced, wordsBySize } from './texts.ts';

/** `address` is where the instruction stands: branch targets are absolute in text. */
export const formatIntel = (instruction: Instruction, address: bigint): string => {
  const facts = factsOf(instruction.form);
  const { specs, isDecorated } = facts;
  const pseudo = facts.pseudoOps === null ? undefined : pseudoOpOf(facts.pseudoOps, instruction);
  const count = pseudo === undefined ? specs.length : specs.length - 1;
  const rounding = facts.roundingPlace < 0 ? '' : roundingText(instruction, facts.form);
  let text =
    prefixWords(instruction) +
    (facts.showsAll ? '' : unseenSegment(instruction) + sizeWords(instruction)) +
    (pseudo ?? (facts.isPromoted ? promotedName(instruction, facts, facts.name) : facts.stem));
  for (let k = 0; k < count; k++) {
    if (rounding !== '' && k === facts.roundingPlace) text += `, ${rounding}`;
    text += operandText(instruction, facts, k, address);
    if (isDecorated) text += decorationOf(instruction, specs[k], '');
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

/** With what stands before it: a space, or a comma and a space. */
const operandText = (instruction: Instruction, facts: FormFacts, k: number, address: bigint): string => {
  const entry = instruction.operands[k];
  if (entry >= 32 && !facts.isX87) return k === 0 ? spaced[entry] : listed[entry];
  const spec = facts.specs[k];
  if (entry === OperandKind.memory && instruction.segmentOverride === NO_REGISTER && !facts.isFarMemory) {
    const bits = memoryBitsOf(instruction, spec);
    return `${k === 0 ? firstOpenings[bits] : openings[bits]}${sumOf(instruction)}]`;
  }
  return (k === 0 ? ' ' : ', ') + rareOperandText(instruction, facts, spec, entry, address);
};

const rareOperandText = (
  instruction: Instruction,
  facts: FormFacts,
  spec: OperandSpec,
  entry: number,
  address: bigint,
): string => {
  if (entry >= 32) return stackRegisterName(spec, entry);
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

const sizeText = (facts: FormFacts, bits: number): string =>
  facts.isFarMemory ? `far ${keywords[bits]}` : keywords[bits];

/** By bits; memory that has no size, or one without keyword, has none. */
const keywords = wordsBySize({
  8: 'byte ptr ',
  16: 'word ptr ',
  32: 'dword ptr ',
  48: 'fword ptr ',
  64: 'qword ptr ',
  80: 'tbyte ptr ',
  128: 'xmmword ptr ',
  256: 'ymmword ptr ',
  512: 'zmmword ptr ',
});

/** Keywords between what stands before an operand and its bracket. */
const firstOpenings = keywords.map((keyword) => ` ${keyword}[`);
const openings = keywords.map((keyword) => `, ${keyword}[`);
