import { describe, expect, it } from 'vitest';
import { decode } from '../decode/decode.ts';
import { forms } from '../isa/forms.ts';
import { Instruction, OperandKind } from '../isa/instruction.ts';
import { type Mode, modes, type Vendor, vendors } from '../isa/modes.ts';
import { Encoding, encodingOf, isVectorMap } from '../isa/opcode-map.ts';
import { NO_REGISTER, Register } from '../isa/registers.ts';
import { encode, encodeInto } from './encode.ts';
import { instructionOf } from './instruction-of.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const decoded = (bytes: Uint8Array, mode: Mode, vendor: Vendor = 'intel'): Instruction => {
  const decoding = decode(bytes, mode, { vendor });
  if (decoding.status !== 'valid') throw new Error(`${hex(bytes)} is ${decoding.status} in ${mode}-bit mode`);
  return decoding.instruction;
};

/** A small generator of its own: bytes that look like instructions, in quantity. */
const candidates = function* (count: number): Generator<Uint8Array> {
  let state = 0x2545_f491;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const prefixes = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x48, 0x41, 0x4f, 0x40];
  for (let k = 0; k < count; k++) {
    const bytes = Uint8Array.from({ length: 15 }, () => next() & 0xff);
    const prefixCount = next() % 4;
    for (let at = 0; at < prefixCount; at++) bytes[at] = prefixes[next() % prefixes.length];
    if (next() % 2 === 0) bytes[prefixCount] = 0x0f;
    if (next() % 3 === 0) bytes.set(vexes[next() % vexes.length], prefixCount);
    yield bytes;
  }
};

/** Beginnings of instructions with VEX. */
const vexes = [
  [0xc4, 0xe2],
  [0xc4, 0x42],
  [0xc4, 0xe3, 0x7b, 0xf0],
  [0xc5, 0xf8, 0xae],
  [0xc4, 0xe1, 0xf8, 0xae],
  [0xc5],
  [0xc4, 0xc1],
  [0xc4, 0xe3],
  [0x8f, 0xe8],
  [0x8f, 0xc9],
  [0x62, 0xf1, 0x7c],
  [0x62, 0xd1, 0xfd],
  [0x62, 0xe2, 0x7d, 0x48],
  [0x62, 0xf3, 0x7d, 0x2b],
  [0x0f, 0x0f],
];

const isEvex = ({ map }: Instruction): boolean => encodingOf(map) === Encoding.evex;

/** What an instruction means, without how its bytes are laid out. */
const meaning = (instruction: Instruction): string => {
  const { mode, form, prefixes, segmentOverride, hintPrefix, rex, modrm, sib, operandSize, addressSize } = instruction;
  const { segment, base, index, scale, displacement, displacementBytes, immediateBytes, operandCount } = instruction;
  const operands = [...instruction.operands.subarray(0, operandCount)];
  const hasMemory = segment !== NO_REGISTER;
  const hasSecond = operands.includes(OperandKind.immediate2) || operands.includes(OperandKind.farPointer);
  return JSON.stringify({
    ...{ mode, form, prefixes, segmentOverride, hintPrefix, rex, modrm, sib, operandSize, addressSize, operands },
    memory: hasMemory
      ? { segment, base, index, scale, displacement, high: instruction.displacementHigh, displacementBytes }
      : null,
    immediate:
      immediateBytes > 0 ? { low: instruction.immediate, high: instruction.immediateHigh, immediateBytes } : null,
    second: hasSecond ? instruction.immediate2 : null,
    vex: isVectorMap(instruction.map) ? [instruction.vvvv, instruction.vectorLength, instruction.pp] : null,
    evex: isEvex(instruction) ? [instruction.registerHigh, instruction.mask, instruction.zeroing, instruction.b] : null,
  });
};

