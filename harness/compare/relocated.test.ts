import { describe, expect, it } from 'vitest';
import { modes } from '../../emulator/isa/modes.ts';
import type { Execution, ExecutionAnswer } from '../execution.ts';
import { relocatedPairs } from '../generate/states/relocated.ts';
import { createTouchstoneExecutor } from '../subjects/touchstone-executor.ts';
import { relocationDifference } from './relocated.ts';

const executor = createTouchstoneExecutor('intel');

const ask = async (execution: Execution): Promise<ExecutionAnswer> => {
  const [answer] = await executor.execute([execution]);
  if (answer === undefined) throw new Error('There is no answer.');
  return answer;
};

/** 20,100 of all modes. */
const each = 6700;

describe.each(modes)('relocation in %d-bit mode', (mode) => {
  it('leaves the state as it would have been in place', async () => {
    let compared = 0;
    let positioned = 0;
    for (const pair of relocatedPairs({ mode, vendor: 'intel', seed: 5 })) {
      const [inPlace, inSlot] = [await ask(pair.inPlace), await ask(pair.inSlot)];
      const difference = relocationDifference(pair, inPlace, inSlot);
      expect(difference, `${pair.original.bytes.join(' ')} at ${pair.original.address}, ${pair.copy.address}`).toBe(
        null,
      );
      if (inPlace.status === 'unsupported') continue;
      compared++;
      if (pair.isPositioned) positioned++;
      if (compared === each) break;
    }
    expect(positioned).toBeGreaterThan(each * 0.4);
  });

  it('is noticed where a displacement was not moved along', async () => {
    let asked = 0;
    let noticed = 0;
    for (const pair of relocatedPairs({ mode, vendor: 'intel', seed: 6 })) {
      if (!pair.isPositioned) continue;
      const unmoved = { ...pair.inSlot, bytes: pair.original.bytes };
      if (relocationDifference(pair, await ask(pair.inPlace), await ask(unmoved)) !== null) noticed++;
      if (++asked === 400) break;
    }
    expect(noticed).toBeGreaterThan(asked / 5);
  });
});
