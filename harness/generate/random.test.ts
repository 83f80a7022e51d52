import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('Random', () => {
  it('gives the same numbers for the same seed and label', () => {
    expect(draw(new Random(42, 'rows'), 100)).toEqual(draw(new Random(42, 'rows'), 100));
  });

  it('is pinned, so that corpora regenerate on every machine', () => {
    expect(draw(new Random(1), 4)).toEqual([972568820, 3368888420, 358650024, 3477687089]);
  });

  it('gives other numbers for another seed and for another label', () => {
    const firsts = [new Random(1), new Random(2), new Random(1, 'a'), new Random(1, 'b'), new Random(0)].map((random) =>
      random.next(),
    );
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('splits by label alone, whatever was drawn before', () => {
    const fresh = new Random(7, 'structured');
    const used = new Random(7, 'structured');
    draw(used, 1000);
    expect(draw(used.split('64'), 10)).toEqual(draw(fresh.split('64'), 10));
    expect(draw(fresh.split('64'), 10)).not.toEqual(draw(fresh.split('32'), 10));
  });

  it('draws every number below a bound about as often', () => {
    const random = new Random(3);
    const counts = new Array<number>(10).fill(0);
    for (let k = 0; k < 100_000; k++) counts[random.below(10)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('keeps to the odds of a chance', () => {
    const random = new Random(4);
    let hits = 0;
    for (let k = 0; k < 80_000; k++) if (random.chance(1, 8)) hits++;
    expect(Math.abs(hits - 10_000)).toBeLessThan(500);
  });

  it('picks every choice, and throws where there is none', () => {
    const random = new Random(5);
    expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
    expect(() => random.pick([])).toThrow('nothing to pick');
  });

  it('fills bytes with all values', () => {
    const bytes = new Uint8Array(10_000);
    new Random(6).fill(bytes);
    expect(new Set(bytes).size).toBe(256);
  });
});
