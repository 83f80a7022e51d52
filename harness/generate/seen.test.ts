import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { Seen } from './seen.ts';

describe('Seen', () => {
  it('knows what it was given', () => {
    const seen = new Seen(10);
    expect(seen.add(Uint8Array.of(1, 2, 3))).toBe(true);
    expect(seen.add(Uint8Array.of(1, 2, 3))).toBe(false);
  });

  it('tells prefixes, lengths and salts apart', () => {
    const seen = new Seen(16);
    const bytes = Uint8Array.of(0, 0, 0);
    expect([seen.add(bytes, 1), seen.add(bytes, 2), seen.add(bytes), seen.add(bytes, 3, 1)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([seen.add(bytes, 1), seen.add(bytes, 2), seen.add(bytes), seen.add(bytes, 3, 1)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('keeps what differs in the first byte, the length or the salt in places of its own', () => {
    const seen = new Seen(20);
    const all: (readonly [bytes: Uint8Array, length: number, salt: number])[] = [];
    for (let byte = 0; byte < 256; byte++) {
      for (const length of [1, 2, 3])
        for (const salt of [0, 1, 2, 3]) all.push([Uint8Array.of(byte, 1, 2), length, salt]);
    }
    for (const [bytes, length, salt] of all) seen.add(bytes, length, salt);
    expect(all.filter(([bytes, length, salt]) => seen.add(bytes, length, salt)).length).toBeLessThan(20);
  });

  it('takes hardly any string for another one', () => {
    const seen = new Seen(20);
    const random = new Random(1);
    const bytes = new Uint8Array(15);
    let fresh = 0;
    for (let k = 0; k < 200_000; k++) {
      random.fill(bytes);
      if (seen.add(bytes)) fresh++;
    }
    expect(fresh).toBeGreaterThanOrEqual(199_999);
  });

  it('tells strings that count up apart', () => {
    const seen = new Seen(20);
    const bytes = new Uint8Array(4);
    const view = new DataView(bytes.buffer);
    let fresh = 0;
    for (let k = 0; k < 200_000; k++) {
      view.setUint32(0, k);
      if (seen.add(bytes)) fresh++;
    }
    expect(fresh).toBeGreaterThanOrEqual(199_990);
  });
});
