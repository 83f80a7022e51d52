import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../emulator/isa/modes.ts';
import { anatomyOf } from './anatomy.ts';

const told = (hex: string, mode: Mode): readonly (readonly [kind: string, length: number, meaning: string])[] =>
  anatomyOf(Buffer.from(hex.replaceAll(' ', ''), 'hex'), mode).map(({ kind, length, meaning }) => [
    kind,
    length,
    meaning,
  ]);

describe('anatomy', () => {
  it('tells each field of an instruction', () => {
    expect(told('66 26 81 84 8b f0 ff ff ff 34 12', 32)).toEqual([
      ['prefix', 1, 'operand size: 16 bits'],
      ['prefix', 1, 'ES override'],
      ['opcode', 1, 'o16 81 /0 iw: ADD r/m16, imm16'],
      ['modrm', 1, 'mod 2, reg 0 (opcode), rm 4: es:[ebx+ecx*4+disp32]'],
      ['sib', 1, 'scale 2 (times 4), index 1, base 3: es:[ebx+ecx*4+disp32]'],
      ['displacement', 4, 'disp32 -0x10'],
      ['immediate', 2, 'imm16 0x1234'],
    ]);
  });

  it.each([
    ['48 8b 05 10 00 00 00', 64, 'disp32 0x10, from the end of the instruction (7 bytes on)'],
    ['eb fe', 32, 'rel8 -0x2, from the end of the instruction'],
    ['48 b8 88 77 66 55 44 33 22 11', 64, 'imm64 0x1122334455667788'],
    ['48 a1 88 77 66 55 44 33 22 11', 64, 'offset 0x1122334455667788'],
    ['f3 0f bc c1', 64, 'part of the opcode'],
    ['2e 74 00', 64, 'CS override: ignored in 64-bit mode; before Jcc: not taken'],
    ['48 66 90', 64, 'REX, ignored: it must stand directly before the opcode (SDM 2A 2.2.1)'],
    ['f0 90', 64, 'LOCK'],
  ] as const)('of %s in %i-bit mode says: %s', (hex, mode, meaning) => {
    expect(told(hex, mode).map(([, , text]) => text)).toContain(meaning);
  });

  it('tells both immediates of ENTER and of far pointers', () => {
    expect(told('c8 10 00 01', 64).slice(1)).toEqual([
      ['immediate', 2, 'imm16 0x10'],
      ['immediate', 1, 'imm8 0x1'],
    ]);
    expect(told('ea 78 56 34 12 08 00', 32).slice(1)).toEqual([
      ['immediate', 4, 'offset 0x12345678'],
      ['immediate', 2, 'selector 0x8'],
    ]);
  });

  it('tells the prefixes of what is no instruction, and leaves the rest', () => {
    expect(told('66 48 06', 64)).toEqual([
      ['prefix', 1, 'operand size'],
      ['rex', 1, 'W: 64-bit operands'],
      ['rest', 1, 'no instruction that is known'],
    ]);
  });

  it('starts at the first byte and has no gaps', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Mode[]>(16, 32, 64),
        fc.uint8Array({ minLength: 1, maxLength: 15 }),
        (mode, bytes) => {
          let end = 0;
          for (const { offset, length } of anatomyOf(bytes, mode)) {
            expect(offset).toBe(end);
            expect(length).toBeGreaterThan(0);
            end += length;
          }
          expect(end).toBeLessThanOrEqual(bytes.length);
        },
      ),
    );
  });
});
