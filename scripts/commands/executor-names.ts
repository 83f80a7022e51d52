/** Executors that `--subject` can name besides ours, which always executes. */
import type { SubjectName } from './subject-names.ts';

export const executorNames = ['cpu', 'captures', 'unicorn'] as const;
export type ExecutorName = (typeof executorNames)[number];

const isExecutorName = (name: string): name is ExecutorName => executorNames.some((one) => one === name);

/** Those of each kind that are named; undefined where none of the kind is. */
export interface Asked {
  readonly decoders: readonly SubjectName[] | undefined;
  readonly executors: readonly ExecutorName[] | undefined;
}

export const askedOf = (names: readonly (SubjectName | ExecutorName)[] | undefined): Asked => {
  const executors = names?.filter(isExecutorName) ?? [];
  const decoders = names?.filter((name) => !isExecutorName(name)) ?? [];
  return {
    decoders: decoders.length === 0 ? undefined : decoders,
    executors: executors.length === 0 ? undefined : executors,
  };
};
