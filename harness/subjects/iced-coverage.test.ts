import { Code, Decoder, DecoderOptions, Instruction } from 'iced-x86';
import { describe, expect, it } from 'vitest';
import { type Mode, modes, type Vendor } from '../../emulator/isa/modes.ts';
import { icedDefaults } from './iced.ts';
import { icedCodesInScope, icedHistoricalCodes } from './iced-coverage.ts';

const inScope = icedCodesInScope();
const historical = icedHistoricalCodes();

const prefixSets = [
  [],
  [0x66],
  [0xf2],
  [0xf3],
  [0x67],
  [0x66, 0xf2],
  [0x66, 0xf3],
  [0x67, 0x66],
  [0x67, 0xf2],
  [0x67, 0xf3],
];
const escapes = [[], [0x0f], [0x0f, 0x38]];

/** VEX of three bytes with each map, W and pp; no register in vvvv. */
const vexes = [0xe1, 0xe2, 0xe3].flatMap((map) =>
  [0, 1, 2, 3, 0x80, 0x81, 0x82, 0x83].map((low) => [0xc4, map, low | 0x78]),
);

/** Every Code that iced yields for prefixes, escape, opcode and ModRM. */
const codesYielded = (mode: Mode, options: number): ReadonlySet<number> => {
  const codes = new Set<number>();
  const instruction = new Instruction();
  const rexes = mode === 64 ? [[], [0x48]] : [[]];
  for (const prefixes of prefixSets) {
    for (const rex of rexes) {
      for (const map of escapes) yieldCodes(mode, options, [...prefixes, ...rex, ...map], instruction, codes);
    }
  }
  for (const vex of vexes) yieldCodes(mode, options, vex, instruction, codes);
  instruction.free();
  return codes;
};

const slot = 15;
const slots = new Uint8Array(0x10000 * slot);

const yieldCodes = (
  mode: Mode,
  options: number,
  start: readonly number[],
  instruction: Instruction,
  codes: Set<number>,
): void => {
  for (let k = 0; k < 0x10000; k++) {
    slots.set(start, k * slot);
    slots[k * slot + start.length] = k >> 8;
    slots[k * slot + start.length + 1] = k & 0xff;
  }
  const decoder = new Decoder(mode, slots, options);
  for (let k = 0; k < 0x10000; k++) {
    decoder.position = k * slot;
    decoder.decodeOut(instruction);
    codes.add(instruction.code);
  }
  decoder.free();
  slots.fill(0);
};

describe('the Codes in scope', () => {
  it.each<[Mode, Vendor]>([
    [16, 'intel'],
    [32, 'intel'],
    [64, 'intel'],
    [64, 'amd'],
  ])('name the modes in which iced yields each by default: %i-bit, %s', (mode, vendor) => {
    const yielded = codesYielded(mode, icedDefaults[vendor]);
    const expected = inScope.filter((code) => code.modes[vendor].includes(mode)).map(({ name }) => name);
    expect(inScope.filter(({ code }) => yielded.has(code)).map(({ name }) => name)).toEqual(expected);
  });

  it('are general-purpose and system instructions, and those filed with SSE apart', () => {
    const groupOf = (name: string): string | undefined => inScope.find((code) => code.name === name)?.group;
    expect(
      [
        'Add_rm32_r32',
        'VEX_Andn_r32_r32_rm32',
        'Crc32_r32_rm8',
        'Movbe_r32_m32',
        'Bndcl_bnd_rm64',
        'Wait',
        'Endbr64',
        'Rdsspd_r32',
      ].map(groupOf),
    ).toEqual(Array.from({ length: 8 }, () => 'general'));
    expect(['Mfence', 'Movnti_m32_r32', 'Ldmxcsr_m32', 'Xsave_mem', 'Aadd_m32_r32'].map(groupOf)).toEqual(
      Array.from({ length: 5 }, () => 'adjacent'),
    );
    expect(
      ['Emms', 'Fld_m32fp', 'Movaps_xmm_xmmm128', 'VEX_Vmovd_xmm_rm32', 'Mov_r32_tr', 'Finit'].map(groupOf),
    ).toEqual(Array.from({ length: 6 }, () => undefined));
  });

  it('tell the vendors apart', () => {
    expect(inScope.find(({ code }) => code === Code.Jmp_rel16)?.modes).toEqual({ intel: [16, 32], amd: [16, 32, 64] });
    expect(inScope.find(({ code }) => code === Code.Ud0)?.modes).toEqual({ intel: [], amd: modes });
  });
});

describe('the historical Codes', () => {
  it('name the option that each needs', () => {
    const optionOf = (name: string): string | null | undefined => historical.find((code) => code.name === name)?.option;
    expect(optionOf('Mov_r32_tr')).toBe('MovTr');
    expect(optionOf('Loadall286')).toBe('Loadall286');
    expect(optionOf('Cmpxchg486_rm8_r8')).toBe('Cmpxchg486A');
    expect(optionOf('Altinst')).toBe('ALTINST');
    expect(optionOf('Xstore_32')).toBeNull();
    expect(optionOf('Popw_CS')).toBeNull();
  });

  it('are yielded by no default option, except PadLock', () => {
    const yielded = codesYielded(32, icedDefaults.intel | DecoderOptions.AMD);
    const shown = historical.filter(({ code }) => yielded.has(code));
    expect(shown.filter(({ features }) => !features.some((feature) => feature.startsWith('PADLOCK')))).toEqual([]);
    expect(shown.length).toBeGreaterThan(0);
  });
});
