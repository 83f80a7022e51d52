/**
 * NASM syntax: `mov eax, dword [rbx+rcx*4+0x10]`. Assembled at `address`, the text gives an instruction that decodes to
 * the same operands; the encoding may be a shorter one.
 */
import type { OperandSpec } from '../isa/form.ts';
import { type Instruction, OperandKind } from '../isa/instruction.ts';
import { classOf, NO_REGISTER, numberOf, Register, RegisterClass, register, registerName } from '../isa/registers.ts';
import { decorationOf, hasBroadcast, roundingText } from './decorations.ts';
import { type FormFacts, factsOf, prefixWords, unseenAddressSize, unseenOperandSize, unseenSegment } from './facts.ts';
import { absoluteOf, overriddenSegment, pointerSegment } from './memory.ts';
import { hintName, type NasmForm, nasmFormOf } from './nasm-names.ts';
import { exactBelow, hex, hexOfBits, hexOfNumber, signedHex, signedTerm } from './number.ts';
import { promotedName } from './promotion.ts';
import { pseudoOpOf } from './pseudo-ops.ts';
import { targetOf } from './target.ts';
import { listed, spaced, wordsBySize } from './texts.ts';

/** `address` is where the instruction stands: branch targets and RIP-relative operands are absolute in text. */
export const formatNasm = (instruction: Instruction, address: bigint): string => {
  const facts = factsOf(instruction.form);
  const { name, firstOperand, operandEnd, pseudoOps } = nasmFormOf(instruction.form);
  const prefixes =
    prefixesOf(instruction, facts) + sizePrefixes(instruction, facts) + (facts.isLaterVex ? '{vex} ' : '');
  const pseudo = pseudoOps === null ? undefined : pseudoOpOf(pseudoOps, instruction);
  const end = pseudo === undefined ? operandEnd : operandEnd - 1;
  const rounding = facts.roundingPlace < 0 ? '' : roundingText(instruction, facts.form);
  const own = facts.isPromoted ? promotedName(instruction, facts, name) : name;
  let text = prefixes + (pseudo ?? (facts.isReservedNop ? hintName(instruction) : own));
  for (let k = firstOperand; k < end; k++) {
    if (rounding !== '' && k === facts.roundingPlace) text += `, ${rounding}`;
    const entry = instruction.operands[k];
    if (entry >= 32 && !facts.readsSelector) text += k === firstOperand ? spaced[entry] : listed[entry];
    else text += (k === firstOperand ? ' ' : ', ') + operandText(instruction, facts, k, address);
    if (facts.isDecorated) text += decorationOf(instruction, facts.specs[k], '');
  }
  return rounding !== '' && facts.roundingPlace === end ? `${text}, ${rounding}` : text;
};

/** NASM knows no NOTRACK, and refuses BND before a short JMP. */
const prefixesOf = (instruction: Instruction, facts: FormFacts): string => {
  if ((instruction.prefixes | instruction.hintPrefix) === 0) return '';
  const words = prefixWords(instruction);
  if (words === '') return words;
  return words === 'bnd ' && facts.isShortJump ? '' : words.replace('notrack ', '');
};

/** `o16`, `a32`, and the segment of a string source: what no operand shows. */
const sizePrefixes = (instruction: Instruction, facts: FormFacts): string => {
  const nasm = nasmFormOf(instruction.form);
  const isShown = facts.showsAll && nasm.keepsSize === 'never' && instruction.addressSize === instruction.mode;
  if (isShown) return '';
  let text = '';
  const operandSize = nasm.namesSizeByKeyword ? 0 : unseenOperandSize(instruction);
  if (operandSize !== 0 || isSelectorSize(instruction, nasm)) text += `o${instruction.operandSize} `;
  const addressSize = unseenAddressSize(instruction);
  if (addressSize !== 0) text += `a${addressSize} `;
  else if (isDirect32In64(instruction) || isVectorAlone(instruction)) text += 'a32 ';
  if (facts.usesPointer && instruction.segmentOverride !== NO_REGISTER)
    text += `${pointerSegment(instruction, OperandKind.memorySi)} `;
  return text + unseenSegment(instruction);
};

const isSelectorSize = ({ mode, operandSize, operands }: Instruction, { keepsSize }: NasmForm): boolean =>
  keepsSize !== 'never' &&
  operandSize !== (mode === 16 ? 16 : 32) &&
  (keepsSize === 'always' || operands[0] === OperandKind.memory);

/** A 32-bit address without general registers needs 67 in 64-bit mode, which the address does not show. */
const isDirect32In64 = ({ mode, addressSize, base, index, segment }: Instruction): boolean =>
  mode === 64 &&
  addressSize === 32 &&
  segment !== NO_REGISTER &&
  (base === Register.eip || (base === NO_REGISTER && index === NO_REGISTER));

/** A vector of indexes without base shows no address size. */
const isVectorAlone = ({ mode, addressSize, base, index }: Instruction): boolean =>
  mode !== addressSize &&
  addressSize === 32 &&
  base === NO_REGISTER &&
  index !== NO_REGISTER &&
  classOf(index) >= RegisterClass.xmm;

