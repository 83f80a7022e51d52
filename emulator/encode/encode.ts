/**
 * Instruction to bytes, for every form. What counts are the fields that hold the encoding: form, prefixes,
 * segmentOverride, hintPrefix, rex, the fields of VEX and EVEX, opcode, modrm, sib, displacement and immediates with their sizes. Operands, base,
 * index and sizes follow from these, and are not looked at; `instructionOf` makes both sides from operands.
 *
 * Legacy prefixes come out in the order of the SDM's groups (SDM 2A 2.1.1): F2 or F3, F0, segment or hint, 66, 67. What
 * an Instruction does not keep is not written: repeated prefixes, F2 before F3, a segment override that another one
 * replaces, a REX byte that is not directly before the opcode, bits of VEX and EVEX that the mode ignores. VEX has two
 * bytes where these say all. So encode(decode(b)) is b, or b with its prefixes in another order, or a shorter equal
 * without ignored ones.
 */
import type { Form, OperandSpec } from '../isa/form.ts';
import { forms } from '../isa/forms.ts';
import { type Instruction, lastRex, Prefix } from '../isa/instruction.ts';
import { escapeBytesOf, isVectorMap, suffixMap } from '../isa/opcode-map.ts';
import { NO_REGISTER, numberOf } from '../isa/registers.ts';
import { displacementUnitOf } from './displacement-unit.ts';
import { encodeVex, vexBytesOf } from './vex.ts';

/** The longest instruction (SDM 2A 2.3.11). */
export const maxEncodedBytes = 15;

/** The bytes of a valid instruction. Throws where the fields contradict the form: no decoder fills them so. */
export const encode = (instruction: Instruction): Uint8Array => {
  const lengthBytes = encodeInto(instruction, scratch);
  return scratch.slice(0, lengthBytes);
};

/** One byte more than any fields can ask for, so that nothing is cut off unseen. */
const scratch = new Uint8Array(32);

/** The same into the caller's buffer, of 32 bytes at least; returns the length. */
export const encodeInto = (instruction: Instruction, into: Uint8Array): number => {
  const form = forms[instruction.form];
  assertThat(form !== undefined, 'Only an instruction that has a form can be encoded.');
  assertThat(
    form.hasModrm === instruction.modrm >= 0,
    `${form.syntax} ${form.hasModrm ? 'has a' : 'has no'} ModRM byte.`,
  );
  let at = encodePrefixes(instruction, into);
  at = isVectorMap(instruction.map) ? encodeVex(instruction, into, at) : encodeEscapes(instruction, into, at);
  if (instruction.map !== suffixMap) into[at++] = instruction.opcode;
  if (instruction.modrm >= 0) into[at++] = instruction.modrm;
  if (instruction.sib >= 0) into[at++] = instruction.sib;
  at = writeNumber(into, at, {
    low: encodedDisplacement(instruction, form),
    high: instruction.displacementHigh,
    lengthBytes: instruction.displacementBytes,
  });
  if (instruction.immediateBytes > 0) at = encodeImmediates(instruction, form.operands, into, at);
  if (instruction.map === suffixMap) into[at++] = instruction.opcode;
  assertThat(
    at <= maxEncodedBytes,
    `An instruction has at most ${maxEncodedBytes} bytes, and ${form.syntax} would have ${at}.`,
  );
  return at;
};

/** Where the opcode byte comes to stand, and how long the instruction becomes, over 15 bytes or not. */
export const measure = (instruction: Instruction): { readonly opcodeOffset: number; readonly lengthBytes: number } => {
  const { prefixes, segmentOverride, hintPrefix, map, modrm, sib } = instruction;
  let opcodeOffset = isVectorMap(map) ? vexBytesOf(instruction) : prefixedBytesOf(instruction);
  for (let bits = prefixes; bits !== 0; bits &= bits - 1) opcodeOffset++;
  if (segmentOverride !== NO_REGISTER || hintPrefix !== 0) opcodeOffset++;
  const afterOpcode =
    (modrm < 0 ? 0 : 1) + (sib < 0 ? 0 : 1) + instruction.displacementBytes + instruction.immediateBytes;
  const lengthBytes = opcodeOffset + 1 + afterOpcode;
  return { opcodeOffset: map === suffixMap ? lengthBytes - 1 : opcodeOffset, lengthBytes };
};

