/** What each byte of an instruction is and means, for `explain` and for the report's page. */
import { type Segment as Run, anatomyOf as segmentsOf } from '../../emulator/decode/anatomy.ts';
import { decode } from '../../emulator/decode/decode.ts';
import { forms } from '../../emulator/isa/forms.ts';
import { type Instruction, OperandKind } from '../../emulator/isa/instruction.ts';
import type { Mode, Vendor } from '../../emulator/isa/modes.ts';
import { Encoding, encodingOf, numberOfMap } from '../../emulator/isa/opcode-map.ts';
import { NO_REGISTER, type RegisterId, registerName } from '../../emulator/isa/registers.ts';
import { hexNumber } from '../../harness/report/hex.ts';
import type { Segment } from '../../harness/report/run.ts';
import { isPrefix, prefixMeaning } from './prefix-meaning.ts';

/** Of what is no instruction of ours, the prefixes are told, and the rest is left as it is. */
export const anatomyOf = (bytes: Uint8Array, mode: Mode, vendor: Vendor = 'intel'): readonly Segment[] => {
  const decoding = decode(bytes, mode, { vendor });
  return decoding.status === 'valid' ? wholeAnatomy(decoding.instruction, bytes) : prefixAnatomy(bytes, mode);
};

const wholeAnatomy = (instruction: Instruction, bytes: Uint8Array): readonly Segment[] =>
  segmentsOf(instruction).map((run, index, all) => ({
    kind: run.kind,
    offset: run.offset,
    length: run.lengthBytes,
    meaning: meaningOf(run, { instruction, byte: bytes[run.offset] ?? 0, isLast: index === all.length - 1 }),
  }));

const prefixAnatomy = (bytes: Uint8Array, mode: Mode): readonly Segment[] => {
  const segments: Segment[] = [];
  for (const [offset, byte] of bytes.entries()) {
    if (!isPrefix(byte, mode)) break;
    const isRex = mode === 64 && byte >> 4 === 4 && !isPrefix(bytes[offset + 1] ?? 0, mode);
    const meaning = isRex ? rexMeaning(byte) : prefixMeaning(byte, { mode });
    segments.push({ kind: isRex ? 'rex' : 'prefix', offset, length: 1, meaning });
  }
  const offset = segments.length;
  const rest = { kind: 'rest', offset, length: bytes.length - offset, meaning: 'no instruction that is known' };
  return rest.length > 0 ? [...segments, rest] : segments;
};

interface Place {
  readonly instruction: Instruction;
  /** The first of the run. */
  readonly byte: number;
  readonly isLast: boolean;
}

const meaningOf = (run: Run, { instruction, byte, isLast }: Place): string => {
  switch (run.kind) {
    case 'prefix':
      return prefixMeaning(byte, { mode: instruction.mode, instruction });
    case 'rex':
      return rexMeaning(byte);
    case 'vex':
      return vexMeaning(instruction);
    case 'escape':
      return `opcode map ${['', '0F', '0F 38', '0F 3A', '0F 0F'][instruction.map]}`;
    case 'opcode':
      return opcodeMeaning(instruction);
    case 'modrm':
      return modrmMeaning(byte, instruction);
    case 'sib':
      return `scale ${byte >> 6} (times ${instruction.scale}), index ${(byte >> 3) & 7}, base ${byte & 7}: ${addressText(instruction)}`;
    case 'displacement':
      return displacementMeaning(run.lengthBytes, instruction);
    case 'immediate':
      return immediateMeaning(run.lengthBytes, { instruction, isLast });
  }
};

const rexMeaning = (byte: number): string => {
  const bits = [
    byte & 8 ? 'W: 64-bit operands' : '',
    byte & 4 ? 'R: 8 more in ModRM.reg' : '',
    byte & 2 ? 'X: 8 more in SIB.index' : '',
    byte & 1 ? 'B: 8 more in ModRM.rm, SIB.base or the opcode' : '',
  ].filter((text) => text !== '');
  return bits.length === 0 ? 'no bit set: SPL, BPL, SIL, DIL instead of AH, CH, DH, BH' : bits.join('; ');
};

