/** Counting, moving and summing single bits. */
import { unsignedOf, type Width, type Word } from './word.ts';

/** `width` for 0. */
export const countLeadingZeros = (width: Width, a: Word): number => {
  if (width === 64) return a.hi === 0 ? 32 + Math.clz32(a.lo) : Math.clz32(a.hi);
  return Math.clz32(unsignedOf(width, a)) - (32 - width);
};

const trailing32 = (bits: number): number => (bits === 0 ? 32 : 31 - Math.clz32(bits & -bits));

/** `width` for 0. */
export const countTrailingZeros = (width: Width, a: Word): number => {
  if (width === 64) return a.lo === 0 ? 32 + trailing32(a.hi) : trailing32(a.lo);
  return Math.min(trailing32(unsignedOf(width, a)), width);
};

const population32 = (bits: number): number => {
  const pairs = bits - ((bits >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
};

export const populationCount = (width: Width, a: Word): number =>
  width === 64 ? population32(a.lo) + population32(a.hi) : population32(unsignedOf(width, a));

const swap32 = (bits: number): number =>
  (bits << 24) | ((bits & 0xff00) << 8) | ((bits >>> 8) & 0xff00) | (bits >>> 24);

/** Bytes in reverse order. */
export const byteSwap = (width: Width, { lo, hi }: Word, into: Word): void => {
  if (width === 64) {
    into.lo = swap32(hi);
    into.hi = swap32(lo);
  } else {
    into.lo = swap32(lo) >>> (32 - width);
  }
};

/** The low bits of `a`, to the places of the ones in `mask` (SDM 2B PDEP). */
export const deposit = (width: Width, a: Word, mask: Word, into: Word): void => {
  let lo = 0;
  let hi = 0;
  let from = 0;
  for (let place = 0; place < width; place++) {
    if (!isOne(mask, place)) continue;
    if (isOne(a, from++)) {
      if (place < 32) lo |= 1 << place;
      else hi |= 1 << (place - 32);
    }
  }
  into.lo = lo;
  into.hi = hi;
};

/** The bits of `a` at the ones of `mask`, to the low places (SDM 2B PEXT). */
export const extract = (width: Width, a: Word, mask: Word, into: Word): void => {
  let lo = 0;
  let hi = 0;
  let to = 0;
  for (let place = 0; place < width; place++) {
    if (!isOne(mask, place)) continue;
    if (isOne(a, place)) {
      if (to < 32) lo |= 1 << to;
      else hi |= 1 << (to - 32);
    }
    to++;
  }
  into.lo = lo;
  into.hi = hi;
};

const isOne = ({ lo, hi }: Word, place: number): boolean =>
  ((place < 32 ? lo >>> place : hi >>> (place - 32)) & 1) === 1;

/** The polynomial 11EDC6F41 with its bits reflected (SDM 2A CRC32). */
const polynomial = 0x82f6_3b78;

/** CRC-32C of `width` bits of data, low byte first, on from a remainder. */
export const crc32 = (width: Width, remainder: number, { lo, hi }: Word): number => {
  let sum = remainder;
  for (let place = 0; place < width; place += 8) {
    sum ^= (place < 32 ? lo >>> place : hi >>> (place - 32)) & 0xff;
    for (let k = 0; k < 8; k++) sum = (sum >>> 1) ^ (polynomial & -(sum & 1));
  }
  return sum | 0;
};
