/** The CPU itself, as those who hold ours against it open it: its fast way, and its way beyond doubt. */
import type { Executor } from '../../harness/execution.ts';
import type { Unavailable } from '../../harness/subject.ts';
import { createSilicon, type Silicon } from '../../harness/subjects/silicon/silicon.ts';

export interface CpuOracle {
  readonly executor: Silicon;
  /** By single steps. */
  readonly recheck: Executor;
}

export const openCpuOracle = async (): Promise<CpuOracle | Unavailable> => {
  const executor = await createSilicon();
  if ('unavailable' in executor) return executor;
  const { name, version, modes, batch } = executor;
  const recheck: Executor = {
    name,
    version,
    modes,
    batch,
    execute: (executions) => executor.recheck(executions),
    // Both ways end with the executor.
    close: () => Promise.resolve(),
  };
  return { executor, recheck };
};
