/**
 * Where memory operands lie: mostly in pages that can be written, often across a page's end, sometimes where they fault
 * or wrap. Linear addresses.
 */
import type { Mode } from '../../../emulator/isa/modes.ts';
import {
  codeAddress,
  codeOffset,
  pageBytes,
  realPages,
  realWindowBase,
  sandboxPages,
  windowBase,
} from '../../sandbox.ts';
import type { Random } from '../random.ts';
import type { Pair } from './aim.ts';

const pagesOf = (access: string, pages = sandboxPages): Uint32Array =>
  Uint32Array.from(pages.filter((page) => page.access === access).map(({ address }) => address));

const writable = pagesOf('read-write');
const readOnly = pagesOf('read-only');
const realWritable = pagesOf('read-write', realPages);
const all = Uint32Array.from(sandboxPages.map(({ address }) => address));

/** Who draws. */
interface Drawing {
  readonly mode: Mode;
  readonly isReal: boolean;
  readonly random: Random;
  readonly target: Pair;
}

/** A target for an operand of `bytes` bytes. */
export const drawTarget = ({ target: into, mode, isReal, random }: Drawing, bytes: number): void => {
  const lot = random.next();
  into.high = 0;
  if (isReal) {
    into.low = realTarget(lot, bytes);
    return;
  }
  const kind = lot & 31;
  const offset = (lot >>> 5) & 0xfff;
  const pageLot = lot >>> 17;
  // A 16-bit segment does not reach the page below 4 GiB, so that less is aimed there.
  const pages = mode === 16 ? 3 : 4;
  if (kind < 18) into.low = pick(writable, pageLot % pages) + Math.min(aligned(offset, kind), pageBytes - bytes);
  else if (kind < 23) into.low = pick(all, pageLot) + pageBytes - (offset % (bytes + 1));
  else if (kind < 25) into.low = pick(readOnly, pageLot) + offset;
  else if (kind < 27) into.low = windowBase + 0x4000 + (pageLot & 0xb000) + offset;
  else if (kind === 27) into.low = codeAddress - 0x40 + (offset & 0xff);
  else if (kind === 28) into.low = windowBase + (pageLot % 3) * pageBytes - (offset % (bytes + 1));
  else if (kind === 29) into.low = windowBase + 0x1_0000 - (offset % (bytes + 1));
  else if (kind === 30) into.low = (0 - (offset % (bytes + 2))) >>> 0;
  else distant(into, mode, lot >>> 5);
};

/** In the window most of the time, since few segments reach elsewhere. */
const realTarget = (lot: number, bytes: number): number => {
  const kind = lot & 31;
  const offset = (lot >>> 5) & 0xfff;
  const page = realWindowBase + (realDataOffsets[(lot >>> 17) & 3] ?? 0);
  if (kind < 20) return page + Math.min(aligned(offset, kind), pageBytes - bytes);
  if (kind < 24) return page + pageBytes - (offset % (bytes + 1));
  if (kind < 26) return realWindowBase + 0x1_0000 - (offset % (bytes + 1));
  if (kind === 26) return realWindowBase + (offset % (bytes + 2)) - 1;
  if (kind === 27) return realWindowBase + codeOffset - 0x40 + (offset & 0xff);
  if (kind === 28) return offset & 0x3ff;
  if (kind === 29) return 0x10_0000 - (offset & 15);
  return pick(realWritable, lot >>> 17) + offset;
};

const realDataOffsets = [0, 0x1000, 0x2000, 0xf000] as const;

/** Half of them at a multiple of eight. */
const aligned = (offset: number, kind: number): number => ((kind & 1) === 0 ? offset & ~7 : offset);

const pick = (addresses: Uint32Array, lot: number): number => addresses[lot % addresses.length] ?? 0;

/** In 64-bit mode either side of where canonical addresses end (SDM 1 3.3.7.1); else where nothing is mapped. */
const distant = (into: Pair, mode: Mode, lot: number): void => {
  const near = ((lot & 31) - 16) >>> 0;
  into.low = mode === 64 ? near : (0x4000_0000 + near) >>> 0;
  if (mode !== 64) return;
  if ((lot & 32) === 0) into.high = near >= 0x8000_0000 ? 0x7fff : 0x8000;
  else into.high = 0xffff_7fff;
};

/** Do `bytes` bytes at `address` all lie in pages that hold data? */
export const isData = (address: number, bytes: number, isReal: boolean): boolean =>
  isDataAt(address, isReal) && isDataAt(address + bytes - 1, isReal);

const isDataAt = (address: number, isReal: boolean): boolean => {
  const page = address - (address % pageBytes);
  if (isReal) return realWritable.includes(page);
  for (let k = 0; k < writable.length; k++) if (writable[k] === page) return true;
  for (let k = 0; k < readOnly.length; k++) if (readOnly[k] === page) return true;
  return false;
};
