import { describe, expect, it } from 'vitest';
import { decode } from '../../emulator/decode/decode.ts';
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import { assemble, type Parts, plainParts } from './assemble.ts';

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
