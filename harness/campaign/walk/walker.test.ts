import { describe, expect, it } from 'vitest';
import { crashed, type LengthSubject, slotBytes, slotsOfACall } from '../../subjects/lengths.ts';
import type { Space } from './space.ts';
import { type Position, Walker, type WalkerOptions } from './walker.ts';

/** A subject whose lengths follow from the bytes. */
const subject = (lengthOf: (bytes: Uint8Array) => number): LengthSubject => ({
  name: 'toy',
  fill: (slots, into) => {
    for (let slot = 0; slot < slotsOfACall; slot++)
      into.bytes[slot] = lengthOf(slots.subarray(slot * slotBytes, (slot + 1) * slotBytes));
  },
  close: () => undefined,
});

/** 00: one byte; 01: three bytes; 02: five below 80, else none; all else nothing. */
const toy = subject(([first = 0, second = 0]) => {
  if (first === 0) return 1;
  if (first === 1) return 3;
  return first === 2 && second < 0x80 ? 5 : 0;
});

const space = (change: Partial<Space> = {}): Space => ({
  name: 'toy',
  heads: [Uint8Array.of()],
  firstBytes: [0, 1, 2, 3],
  depth: slotBytes,
  vectorBytes: [],
  ...change,
});

const whole = { index: 1, of: 1 };

const seenBy = (change: Partial<WalkerOptions> = {}, from?: Position, most = Number.POSITIVE_INFINITY) => {
  const walker = new Walker({ space: space(), shard: whole, ours: toy, theirs: [], ...change }, from);
  const seen: string[] = [];
  walker.run(most, (bytes) => seen.push(Buffer.from(bytes).toString('hex')));
  return { seen, walker };
};

describe('a walk', () => {
  it('looks at no byte behind an instruction, and at one more byte wherever a length changes', () => {
    const { seen } = seenBy();
    expect(seen.filter((hex) => hex.startsWith('00'))).toEqual(['00'.repeat(slotBytes)]);
    // The first byte is looked behind in any case; of the second all values are alike, and immediates are not counted through.
    expect(seen.filter((hex) => hex.startsWith('01'))).toHaveLength(256);
    expect(seen).toContain(`0280${'00'.repeat(13)}`);
    expect(seen.filter((hex) => hex.startsWith('0280')).length).toBeGreaterThan(1);
    expect(seen.filter((hex) => hex.startsWith('0201'))).toHaveLength(1);
  });

  it('looks at each candidate once, in order', () => {
    const { seen } = seenBy();
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seen].sort()).toEqual(seen);
  });

  it('looks further where any one changes its mind', () => {
    const other = subject(([first = 0, second = 0]) => (first === 1 && second === 0x42 ? 2 : first === 1 ? 3 : 0));
    const alone = seenBy({ space: space({ firstBytes: [1] }) }).seen;
    const both = seenBy({ space: space({ firstBytes: [1] }), theirs: [other] }).seen;
    expect(alone.filter((hex) => hex.startsWith('0142'))).toHaveLength(1);
    expect(both.filter((hex) => hex.startsWith('0142'))).toHaveLength(256);
  });

  it('does not go deeper than its space', () => {
    const { seen } = seenBy({
      space: space({ heads: [Uint8Array.of(9)], depth: 2 }),
      ours: subject((b) => (b[1] ?? 0) + 3),
    });
    expect(seen.every((hex) => hex.startsWith('09') && hex.slice(6) === '00'.repeat(12))).toBe(true);
    expect(seen).toHaveLength(4 * 256);
  });

  it('looks behind no payload of VEX where another instruction could be', () => {
    const { seen } = seenBy({
      space: space({ firstBytes: [0xc5], vectorBytes: [0xc5] }),
      ours: subject((b) => 4 + ((b[1] ?? 0) % 2)),
    });
    expect(seen.filter((hex) => hex.startsWith('c5bf')).length).toBeGreaterThan(1);
    for (const payload of ['c5c0', 'c5f8']) expect(seen.filter((hex) => hex.startsWith(payload))).toHaveLength(1);
  });

  it('goes on where a subject dies', () => {
    const dying = subject(([first = 0]) => (first === 1 ? crashed : 0));
    const { seen, walker } = seenBy({ theirs: [dying] });
    expect(walker.isOver).toBe(true);
    expect(seen.every((hex) => hex.length === 2 * slotBytes)).toBe(true);
  });

  it.each([2, 3, 7])('is the sum of its %i shards', (of) => {
    const shards = Array.from({ length: of }, (_, k) => seenBy({ shard: { index: k + 1, of } }).seen);
    expect(shards.flat().sort()).toEqual(seenBy().seen);
  });

  it.each([0, 1, 255, 256, 300, 700])('goes on from its position after %i candidates', (count) => {
    const first = seenBy({}, undefined, count);
    const rest = seenBy({}, first.walker.position);
    expect([...first.seen, ...rest.seen]).toEqual(seenBy().seen);
    expect(rest.walker.isOver).toBe(true);
  });
});
