import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { checkHouse } from './tidy/house.ts';
import { readTree } from './tidy/tree.ts';
import { violationText } from './tidy/violation.ts';

it('finds every rule of the house kept', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  expect(checkHouse(readTree(root)).map(violationText)).toEqual([]);
});