/** Bytes of REX and escapes, or of REX2, which holds the map. */
const prefixedBytesOf = ({ map, rex }: Instruction): number =>
  rex > lastRex ? 2 : escapeBytesOf(map) + (rex !== 0 ? 1 : 0);

/** A displacement of 8 bits counts what EVEX's forms say (SDM 2A 2.7.5). */
const encodedDisplacement = (instruction: Instruction, form: Form): number => {
  if (instruction.displacementBytes !== 1) return instruction.displacement;
  const unit = displacementUnitOf(form, instruction);
  assertThat(instruction.displacement % unit === 0, `A displacement of 8 bits counts ${unit} bytes in ${form.syntax}.`);
  return instruction.displacement / unit;
};

/** ES CS SS DS FS GS. */
const segmentPrefixes = Uint8Array.of(0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65);

const encodePrefixes = ({ prefixes, segmentOverride, hintPrefix }: Instruction, into: Uint8Array): number => {
  let at = 0;
  if ((prefixes & Prefix.repne) !== 0) into[at++] = 0xf2;
  if ((prefixes & Prefix.rep) !== 0) into[at++] = 0xf3;
  if ((prefixes & Prefix.lock) !== 0) into[at++] = 0xf0;
  if (segmentOverride !== NO_REGISTER) into[at++] = segmentPrefixes[numberOf(segmentOverride)];
  else if (hintPrefix !== 0) into[at++] = hintPrefix;
  if ((prefixes & Prefix.operandSize) !== 0) into[at++] = 0x66;
  if ((prefixes & Prefix.addressSize) !== 0) into[at++] = 0x67;
  return at;
};

/** REX, which stands before them, and 0F, 0F 38 or 0F 3A; or REX2, which holds the map. */
const encodeEscapes = ({ map, mode, rex }: Instruction, into: Uint8Array, start: number): number => {
  let at = start;
  assertThat(rex === 0 || mode === 64, 'REX exists in 64-bit mode only.');
  if (rex > lastRex) {
    into[at++] = 0xd5;
    into[at++] = (map << 7) | ((rex >> 4) & 0x70) | (rex & 15);
    return at;
  }
  if (rex !== 0) into[at++] = rex;
  if (map !== 0) into[at++] = 0x0f;
  if (map === 2) into[at++] = 0x38;
  if (map === 3) into[at++] = 0x3a;
  if (map === suffixMap) into[at++] = 0x0f;
  return at;
};

const encodeImmediates = (
  { immediate, immediateHigh, immediate2, immediateBytes }: Instruction,
  operands: readonly OperandSpec[],
  into: Uint8Array,
  start: number,
): number => {
  let at = start;
  let isSecond = false;
  for (const { place, encodedBits } of operands) {
    if (encodedBits === 0) continue;
    const low = isSecond ? immediate2 : immediate;
    at = writeNumber(into, at, { low, high: immediateHigh, lengthBytes: encodedBits >> 3 });
    if (place === 'far-pointer') at = writeNumber(into, at, { low: immediate2, high: 0, lengthBytes: 2 });
    isSecond = true;
  }
  assertThat(at - start === immediateBytes, `The form has ${at - start} bytes of immediates, not ${immediateBytes}.`);
  return at;
};

interface Encoded {
  readonly low: number;
  /** Bits 63:32. */
  readonly high: number;
  readonly lengthBytes: number;
}

/** Little-endian; returns where it ends. */
const writeNumber = (into: Uint8Array, at: number, { low, high, lengthBytes }: Encoded): number => {
  for (let k = 0; k < lengthBytes; k++) into[at + k] = (k < 4 ? low >> (8 * k) : high >> (8 * (k - 4))) & 0xff;
  return at + lengthBytes;
};

function assertThat(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Error(sentence);
}
