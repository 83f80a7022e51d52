import { describe, expect, it } from 'vitest';
import type { Input } from '../subject.ts';
import type { Elf } from './elf.ts';
import { loadElf } from './elf.ts';
import { type RealOptions, real, type Sweep } from './real.ts';

const elfOf = (...sections: readonly Uint8Array[]): Elf => ({
  machine: 'i386',
  mode: 32,
  sections: sections.map((bytes, k) => ({ name: `.text${k}`, address: 0n, bytes })),
});

const swept = (options: RealOptions): { readonly inputs: Input[]; readonly sweep: Sweep } => {
  const inputs: Input[] = [];
  const generator = real(options);
  for (;;) {
    const next = generator.next();
    if (next.done === true) return { inputs, sweep: next.value };
    inputs.push(next.value);
  }
};

const hexOf = ({ bytes }: Input): string => Buffer.from(bytes).toString('hex');

/** push ebp; mov ebp, esp; mov eax, [ebp+8]; mov eax, [ebp+12]; mov eax, [ebp+16]; pop ebp; ret */
const code = Uint8Array.of(0x55, 0x89, 0xe5, 0x8b, 0x45, 0x08, 0x8b, 0x45, 0x0c, 0x8b, 0x45, 0x10, 0x5d, 0xc3);

describe('real', () => {
  it('goes from instruction to instruction, and gives each with up to 15 bytes', () => {
    const { inputs, sweep } = swept({ elf: elfOf(code), seed: 1, perShape: Number.POSITIVE_INFINITY });
    expect(inputs.map((input) => input.bytes.length)).toEqual([14, 13, 11, 8, 5, 2, 1]);
    expect(inputs.every(({ mode }) => mode === 32)).toBe(true);
    expect(sweep).toEqual({ instructions: 7, invalid: 0, bytes: 14 });
  });

  it('gives so many of one shape: the same but for displacement and immediate', () => {
    const counts = [1, 2, 3, 4].map((perShape) => swept({ elf: elfOf(code), seed: 1, perShape }).inputs.length);
    expect(counts).toEqual([5, 6, 7, 7]);
  });

  it('goes on at the next byte where it knows no length, or behind the length that it is told', () => {
    // What AMX-FP8 has in map 5 of VEX; ret
    const bytes = Uint8Array.of(0xc4, 0xe5, 0x78, 0xfd, 0xc1, 0xc3);
    const told = swept({ elf: elfOf(bytes), seed: 1, lengthAt: () => 5 });
    expect(told.inputs.map(hexOf)).toEqual(['c4e578fdc1c3', 'c3']);
    expect(told.sweep).toEqual({ instructions: 1, invalid: 1, bytes: 6 });
    expect(swept({ elf: elfOf(bytes), seed: 1 }).inputs.length).toBeGreaterThan(2);
  });

  it('gives invalid bytes too, and an instruction that its section cuts', () => {
    // lock nop; ret imm16 without its last byte
    const { inputs, sweep } = swept({ elf: elfOf(Uint8Array.of(0xf0, 0x90, 0xc2, 0x08)), seed: 1 });
    expect(inputs.map(hexOf)).toEqual(['f090c208', '90c208', 'c208']);
    expect(sweep).toEqual({ instructions: 1, invalid: 1, bytes: 4 });
  });

  it('sweeps every section', () => {
    expect(swept({ elf: elfOf(code, Uint8Array.of(0x90)), seed: 1 }).inputs.map(hexOf)).toContain('90');
  });

  it('is made of its slices, and samples blocks by the seed', () => {
    const large = new Uint8Array(12 * 0x1_0000);
    for (let k = 0; k < large.length; k++) large[k] = 0x40 + (k >> 16);
    const whole = swept({ elf: elfOf(large), seed: 1 });
    expect(whole.sweep.instructions).toBe(large.length);
    const parts = [0, 1, 2].map((index) => swept({ elf: elfOf(large), seed: 1, slice: { index, of: 3 } }).sweep.bytes);
    expect(parts.reduce((sum, bytes) => sum + bytes)).toBe(large.length);
    const sampled = [1, 2].map((seed) => swept({ elf: elfOf(large), seed, stride: 3 }).inputs.map(hexOf));
    expect(swept({ elf: elfOf(large), seed: 1, stride: 3 }).inputs.map(hexOf)).toEqual(sampled[0]);
    expect(sampled[0]).not.toEqual(sampled[1]);
    expect(sampled[0]?.length).toBeLessThan(whole.inputs.length);
  });

  it('sweeps a real program', () => {
    const elf = loadElf(process.execPath);
    if ('problem' in elf) return expect(process.arch).not.toBe('x64');
    const { inputs, sweep } = swept({ elf, seed: 1, stride: 16 });
    expect(sweep.instructions).toBeGreaterThan(100_000);
    expect(sweep.instructions / (sweep.instructions + sweep.invalid)).toBeGreaterThan(0.8);
    expect(inputs.length).toBeGreaterThan(5_000);
    expect(inputs.length).toBeLessThan(sweep.instructions / 4);
  });
});
