import { describe, expect, it } from 'vitest';
import { type Asking, isolate } from './isolate.ts';
import { crashed, type Failure } from './process.ts';

const numbers = Array.from({ length: 100 }, (_, k) => k);

/** Answers each number with its double, and fails on any batch that holds a guilty one. */
const tool = (
  guilty: ReadonlySet<number>,
  failure: Failure = crashed('died'),
): Asking<number, string> & { runs: number } => ({
  runs: 0,
  async run(inputs) {
    this.runs++;
    return inputs.some((input) => guilty.has(input)) ? failure : inputs.map((input) => `${2 * input}`);
  },
  probe: async () => null,
  blame: ({ failure: kind, detail }) => `${kind}: ${detail}`,
});

describe('isolate', () => {
  it('asks once where nothing fails', async () => {
    const well = tool(new Set());
    expect(await isolate(numbers, well)).toEqual(numbers.map((k) => `${2 * k}`));
    expect(well.runs).toBe(1);
  });

  it('asks nothing for no input', async () => {
    const well = tool(new Set());
    expect(await isolate([], well)).toEqual([]);
    expect(well.runs).toBe(0);
  });

  it('blames the guilty inputs, and gives all others their answers in order', async () => {
    const answers = await isolate(numbers, tool(new Set([0, 41, 42, 99])));
    const expected = numbers.map((k) => ([0, 41, 42, 99].includes(k) ? 'crashed: died' : `${2 * k}`));
    expect(answers).toEqual(expected);
  });

  it('finds one of 16,384 in some thirty runs', async () => {
    const many = Array.from({ length: 16_384 }, (_, k) => k);
    const guilty = tool(new Set([12_345]));
    const answers = await isolate(many, guilty);
    expect(answers.filter((answer) => answer === 'crashed: died')).toHaveLength(1);
    expect(guilty.runs).toBeLessThan(32);
  });

  it('accuses nobody of a failure that does not come back', async () => {
    let killed = false;
    const once = tool(new Set());
    const run = once.run.bind(once);
    once.run = async (inputs) => {
      if (killed) return run(inputs);
      killed = true;
      return crashed('killed by somebody');
    };
    expect(await isolate(numbers.slice(0, 1), once)).toEqual(['0']);
  });

  it('calls a tool unavailable that fails on the harmless input too', async () => {
    const broken = tool(new Set(numbers));
    broken.probe = async () => crashed('always dies');
    const answers = await isolate(numbers, broken);
    expect(new Set(answers)).toEqual(new Set(['unavailable: the tool stopped working: always dies']));
    expect(broken.runs).toBe(1);
  });

  it('does not bisect when the machine is at fault', async () => {
    const full = tool(new Set(numbers), { failure: 'unavailable', detail: 'the disk is full' });
    expect(new Set(await isolate(numbers, full))).toEqual(new Set(['unavailable: the disk is full']));
    expect(full.runs).toBe(1);
  });

  it('leaves the rest unasked after 32 guilty inputs', async () => {
    const answers = await isolate(numbers, tool(new Set(numbers)));
    expect(answers.filter((answer) => answer === 'crashed: died')).toHaveLength(32);
    expect(answers[99]).toMatch(/^unavailable: not asked/);
  });
});
