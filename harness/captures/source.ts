/** Captures as an executor: silicon that need not be here. It answers what it was asked when it was captured. */
import { type Mode, modes } from '../../emulator/isa/modes.ts';
import type { Execution, ExecutionAnswer, Executor } from '../execution.ts';
import type { CpuSignature } from '../subjects/silicon/signature.ts';
import { signatureText } from '../subjects/silicon/signature.ts';
import type { CaptureFile, RecordedAnswer } from './capture.ts';
import { questionText } from './text.ts';

export interface CaptureSource extends Executor {
  readonly cpu: CpuSignature;
  /** Everything that it has an answer to. */
  readonly executions: readonly Execution[];
}

/** One a CPU, in the order of their signatures. */
export const captureSources = (files: readonly CaptureFile[]): readonly CaptureSource[] => {
  const groups = new Map<string, CaptureFile[]>();
  for (const file of files) {
    const signature = signatureText(file.head.cpu);
    groups.set(signature, [...(groups.get(signature) ?? []), file]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => sourceOf(group) ?? []);
};

const sourceOf = (files: readonly CaptureFile[]): CaptureSource | null => {
  const cpu = files[0]?.head.cpu;
  if (cpu === undefined) return null;
  const captures = files.flatMap((file) => file.captures);
  const answers = new Map<string, RecordedAnswer>(
    captures.map(({ execution, answer }) => [keyOf(execution), answer] as const),
  );
  const here: readonly Mode[] = modes.filter((mode) => files.some(({ head }) => head.mode === mode));
  return {
    name: 'captures',
    version: signatureText(cpu),
    cpu,
    modes: here,
    batch: 4096,
    executions: captures.map(({ execution }) => execution),
    execute: (executions) =>
      Promise.resolve(executions.map((execution) => answers.get(keyOf(execution)) ?? notCaptured)),
    close: () => Promise.resolve(),
  };
};

/** Nobody's agreement. */
const notCaptured: ExecutionAnswer = { status: 'refused', reason: 'not captured' };

const keyOf = (execution: Execution): string => `${execution.mode} ${questionText(execution)}`;