/** Fields of VEX and its kin; those of EVEX and MVEX alone where they say something. */
const vexMeaning = (instruction: Instruction): string => {
  const { map, rex, vvvv, vectorLength, pp, registerHigh, mask, zeroing, b, conversion, eviction } = instruction;
  const isEvex = encodingOf(map) >= Encoding.evex;
  const isMvex = encodingOf(map) === Encoding.mvex;
  const high = isEvex && registerHigh !== 0;
  const bits = ['R', 'X', 'B'].filter((_, k) => (rex & (4 >> k)) !== 0).join('');
  const fields = [
    `map ${['', '0F', '0F38', '0F3A'][numberOfMap(map)] ?? numberOfMap(map)}`,
    ...(pp === 0 ? [] : [`prefix ${['', '66', 'F3', 'F2'][pp]}`]),
    `W ${rex >> 3}`,
    ...(isMvex ? [] : [`${isEvex ? "L'L" : 'L'} ${vectorLength}`]),
    `vvvv ${vvvv}`,
    ...(isEvex && mask !== 0 ? [`${isMvex ? 'kkk' : 'aaa'} ${mask}`] : []),
    ...(isEvex && zeroing === 1 ? ['z'] : []),
    ...(isEvex && b === 1 ? ['b'] : []),
    ...(isMvex && conversion !== 0 ? [`SSS ${conversion}`] : []),
    ...(isMvex && eviction === 1 ? ['E'] : []),
  ];
  const more = isEvex ? 'more in ModRM and SIB' : '8 more in ModRM and SIB';
  return `${fields.join(', ')}${bits === '' ? '' : `, ${bits}: ${more}`}${high ? ", R': 16 more in ModRM.reg" : ''}`;
};

const opcodeMeaning = (instruction: Instruction): string => {
  const form = forms[instruction.form];
  return form === undefined ? '' : `${form.opcodeText}: ${form.syntax}`;
};

const modrmMeaning = (byte: number, instruction: Instruction): string => {
  const { reg = -1, mod = 'any' } = forms[instruction.form] ?? {};
  const digit = reg >= 0 ? ' (opcode)' : '';
  const hasMemory = byte >> 6 !== 3 && mod !== 'ignored' && mod !== 'register';
  const memory = hasMemory ? `: ${addressText(instruction)}` : '';
  return `mod ${byte >> 6}, reg ${(byte >> 3) & 7}${digit}, rm ${byte & 7}${memory}`;
};

const nameOf = (id: RegisterId): string => (id === NO_REGISTER ? '' : registerName(id));

/** `ds:[rbx+rcx*4+disp8]`. */
const addressText = ({ segment, base, index, scale, displacementBytes }: Instruction): string => {
  const scaled = index === NO_REGISTER ? '' : `${nameOf(index)}${scale === 1 ? '' : `*${scale}`}`;
  const displacement = displacementBytes === 0 ? '' : `disp${displacementBytes * 8}`;
  const parts = [nameOf(base), scaled, displacement].filter((part) => part !== '');
  return `${nameOf(segment)}:[${parts.join('+')}]`;
};

const displacementMeaning = (
  lengthBytes: number,
  { displacement, displacementHigh, mode, base, lengthBytes: whole }: Instruction,
): string => {
  if (lengthBytes === 8) {
    const offset = (BigInt(displacementHigh >>> 0) << 32n) | BigInt(displacement >>> 0);
    return `offset ${hexNumber(offset)}`;
  }
  const relative =
    mode === 64 && nameOf(base).endsWith('ip') ? `, from the end of the instruction (${whole} bytes on)` : '';
  return `disp${lengthBytes * 8} ${signedText(displacement)}${relative}`;
};

const immediateMeaning = (
  lengthBytes: number,
  { instruction, isLast }: { readonly instruction: Instruction; readonly isLast: boolean },
): string => {
  const { immediate, immediateHigh, immediate2, operands, operandCount } = instruction;
  const kinds = operands.subarray(0, operandCount);
  const isSecond = isLast && (kinds.includes(OperandKind.farPointer) || kinds.includes(OperandKind.immediate2));
  if (isSecond && kinds[0] === OperandKind.farPointer) return `selector ${hexNumber(immediate2)}`;
  if (isSecond) return `imm8 ${hexNumber(immediate2)}`;
  if (kinds.includes(OperandKind.branch))
    return `rel${lengthBytes * 8} ${signedText(immediate)}, from the end of the instruction`;
  if (kinds.includes(OperandKind.farPointer)) return `offset ${hexNumber(immediate >>> 0)}`;
  const value = lengthBytes === 8 ? (BigInt(immediateHigh >>> 0) << 32n) | BigInt(immediate >>> 0) : immediate;
  return `imm${lengthBytes * 8} ${typeof value === 'bigint' ? hexNumber(value) : signedText(value)}`;
};

/** `0x10`, `-0x10`. */
const signedText = (value: number): string => `${value < 0 ? '-' : ''}0x${Math.abs(value).toString(16)}`;
