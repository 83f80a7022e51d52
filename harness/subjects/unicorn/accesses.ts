/** What an instruction has read and written, as Unicorn's hooks tell it. */
import type { MemoryRun } from '../../execution.ts';

export interface PerformedAccess {
  readonly kind: 'read' | 'write';
  /** Linear. */
  readonly address: number;
  readonly sizeBytes: number;
}

const pageBytes = 4096;

/** More of one instruction are not told. */
export const mostAccesses = 4096;

/**
 * How Unicorn tells an access: a read that crosses the end of a page is two aligned ones of its size, which hold it and
 * more (so in version 2.0).
 */
export const asTold = (access: PerformedAccess): readonly PerformedAccess[] => {
  const { kind, address, sizeBytes } = access;
  const crosses = (address % pageBytes) + sizeBytes > pageBytes;
  if (kind === 'write' || !crosses) return [access];
  const first = address - (address % sizeBytes);
  return [
    { kind, address: first, sizeBytes },
    { kind, address: first + sizeBytes, sizeBytes },
  ];
};

/** From the memory of an answer of a Unicorn that tells accesses. */
export const accessesOf = (memory: readonly MemoryRun[]): readonly PerformedAccess[] =>
  memory.map(({ address, bytes }) => ({
    kind: bytes[0] === 2 ? 'write' : 'read',
    address,
    sizeBytes: bytes[1] ?? 0,
  }));
