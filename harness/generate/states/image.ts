/** The sandbox's memory as an execution finds it. */
import type { Execution } from '../../execution.ts';
import { pageBytes, pageImage, realPages, type SandboxPage, sandboxPages } from '../../sandbox.ts';

const imagesOf = (pages: readonly SandboxPage[]): ReadonlyMap<number, Uint8Array> =>
  new Map(pages.map((page) => [page.address, pageImage(page)]));
const protectedImages = imagesOf(sandboxPages);
const realImages = imagesOf(realPages);

/** The byte at a linear address, its instruction's bytes left aside; null where nothing is mapped. */
export const memoryBefore = (
  { memory, state }: Pick<Execution, 'memory' | 'state'>,
  address: number,
): number | null => {
  const images = state.isReal ? realImages : protectedImages;
  const image = images.get(address - (address % pageBytes));
  if (image === undefined) return null;
  const run = memory.find((one) => address >= one.address && address < one.address + one.bytes.length);
  return (run === undefined ? image[address % pageBytes] : run.bytes[address - run.address]) ?? null;
};
