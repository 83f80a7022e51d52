/** Little-endian integers in the bytes of a page, and bytes in a Word. */
import type { Word } from '../bits/word.ts';
import type { Page } from '../machine/memory.ts';

export const byteOf = (low: number, high: number, k: number): number =>
  (k < 4 ? low >>> (8 * k) : high >>> (8 * (k - 4))) & 0xff;

export const setByte = (into: Word, k: number, byte: number): void => {
  const shift = 8 * (k & 3);
  if (k < 4) into.lo = (into.lo & ~(0xff << shift)) | (byte << shift);
  else into.hi = (into.hi & ~(0xff << shift)) | (byte << shift);
};

export const keepBytes = (into: Word, bytes: number): void => {
  if (bytes >= 8) return;
  if (bytes > 4) {
    into.hi &= (1 << (8 * (bytes - 4))) - 1;
  } else {
    into.hi = 0;
    if (bytes < 4) into.lo &= (1 << (8 * bytes)) - 1;
  }
};

export const readPage = ({ view }: Page, offset: number, bytes: number, into: Word): void => {
  switch (bytes) {
    case 1:
      into.lo = view.getUint8(offset);
      into.hi = 0;
      return;
    case 2:
      into.lo = view.getUint16(offset, true);
      into.hi = 0;
      return;
    case 4:
      into.lo = view.getInt32(offset, true);
      into.hi = 0;
      return;
    default:
      into.lo = view.getInt32(offset, true);
      into.hi = view.getInt32(offset + 4, true);
  }
};

export const readBytes = ({ bytes: from }: Page, offset: number, bytes: number, into: Word): void => {
  into.lo = 0;
  into.hi = 0;
  for (let k = 0; k < bytes; k++) setByte(into, k, from[offset + k]);
};

export const writePage = (
  { view, bytes: to }: Page,
  offset: number,
  bytes: number,
  low: number,
  high: number,
): void => {
  switch (bytes) {
    case 1:
      view.setUint8(offset, low & 0xff);
      return;
    case 2:
      view.setUint16(offset, low & 0xffff, true);
      return;
    case 4:
      view.setInt32(offset, low, true);
      return;
    case 8:
      view.setInt32(offset, low, true);
      view.setInt32(offset + 4, high, true);
      return;
    default:
      for (let k = 0; k < bytes; k++) to[offset + k] = byteOf(low, high, k);
  }
};
