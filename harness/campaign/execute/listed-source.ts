/** Executions that are listed somewhere, as those of captures are, in their order. */
import type { Mode, Vendor } from '../../../emulator/isa/modes.ts';
import { executedInstruction } from '../../compare/execution-role.ts';
import type { Execution } from '../../execution.ts';
import type { Case, ExecutionSource } from './setup.ts';

export interface ListedSourceOptions {
  readonly name: string;
  readonly version: string;
  readonly vendor: Vendor;
  readonly executions: readonly Execution[];
}

const sliceCases = 8192;

export const listedSource = ({ name, version, vendor, executions }: ListedSourceOptions): ExecutionSource => {
  const byMode = new Map<Mode, Execution[]>();
  for (const execution of executions) {
    const here = byMode.get(execution.mode);
    if (here === undefined) byMode.set(execution.mode, [execution]);
    else here.push(execution);
  }
  const most = Math.max(0, ...[...byMode.values()].map(({ length }) => length));
  return {
    name,
    version,
    portable: true,
    modes: [...byMode.keys()],
    slices: Math.ceil(most / sliceCases),
    *batches({ mode, index }, size) {
      const own = (byMode.get(mode) ?? []).slice(index * sliceCases, (index + 1) * sliceCases);
      for (let at = 0; at < own.length; at += size) yield own.slice(at, at + size).map((one) => caseOf(one, vendor));
    },
  };
};

const caseOf = (execution: Execution, vendor: Vendor): Case => ({
  ...execution,
  form: executedInstruction(execution, vendor)?.form ?? -1,
});
