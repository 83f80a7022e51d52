import { describe, expect, it } from 'vitest';
import { compileTrie } from '../decode/trie.ts';
import { forms } from './forms.ts';
import { readRow } from './notation.ts';
import { opcodeOptions } from './options.ts';
import { optionOf } from './presence.ts';

describe('forms', () => {
  it('have their index as id', () => {
    expect(forms.map(({ id }) => id)).toEqual([...forms.keys()]);
  });

  it('are told apart by the trie of every mode and vendor, with all options and with none', () => {
    for (const mode of [16, 32, 64] as const)
      for (const vendor of ['intel', 'amd'] as const)
        expect(() => compileTrie(forms, { mode, vendor, options: [] })).not.toThrow();
  });

  it('are each reachable in some mode of some vendor, those behind an option with it', () => {
    const reached = new Set<number>();
    const parts = [undefined, ...opcodeOptions].map((option) => ({
      options: option === undefined ? [] : [option],
      part: forms.filter((form) => optionOf(form) === option),
    }));
    for (const mode of [16, 32, 64] as const) {
      for (const vendor of ['intel', 'amd'] as const) {
        for (const { part, options } of parts) {
          for (const id of compileTrie(part, { mode, vendor, options }).reached()) reached.add(id);
        }
      }
    }
    expect(forms.filter((form) => !reached.has(form.id)).map((form) => form.syntax)).toEqual([]);
  });

  it('name no flag twice in one effect', () => {
    for (const { flags, syntax } of forms) {
      const changed = flags.written + flags.cleared + flags.set + flags.undefined;
      expect(new Set(changed).size, syntax).toBe(changed.length);
    }
  });

  it('write nothing where they only test or compare', () => {
    for (const form of forms.filter(({ mnemonic }) => mnemonic === 'CMP' || mnemonic === 'TEST' || mnemonic === 'BT'))
      expect(
        form.operands.map((operand) => operand.access),
        form.syntax,
      ).toEqual(['r', 'r']);
  });
});

describe('readRow', () => {
  const row = (opcode: string, syntax: string, access: string) => readRow([opcode, syntax, access, '', 'none', ''], 0);

  it('reads prefixes, map, opcode and digit', () => {
    expect(row('F3 REX.W + 0F AE /3', 'WRGSBASE r64:rm', 'r')).toMatchObject({
      prefix: 'F3',
      operandSize: 64,
      map: 1,
      opcode: 0xae,
      reg: 3,
      mod: 'register',
    });
  });

  it('reads a byte after the opcode as ModRM', () => {
    expect(row('NP 0F 01 D0', 'XGETBV', '')).toMatchObject({ opcode: 0x01, reg: 2, rm: 0, mod: 'register' });
  });

  it.each<[opcode: string, expected: object]>([
    ['VEX.LZ.0F38.W0 F2 /r', { map: 0x12, prefix: 'NP', vectorLength: 128, w: 0, opcode: 0xf2, hasModrm: true }],
    ['VEX.LZ.F2.0F38.W1 F7 /r', { map: 0x12, prefix: 'F2', vectorLength: 128, w: 1, opcode: 0xf7 }],
    ['VEX.LZ.0F38.W0 F3 /1', { map: 0x12, prefix: 'NP', opcode: 0xf3, reg: 1 }],
    ['VEX.256.66.0F38.WIG 00 /r', { map: 0x12, prefix: '66', vectorLength: 256, w: -1, opcode: 0 }],
    ['VEX.LIG.F3.0F.WIG 10 /r', { map: 0x11, prefix: 'F3', vectorLength: 0, w: -1 }],
    ['VEX.128.F2.MAP7.W0 F8 /0', { map: 0x17, prefix: 'F2', vectorLength: 128 }],
    ['EVEX.512.66.0F38.W1 50 /r', { map: 0x32, prefix: '66', vectorLength: 512, w: 1 }],
    ['XOP.L0.09.W0 01 /1', { map: 0x29, prefix: 'NP', vectorLength: 128, w: 0, reg: 1 }],
  ])('reads %s', (opcode, expected) => {
    const form = row(opcode, 'BLSR r32:vvvv, r/m32', 'w r');
    expect(form).toMatchObject(expected);
    expect(form.needs.has('PROTECTED')).toBe(true);
  });

  it.each<[opcode: string, expected: object]>([
    ['0F 0F /r 9E', { map: 4, opcode: 0x9e, hasModrm: true, reg: -1 }],
    ['0F 38', { map: 1, opcode: 0x38, hasModrm: false }],
    ['0F 38 00 /r', { map: 2, opcode: 0, hasModrm: true }],
    ['NP 0F 66 /r', { map: 1, opcode: 0x66, prefix: 'NP' }],
    ['D8 C0+i', { map: 0, opcode: 0xd8, reg: 0, rm: -2, mod: 'register' }],
    ['XOP.L0.0A.W0 12 /0 id', { map: 0x2a, opcode: 0x12, reg: 0 }],
    ['MVEX.512.66.0F38.W1 50 /r', { map: 0x42, prefix: '66', vectorLength: 512, w: 1 }],
    ['EVEX.LIG.F3.MAP5.W0 58 /r', { map: 0x35, prefix: 'F3', vectorLength: 0, w: 0 }],
  ])('reads where %s stands', (opcode, expected) => {
    expect(row(opcode, 'NOP', '')).toMatchObject(expected);
  });

  it('reads a register in VEX.vvvv', () => {
    const [destination, source] = row('VEX.LZ.0F38.W0 F3 /1', 'BLSR r32:vvvv, r/m32', 'w r').operands;
    expect(destination).toMatchObject({ place: 'vvvv', bits: 32, memory: 'never' });
    expect(source).toMatchObject({ place: 'rm', memory: 'may' });
  });

  it('reads sizes of register and memory apart', () => {
    const [operand] = row('o32 8C /r', 'MOV r32/m16, Sreg', 'w r').operands;
    expect(operand).toMatchObject({ bits: 32, memoryBits: 16, memory: 'may', place: 'rm' });
  });

  it.each([
    ['a missing access', ['00 /r', 'ADD r/m8, r8', 'rw', '', 'none', ''], /accesses/],
    ['an unknown operand', ['00 /r', 'ADD q8', 'r', '', 'none', ''], /q8/],
    ['an unknown need', ['00 /r', 'ADD r8', 'r', '', 'none', 'LUCK'], /LUCK/],
    ['an unknown opcode word', ['00 /x', 'ADD r8', 'r', '', 'none', ''], /\/x/],
    ['an unknown part of VEX', ['VEX.LZ.0F39.W0 F2 /r', 'ADD r8', 'r', '', 'none', ''], /0F39/],
    ['VEX without a map', ['VEX.LZ.W0 F2 /r', 'ADD r8', 'r', '', 'none', ''], /no map/],
    ['no opcode', ['o16', 'ADD r8', 'r', '', 'none', ''], /no opcode/],
  ] as const)('refuses %s', (_, bad, message) => {
    expect(() => {
      const { operands, needs } = readRow(bad, 0);
      return [operands, needs];
    }).toThrow(message);
  });
});
