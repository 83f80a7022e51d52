import { expect, it } from 'vitest';
import { CpuStates, StateWord } from './execution.ts';

it('states that are made together share nothing', () => {
  const states = new CpuStates();
  const taken = Array.from({ length: 1_000 }, () => states.take());
  for (const [k, { words }] of taken.entries()) words.fill(k);
  expect(taken.every(({ words }, k) => words.length === StateWord.count && words.every((word) => word === k))).toBe(
    true,
  );
});
