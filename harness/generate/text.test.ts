import { describe, expect, it } from 'vitest';
import { decode } from '../../emulator/decode/decode.ts';
import { modes } from '../../emulator/isa/modes.ts';
import { skeletonsOf } from './skeleton.ts';
import { type TextOptions, text } from './text.ts';

const lines = (options: TextOptions): string[] => Array.from(text(options), (one) => one.text);

describe('text', () => {
  it('gives the same lines for the same seed, and others for another', () => {
    expect(lines({ mode: 64, seed: 1 })).toEqual(lines({ mode: 64, seed: 1 }));
    expect(lines({ mode: 64, seed: 1 })).not.toEqual(lines({ mode: 64, seed: 2 }));
  });

  it.each(modes)('has a line for every form of %i-bit mode, with bytes that decode to it', (mode) => {
    const reached = new Set<number>();
    for (const { form, bytes, text: line } of text({ mode, seed: 1, perForm: 4 })) {
      const decoding = decode(bytes, mode);
      if (decoding.status !== 'valid' || decoding.instruction.form !== form.id) expect.fail(line);
      expect(line).toMatch(/^(\{vex\} )?[a-z]/);
      reached.add(form.id);
    }
    const missing = skeletonsOf(mode, 'intel').filter(({ form }) => !reached.has(form.id));
    expect(missing.map(({ form }) => form.syntax)).toEqual([]);
  });

  it('is made of its slices', () => {
    const slices = [0, 1, 2, 3].flatMap((index) => lines({ mode: 32, seed: 1, slice: { index, of: 4 } }));
    expect(slices.sort()).toEqual(lines({ mode: 32, seed: 1 }).sort());
  });
});
