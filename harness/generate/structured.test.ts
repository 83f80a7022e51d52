import { describe, expect, it } from 'vitest';
import { Decoder } from '../../emulator/decode/decoder.ts';
import { Instruction, Status } from '../../emulator/isa/instruction.ts';
import { modes, vendors } from '../../emulator/isa/modes.ts';
import { skeletonsOf } from './skeleton.ts';
import { type StructuredOptions, structured } from './structured.ts';

const hexes = (options: StructuredOptions): string[] =>
  Array.from(structured(options), ({ bytes }) => Buffer.from(bytes).toString('hex'));

describe('structured', () => {
  it('gives the same inputs for the same seed, mode and slice, and others otherwise', () => {
    const options = { mode: 32, seed: 9, count: 2000 } as const;
    const inputs = hexes(options);
    expect(hexes(options)).toEqual(inputs);
    for (const other of [
      { seed: 10 },
      { mode: 64 },
      { vendor: 'amd' },
      { count: 4000, slice: { index: 1, of: 2 } },
    ] as const) {
      expect(hexes({ ...options, ...other })).not.toEqual(inputs);
    }
  });

  it('goes on with the same inputs where more are asked for', () => {
    expect(hexes({ mode: 64, seed: 1, count: 500 })).toEqual(hexes({ mode: 64, seed: 1, count: 1500 }).slice(0, 500));
  });

  it.each([0, 1, 999, 20_000])('gives exactly %i inputs, of 1 to 15 bytes, hardly any twice', (count) => {
    const inputs = hexes({ mode: 64, seed: 4, count });
    expect(inputs.length).toBe(count);
    expect(new Set(inputs).size).toBeGreaterThanOrEqual(0.9999 * count);
    expect(inputs.every((hex) => hex.length >= 2 && hex.length <= 30)).toBe(true);
  });

  it('shares a count out to slices without a rest', () => {
    const counts = [0, 1, 2].map((index) => hexes({ mode: 16, seed: 1, count: 1000, slice: { index, of: 3 } }).length);
    expect(counts).toEqual([333, 333, 334]);
  });

  it.each(modes.flatMap((mode) => vendors.map((vendor) => ({ mode, vendor }))))(
    'reaches every form of $mode-bit mode for $vendor in its first inputs, most of which are valid',
    ({ mode, vendor }) => {
      const decoder = new Decoder(mode, vendor);
      const instruction = new Instruction();
      const statuses = new Map<Status, number>();
      const reached = new Set<number>();
      const count = 80_000;
      for (const { bytes } of structured({ mode, vendor, seed: 1, count })) {
        const status = decoder.decode(bytes, 0, bytes.length, instruction);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status === Status.valid) reached.add(instruction.form);
      }
      const missing = skeletonsOf(mode, vendor).filter(({ form }) => !reached.has(form.id));
      expect(missing.map(({ form }) => form.syntax)).toEqual([]);
      expect(statuses.get(Status.valid)).toBeGreaterThan(0.6 * count);
      expect(statuses.get(Status.invalid)).toBeGreaterThan(0.04 * count);
      expect(statuses.get(Status.truncated)).toBeGreaterThan(0);
    },
  );
});