describe('encode', () => {
  it.each([
    [64, '48 8b 05 10 00 00 00'],
    [64, 'f0 48 0f b1 0c 25 78 56 34 12'],
    [64, '64 66 67 42 0f b6 44 88 80'],
    [64, '48 b8 88 77 66 55 44 33 22 11'],
    [64, '48 a1 88 77 66 55 44 33 22 11'],
    [64, 'c8 34 12 56'],
    [64, '40 88 e0'],
    [64, '4f 0f c7 4c 21 80'],
    [32, 'ea 78 56 34 12 cd ab'],
    [32, '66 ea 34 12 cd ab'],
    [32, '67 a1 34 12'],
    [32, 'f3 0f 1e fb'],
    [16, '8b 86 34 12'],
    [64, 'c4 42 b3 f7 44 8b 10'],
    [64, '64 67 c4 e3 7b f0 c1 05'],
    [32, 'c4 e2 f0 f2 c1'],
    [16, 'c5 f8 ae 17'],
    [64, 'c4 c1 78 ae 17'],
    [16, '66 67 8b 84 8a 78 56 34 12'],
    [16, 'f2 f0 2e 66 67 01 04 24'],
  ] as const)('gives back canonical bytes in %i-bit mode: %s', (mode, text) => {
    expect(hex(encode(decoded(bytesOf(text), mode)))).toBe(text.replaceAll(' ', ''));
  });

  it.each([
    ['a REX byte that is not before the opcode', '48 66 01 d8', '66 01 d8'],
    ['repeated prefixes', '66 66 66 01 d8', '66 01 d8'],
    ['F2 before F3', 'f2 f3 a4', 'f3 a4'],
    ['a replaced segment override', '64 65 8b 00', '65 8b 00'],
    ['the third byte of VEX', 'c4 e1 78 ae 17', 'c5 f8 ae 17'],
    ['hints beside a segment override', '2e 64 3e 8b 00', '64 8b 00'],
  ])('leaves out %s', (_, text, shorter) => {
    expect(hex(encode(decoded(bytesOf(text), 64)))).toBe(shorter.replaceAll(' ', ''));
  });

  it.each(modes)('makes of a decoded instruction one that means the same and is no longer, in %i-bit mode', (mode) => {
    let valid = 0;
    for (const bytes of candidates(60_000)) {
      for (const vendor of vendors) {
        const decoding = decode(bytes, mode, { vendor });
        if (decoding.status !== 'valid') continue;
        valid++;
        const before = decoding.instruction;
        const encoded = encode(before);
        const after = decoded(encoded, mode, vendor);
        if (encoded.length !== after.lengthBytes || encoded.length > before.lengthBytes) expect.fail(hex(bytes));
        if (meaning(after) !== meaning(before)) expect(meaning(after), hex(bytes)).toBe(meaning(before));
        // The bytes after the prefixes stay as they are.
        const tail = before.lengthBytes - before.opcodeOffset;
        const same = hex(encoded.subarray(-tail)) === hex(bytes.subarray(before.opcodeOffset, before.lengthBytes));
        if (!same) expect.fail(`${hex(encoded)} from ${hex(bytes)}`);
      }
    }
    expect(valid).toBeGreaterThan(30_000);
  });

  it('makes of MVEX the same bytes again', () => {
    let valid = 0;
    for (const bytes of candidates(400_000)) {
      bytes[0] = 0x62;
      bytes[1] = (bytes[1] & 0xf0) | ((bytes[1] & 1) + 1);
      bytes[2] = (bytes[2] & 0x60) | 0x19;
      bytes[3] |= 8;
      const decoding = decode(bytes, 64, { options: ['KNC'] });
      if (decoding.status !== 'valid') continue;
      valid++;
      const encoded = hex(encode(decoding.instruction));
      const expected = hex(bytes.subarray(0, decoding.instruction.lengthBytes));
      if (encoded !== expected) expect(encoded).toBe(expected);
    }
    expect(valid).toBeGreaterThan(10_000);
  });

  it('writes into a buffer what it returns as bytes', () => {
    const instruction = decoded(bytesOf('64 66 67 42 0f b6 44 88 80'), 64);
    const buffer = new Uint8Array(32);
    const lengthBytes = encodeInto(instruction, buffer);
    expect(hex(buffer.subarray(0, lengthBytes))).toBe(hex(encode(instruction)));
  });

  it('throws at fields that contradict the form', () => {
    const instruction = decoded(bytesOf('01 d8'), 32);
    instruction.modrm = -1;
    expect(() => encode(instruction)).toThrow('ADD r/m32, r32 has a ModRM byte.');
    const rex = decoded(bytesOf('48 01 d8'), 64);
    rex.mode = 32;
    expect(() => encode(rex)).toThrow('REX exists in 64-bit mode only.');
    const formless = new Instruction();
    formless.form = forms.length;
    expect(() => encode(formless)).toThrow('has a form');
    const long = decoded(bytesOf('81 84 24 78 56 34 12 78 56 34 12'), 64);
    long.prefixes = 31;
    long.segmentOverride = Register.fs;
    expect(() => encode(long)).toThrow('at most 15 bytes');
  });

  it('makes an instruction equal to what its bytes decode to, field by field', () => {
    for (const mode of modes) {
      for (const form of forms) {
        const made = instructionOf(form, { mode });
        if (made.status !== 'encodable') continue;
        const again = decoded(encode(made.instruction), mode);
        expect(meaning(made.instruction), form.syntax).toBe(meaning(again));
        expect(made.instruction.opcodeOffset).toBe(again.opcodeOffset);
        expect(made.instruction.lengthBytes).toBe(again.lengthBytes);
      }
    }
  });
});
