import { describe, expect, it } from 'vitest';
import { decode } from '../../emulator/decode/decode.ts';
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import { assemble, type Parts, plainEvex, plainParts } from './assemble.ts';

const hexOf = (mode: Mode, parts: Partial<Parts>): string =>
  Buffer.from(assemble(mode, { ...plainParts, ...parts })).toString('hex');

describe('assemble', () => {
  it.each(modes)('gives every ModRM and SIB byte the displacement that it asks for, in %i-bit mode', (mode) => {
    for (const prefixes of [[], [0x67]]) {
      for (let modrm = 0; modrm < 256; modrm++) {
        for (const sib of [0x24, 0x25, 0x05, 0x88]) {
          // ADD r/m32, imm8: the immediate stands where the displacement ends.
          const parts = { ...plainParts, prefixes, opcode: [0x83], modrm: modrm & 0xc7, sib, immediate: [0x5a] };
          const bytes = assemble(mode, parts);
          const decoding = decode(bytes, mode);
          if (decoding.status !== 'valid') throw new Error(Buffer.from(bytes).toString('hex'));
          expect(decoding.instruction.lengthBytes).toBe(bytes.length);
          expect(decoding.instruction.immediate).toBe(0x5a);
        }
      }
    }
  });

  it('lays parts out in the order of the SDM', () => {
    const parts = { prefixes: [0xf0, 0x66], rex: 0x48, opcode: [0x0f, 0xc1], modrm: 0x84, sib: 0x88 };
    const rest = { displacement: 0x1122_3344, immediate: [0xaa], tail: [0xbb] };
    expect(hexOf(64, { ...parts, ...rest })).toBe('f066480fc1848844332211aabb');
  });

  it('lays out VEX, XOP, EVEX and the suffix of 3DNow!', () => {
    const vex = { map: 1, vvvv: 2, l: 1, pp: 1, evex: plainEvex };
    const rest = { rex: 0x41, opcode: [0x58], modrm: 0xc1 };
    expect(hexOf(64, { ...rest, rex: 0x44, vex: { ...vex, encoding: 'vex2' } })).toBe('c56d58c1');
    expect(hexOf(64, { ...rest, vex: { ...vex, encoding: 'vex3' } })).toBe('c4c16d58c1');
    expect(hexOf(64, { ...rest, vex: { ...vex, encoding: 'xop', map: 9 } })).toBe('8fc96d58c1');
    const evex = { high: 1, mask: 3, z: 1, b: 1, fixed: 1 } as const;
    expect(hexOf(64, { ...rest, vex: { ...vex, encoding: 'evex', vvvv: 18, l: 2, evex } })).toBe('62c16dd358c1');
    expect(hexOf(32, { ...rest, rex: 0x47, vex: { ...vex, encoding: 'evex', evex: plainEvex } })).toBe('62d16d2858c1');
    expect(hexOf(64, { opcode: [0x0f, 0x0f], modrm: 0x46, displacement: 0x10, suffix: [0x9e] })).toBe('0f0f46109e');
  });

  it('leaves REX out where there is none', () => {
    expect(hexOf(32, { rex: 0x48, opcode: [0x90] })).toBe('90');
  });

  it('gives direct addresses the address size', () => {
    const direct = { opcode: [0xa0], displacement: 0x1122_3344, isDirect: true };
    expect(hexOf(64, direct)).toBe('a04433221144332211');
    expect(hexOf(64, { ...direct, prefixes: [0x67] })).toBe('67a044332211');
    expect(hexOf(16, direct)).toBe('a04433');
  });

  it('cuts what is longer than 15 bytes', () => {
    expect(assemble(64, { ...plainParts, tail: new Array<number>(20).fill(1) }).length).toBe(15);
  });
});