const operandText = (instruction: Instruction, facts: FormFacts, k: number, address: bigint): string => {
  const spec = facts.specs[k];
  const entry = instruction.operands[k];
  if (entry >= 32) return registerName(facts.readsSelector ? register(RegisterClass.gpr16, numberOf(entry)) : entry);
  switch (entry) {
    case OperandKind.immediate:
      return immediateText(instruction, facts, spec);
    case OperandKind.immediate2:
      return hex(instruction.immediate2);
    case OperandKind.constantOne:
      return '1';
    case OperandKind.branch:
      return `${distanceText(instruction, facts, spec)}${targetOf(instruction, address)}`;
    case OperandKind.farPointer: {
      const offset = hexOfBits(0, instruction.immediate, spec.encodedBits);
      return `${sizeWords[instruction.operandSize]}${hex(instruction.immediate2)}:${offset}`;
    }
    case OperandKind.memory:
      return `${sizeText(instruction, facts, spec)}[${memoryText(instruction, address)}]`;
    default:
      throw new Error(`NASM writes no operand ${entry} of ${facts.form.syntax}`);
  }
};

const sizeWords = wordsBySize({
  8: 'byte ',
  16: 'word ',
  32: 'dword ',
  64: 'qword ',
  80: 'tword ',
  128: 'oword ',
  256: 'yword ',
  512: 'zword ',
});

/** Sign-extended immediates are signed in text: NASM takes no 64-bit number for them. */
const immediateText = (instruction: Instruction, facts: FormFacts, spec: OperandSpec): string => {
  const { immediate, immediateHigh } = instruction;
  const size = nasmFormOf(instruction.form).needsStrict
    ? `strict ${sizeWords[spec.encodedBits]}`
    : facts.isPush
      ? sizeWords[instruction.operandSize]
      : '';
  return `${size}${spec.signExtended ? signedHex(immediate) : hexOfBits(immediateHigh, immediate, spec.bits)}`;
};

/** `short`, `near`, and the width of a target that is not the default one. */
const distanceText = (instruction: Instruction, facts: FormFacts, spec: OperandSpec): string => {
  if (spec.encodedBits === 8) return facts.hasNearForm ? 'short ' : '';
  const near = facts.hasShortForm ? 'near ' : '';
  const size = unseenOperandSize(instruction);
  return size === 0 ? near : `${near}${sizeWords[size]}`;
};

const sizeText = (instruction: Instruction, facts: FormFacts, spec: OperandSpec): string => {
  if (facts.isFarMemory) return `${sizeWords[instruction.operandSize]}far `;
  if (nasmFormOf(instruction.form).impliesSize || hasBroadcast(instruction)) return '';
  if (facts.hasOneSize || spec.token.includes(':') || spec.token.includes('&')) return '';
  return sizeWords[spec.memoryBits];
};

const memoryText = (instruction: Instruction, address: bigint): string => {
  const { base, index, scale, displacement } = instruction;
  const segment = overriddenSegment(instruction);
  const prefix = segment === '' ? '' : `${segment}:`;
  if (base === Register.rip || base === Register.eip) return relativeText(instruction, prefix, address);
  if (base === NO_REGISTER && index === NO_REGISTER) return directText(instruction, prefix);
  if (base === NO_REGISTER) return `${prefix}nosplit ${registerName(index)}*${scale}${signedTerm(displacement)}`;
  const scaled =
    index === NO_REGISTER ? '' : `+${registerName(index)}${instruction.addressSize === 16 ? '' : `*${scale}`}`;
  return `${prefix}${registerName(base)}${scaled}${signedTerm(displacement)}`;
};

/**
 * RIP-relative: the address itself. To NASM a number behind `rel` is no place of the section, and absolute after all:
 * who assembles the text writes it as a distance, `[rel $+0x17]`.
 */
const relativeText = (instruction: Instruction, prefix: string, address: bigint): string => {
  const is32 = instruction.base === Register.eip;
  const near = Number(address) + instruction.lengthBytes + instruction.displacement;
  // Numbers are exact below 2^53, where most addresses are; they print several times as fast as bigints.
  if (!is32 && near >= 0 && near < exactBelow) return `rel ${prefix}${hexOfNumber(near)}`;
  const place = address + BigInt(instruction.lengthBytes) + BigInt(instruction.displacement);
  return `rel ${prefix}0x${BigInt.asUintN(is32 ? 32 : 64, place).toString(16)}`;
};

/** An address alone, its width said where it is not the mode's. */
const directText = (instruction: Instruction, prefix: string): string => {
  const { mode, addressSize, displacementBytes, displacement } = instruction;
  if (mode !== 64) return `${addressSize === mode ? '' : sizeWords[addressSize]}${prefix}${absoluteOf(instruction)}`;
  if (displacementBytes === 8) return `qword ${prefix}${absoluteOf(instruction)}`;
  return `abs ${prefix}${addressSize === 32 ? absoluteOf(instruction) : signedHex(displacement)}`;
};
