import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { drawValue } from './values.ts';

describe('values', () => {
  const random = new Random(7);
  const words = new Uint32Array(2);
  const counts = new Map<bigint, number>();
  const total = 60_000;
  for (let k = 0; k < total; k++) {
    drawValue(words, 0, random);
    const value = (BigInt(words[1] ?? 0) << 32n) | BigInt(words[0] ?? 0);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }

  it.each([
    ['zero', 0n],
    ['one', 1n],
    ['minus one', (1n << 64n) - 1n],
    ['the sign bit of a byte', 0x80n],
    ['the greatest signed word', 0x7fffn],
    ['the carry out of a double word', 1n << 32n],
    ['the least quad word', 1n << 63n],
    ['the least quad word less one', (1n << 63n) - 1n],
    ['a half carry', 0x10n],
    ['a shift count of the width', 32n],
    ['a shift count of the width and one', 33n],
    ['the end of canonical addresses', 1n << 47n],
  ])('have %s many times', (_, value) => {
    expect(counts.get(value) ?? 0).toBeGreaterThan(10);
  });

  it('have every power of two, and something else a quarter of the time', () => {
    const powers = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit));
    expect(powers.filter((power) => !counts.has(power))).toEqual([]);
    const rare = [...counts.values()].filter((count) => count === 1).length;
    expect(rare).toBeGreaterThan(total / 4);
  });
});
