/** For tests: ours against Unicorn, outside real mode and in it. */
import { executionKnownRows } from '../../../known/execution-rows.ts';
import { createTouchstoneExecutor } from '../../../subjects/touchstone-executor.ts';
import { createUnicorn } from '../../../subjects/unicorn/unicorn.ts';
import { drawnSource } from '../drawn-source.ts';
import type { ExecutionSetup } from '../setup.ts';

/** Executions of each mode, and of real mode. */
const sliceCases = 5_000;

export const createExecutionSetup = async (): Promise<ExecutionSetup> => {
  const opened = await createUnicorn();
  const drawn = { vendor: 'amd', sliceCases, slices: 1 } as const;
  return {
    ours: createTouchstoneExecutor('amd-zen3'),
    others: ['unavailable' in opened ? opened : { executor: opened, isSilicon: false, isOneCpu: false }],
    sources: [drawnSource(drawn), drawnSource({ ...drawn, isReal: true })],
    known: executionKnownRows,
    vendor: 'amd',
  };
};
