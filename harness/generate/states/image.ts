/** The sandbox's memory as an execution finds it. */
import type { Execution } from '../../execution.ts';
import { pageBytes, pageImage, sandboxPages } from '../../sandbox.ts';

const images = new Map<number, Uint8Array>(sandboxPages.map((page) => [page.address, pageImage(page)]));

/** The byte at a linear address, its instruction's bytes left aside; null where nothing is mapped. */
export const memoryBefore = ({ memory }: Pick<Execution, 'memory'>, address: number): number | null => {
  const image = images.get(address - (address % pageBytes));
  if (image === undefined) return null;
  const run = memory.find((one) => address >= one.address && address < one.address + one.bytes.length);
  return (run === undefined ? image[address % pageBytes] : run.bytes[address - run.address]) ?? null;
};
