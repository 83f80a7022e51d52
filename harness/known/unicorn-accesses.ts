/** Which known rows of Unicorn are about what it reads and writes, besides what comes of it. */
import { identify } from '../bucket/identity.ts';
import type { ExecutionMismatch } from '../mismatch.ts';
import { isMatch } from './match.ts';
import { predicates } from './predicates.ts';
import { unicornExecutionRows } from './unicorn.ts';

const aboutAccesses: ReadonlySet<string> = new Set([
  'unicorn-ports-are-open',
  'unicorn-crc32-size',
  'unicorn-clflush-touches-nothing',
  'unicorn-rip-relative-immediate',
  'unicorn-rip-relative-rorx',
  'unicorn-near-indirect-16',
  'unicorn-movsxd-16',
  'unicorn-last-segment-prefix',
  'unicorn-rex-before-prefix',
  'unicorn-two-repeats',
  'unicorn-far-rex',
  'unicorn-enter',
  'unicorn-iret-virtual-8086',
  'unicorn-pushes-segments-wide',
  'unicorn-pushes-fs-gs-wide',
  'unicorn-pops-segments-wide',
  'unicorn-pops-fs-gs-wide',
  'unicorn-far-call-stack',
  'unicorn-far-call-stack-indirect',
  'unicorn-arpl-always-writes',
  'unicorn-popa-skips',
  'unicorn-ff-7-loads',
]);

/** The row's id; null where none speaks of the accesses of the instruction. */
export const knownAccessRow = (mismatch: ExecutionMismatch): string | null => {
  const { bytes, mode } = mismatch.input;
  const identity = identify(bytes, mode);
  const row = unicornExecutionRows.find(
    ({ id, modes, match }) =>
      aboutAccesses.has(id) &&
      modes.includes(mode) &&
      isMatch(match, identity) &&
      (match.is?.every((name) => predicates[name](identity, mismatch)) ?? true),
  );
  return row?.id ?? null;
};
