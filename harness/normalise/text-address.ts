/** Rules of text.ts about where memory is: address sizes, segments, indexes and absolute addresses. */
import type { Mode } from '../../emulator/isa/modes.ts';
import { noMemory, type TextContext, type TextInstruction, type TextMemory } from './parse-text.ts';
import { bitsOfSize, gprBits, isSegment, isString } from './text-names.ts';

export function readAbsolute({ mnemonic, operands }: TextInstruction, { syntax }: TextContext): void {
  if (syntax !== 'gas') return;
  const branches = /^(?:j|call|loop|xbegin)/.test(mnemonic);
  for (const [k, operand] of operands.entries()) {
    if (operand.kind !== 'number' || operand.immediate || (branches && !operand.indirect)) continue;
    operands[k] = { ...noMemory, displacement: operand.value };
  }
}

export function dropZeroIndex({ operands }: TextInstruction): void {
  for (const operand of operands) {
    if (operand.kind !== 'memory') continue;
    if (operand.index !== 'riz' && operand.index !== 'eiz') continue;
    operand.addressSize = operand.index === 'riz' ? 'qword' : 'dword';
    operand.index = '';
    operand.scale = 1;
  }
}

const addressWords: Readonly<Record<number, string>> = { 16: 'word', 32: 'dword', 64: 'qword' };

export function nameAddressSize({ operands, prefixes }: TextInstruction, { mode, subject }: TextContext): void {
  const prefixed = /(?:addr|^a)(16|32|64)/.exec(prefixes.find((prefix) => /^a(?:ddr)?\d\d$/.test(prefix)) ?? '')?.[1];
  for (const operand of operands) {
    if (operand.kind !== 'memory') continue;
    const register = operand.base || operand.index;
    if (register !== '') operand.addressSize = addressWords[gprBits(register)] ?? '';
    else if (prefixed !== undefined) operand.addressSize = addressWords[Number(prefixed)] ?? '';
    // objdump prints no addr16 where ModRM holds a 16-bit address, and in AT&T syntax sign-extends it.
    else if (subject === 'objdump' && mode === 32 && operand.addressSize === '' && operand.displacement < 0n)
      operand.addressSize = 'word';
    else if (operand.addressSize === '') operand.addressSize = addressWords[mode] ?? '';
  }
}

export function nameStringAddress(instruction: TextInstruction, { syntax, mode }: TextContext): void {
  const { mnemonic, operands, prefixes } = instruction;
  if (syntax !== 'nasm' || operands.length > 0 || !(isString(mnemonic) || mnemonic === 'xlat')) return;
  const bits = prefixes.map((prefix) => /^a(16|32|64)$/.exec(prefix)?.[1]).find((found) => found !== undefined);
  // Only a source can be overridden; SCAS, STOS and INS have none (SDM 1 7.3.9).
  const overridable = !/^(?:scas|stos|ins)/.test(mnemonic);
  const segment = prefixes.findLast(isSegment) ?? '';
  operands.push({
    ...noMemory,
    segment: overridable ? segment : '',
    addressSize: addressWords[Number(bits ?? mode)] ?? '',
    base: 'si',
  });
}

export function dropDefaultSegment(
  { mnemonic, operands, prefixes }: TextInstruction,
  { mode, syntax }: TextContext,
): void {
  for (const operand of operands) {
    if (operand.kind !== 'memory') continue;
    // objdump prints the 3E of NOTRACK as that only, though it is DS too.
    if (syntax !== 'nasm' && prefixes.includes('notrack') && operand.segment === 'ds') operand.segment = '';
    const ignored = mnemonic === 'lea' || (mode === 64 && !/^[fg]s$/.test(operand.segment));
    if (ignored || operand.segment === defaultSegment(operand, mnemonic)) operand.segment = '';
  }
}

/** SDM 1 table 3-5; string destinations are in ES (SDM 1 7.3.9). */
function defaultSegment({ base, segment }: TextMemory, mnemonic: string): string {
  if (isString(mnemonic) && /^[re]?di$/.test(base)) return segment === 'es' ? 'es' : '';
  return /^(?:[re]?bp|[re]sp)$/.test(base) ? 'ss' : 'ds';
}

export function nameLoneIndex({ operands }: TextInstruction, { syntax }: TextContext): void {
  for (const operand of operands) {
    if (syntax !== 'nasm' || operand.kind !== 'memory' || operand.base !== '' || operand.scale !== 1) continue;
    operand.base = operand.index;
    operand.index = '';
  }
}

/** An absolute address is the same place whatever its width; where it is negative the width tells which. */
export function wrapAddress(memory: TextMemory, mode: Mode): void {
  const absolute = memory.base === '' && memory.index === '';
  if (memory.displacement < 0n || !absolute) {
    memory.displacement = BigInt.asUintN(bitsOfSize[memory.addressSize] ?? mode, memory.displacement);
  }
  if (absolute) memory.addressSize = '';
}
