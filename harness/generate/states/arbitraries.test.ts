import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../emulator/decode/decode.ts';
import { forms } from '../../../emulator/isa/forms.ts';
import { areSameExecutions } from '../../compare/execution.ts';
import { type Execution, StateWord } from '../../execution.ts';
import { readStateLine, stateLine } from '../../report/execution-line.ts';
import { createTouchstoneExecutor } from '../../subjects/touchstone-executor.ts';
import { executions } from './arbitraries.ts';

describe('arbitrary executions', () => {
  it('can be written down and read again', () => {
    fc.assert(
      fc.property(executions(), (execution) => {
        const read = readStateLine(stateLine(execution), execution.mode);
        if ('problem' in read) throw new Error(read.problem);
        expect([...read.state.words]).toEqual([...execution.state.words]);
      }),
    );
  });

  it('come to the same alone as after another one', async () => {
    const alone = createTouchstoneExecutor('intel');
    const together = createTouchstoneExecutor('intel');
    await fc.assert(
      fc.asyncProperty(executions(), executions(), async (first, second) => {
        const [own] = await alone.execute([second]);
        const [, after] = await together.execute([first, second]);
        if (own === undefined || after === undefined) throw new Error('An answer is missing.');
        if (own.status !== 'unsupported') expect(areSameExecutions(own, after)).toBe(true);
        expect(after.status).toBe(own.status);
      }),
      { numRuns: 300 },
    );
  });

  it('shrink to an instruction in a state that says nothing but what is needed', () => {
    const isAnd = ({ bytes, mode }: Execution): boolean => {
      const decoded = decode(bytes, mode);
      return decoded.status === 'valid' && forms[decoded.instruction.form]?.mnemonic === 'AND';
    };
    const and = forms.filter(({ mnemonic }) => mnemonic === 'AND');
    const { counterexample } = fc.check(
      fc.property(executions({ forms: and }), (execution) => {
        const carry = (execution.state.words[StateWord.rflags] ?? 0) & 1;
        return !(isAnd(execution) && carry === 1 && execution.state.get64(2) > 0x1000n);
      }),
      { seed: 3, numRuns: 10_000 },
    );
    const [small] = counterexample ?? [];
    if (small === undefined) throw new Error('There is no counterexample.');
    expect(small.memory.every(({ bytes }) => bytes.every((byte) => byte === 0))).toBe(true);
    expect(small.state.words[StateWord.rflags]).toBe(0x203);
    expect([...small.state.words.subarray(6, 32)].filter((word) => word !== 0).length).toBeLessThanOrEqual(2);
  });
});
