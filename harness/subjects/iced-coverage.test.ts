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
const escapes = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];

const all = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => k);
const pairs = <A, B>(left: readonly A[], right: readonly B[]): readonly (readonly [A, B])[] =>
  left.flatMap((a) => right.map((b) => [a, b] as const));

/** pp with and without W; no register in vvvv, then one. */
const lows = [0x78, 0x70].flatMap((vvvv) => [0, 1, 2, 3, 0x80, 0x81, 0x82, 0x83].map((low) => vvvv | low));

/** VEX and XOP of three bytes with each map, W, L and pp. */
const vexes = [...[0xe1, 0xe2, 0xe3, 0xe7].map((map) => [0xc4, map]), ...[0xe8, 0xe9, 0xea].map((map) => [0x8f, map])];
const vectorStarts = [
  ...pairs(vexes, pairs(lows, [0, 4])).map(([start, [low, l]]) => [...start, low | l]),
  // EVEX with each map, W, pp and L'L, without a mask and with k1.
  ...pairs([1, 2, 3, 5, 6], pairs(lows, pairs([0, 1, 2], [0, 1]))).map(([map, [low, [length, mask]]]) => [
    ...[0x62, 0xf0 | map, low | 4],
    (length << 5) | 8 | mask,
  ]),
];

/** Behind these each opcode with each ModRM.reg: memory with SIB, and registers. */
const vectorOperands = all(8).flatMap((reg) => [
  [(reg << 3) | 0x44, 0x8d, 0x10],
  [0xc1 | (reg << 3)],
  ...(reg === 0 ? [[0xc0]] : []),
]);

/** Behind these each opcode with each ModRM.reg: memory, with rIP as base too, and every register. */
const operands = all(8).flatMap((reg) => [
  [(reg << 3) | 0x44, 0x8d],
  [(reg << 3) | 5],
  ...all(8).map((rm) => [0xc0 | (reg << 3) | rm]),
]);

/** Every Code that iced yields for prefixes, escape, opcode and ModRM. */
const codesYielded = (mode: Mode, options: number): ReadonlySet<number> => {
  const codes = new Set<number>();
  const instruction = new Instruction();
  const rexes = mode === 64 ? [[], [0x48]] : [[]];
  for (const [prefixes, rex] of pairs(prefixSets, rexes)) {
    for (const map of escapes) {
      const opcodes = pairs(all(256), operands).map(([opcode, rest]) => [...prefixes, ...rex, ...map, opcode, ...rest]);
      yieldCodes(mode, options, opcodes, instruction, codes);
    }
  }
  const suffixed = pairs([[0x00], [0xc0]], all(256)).map(([modrm, opcode]) => [0x0f, 0x0f, ...modrm, opcode]);
  yieldCodes(mode, options, suffixed, instruction, codes);
  for (const start of vectorStarts) {
    // VSIB needs addresses of 32 bits.
    const prefixes = mode === 16 ? [0x67] : [];
    const opcodes = pairs(all(256), vectorOperands).map(([opcode, rest]) => [...prefixes, ...start, opcode, ...rest]);
    yieldCodes(mode, options, opcodes, instruction, codes);
  }
  instruction.free();
  return codes;
};

const slot = 15;

const yieldCodes = (
  mode: Mode,
  options: number,
  starts: readonly (readonly number[])[],
  instruction: Instruction,
  codes: Set<number>,
): void => {
  const slots = new Uint8Array(starts.length * slot);
  for (const [k, start] of starts.entries()) slots.set(start, k * slot);
  const decoder = new Decoder(mode, slots, options);
  for (let k = 0; k < starts.length; k++) {
    decoder.position = k * slot;
    decoder.decodeOut(instruction);
    codes.add(instruction.code);
  }
  decoder.free();
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

  it('are all but those behind options and the few that are no instructions', () => {
    const names = new Set([...inScope, ...historical].map(({ name }) => name));
    const left = Object.values(Code).filter((name) => typeof name === 'string' && !names.has(name));
    expect(left).toEqual([
      ...['INVALID', 'DeclareByte', 'DeclareWord', 'DeclareDword', 'DeclareQword'],
      ...['Fstenv_m14byte', 'Fstenv_m28byte', 'Fstcw_m2byte', 'Feni', 'Fdisi', 'Fclex', 'Finit', 'Fsetpm'],
      ...['Fsave_m94byte', 'Fsave_m108byte', 'Fstsw_m2byte', 'Fstsw_AX', 'Fstdw_AX', 'Fstsg_AX', 'Zero_bytes'],
    ]);
    expect(names.size).toBe(4916);
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
    expect(optionOf('MVEX_Vaddps_zmm_k1_zmm_zmmmt')).toBe('KNC');
    expect(optionOf('D3NOW_Pfrcpv_mm_mmm64')).toBe('Cyrix');
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
