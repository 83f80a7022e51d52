/** A case's content as a number: shards and shares choose by it, so that a case always falls into the same one. */
import type { Input } from '../subject.ts';

/** FNV-1a over bytes and mode, finished by MurmurHash3's mixing, unsigned 32 bits. */
export function contentHash({ bytes, mode }: Input): number {
  let hash = 0x811c9dc5 ^ mode;
  for (let k = 0; k < bytes.length; k++) hash = Math.imul(hash ^ (bytes[k] ?? 0), 0x01000193);
  return mix(hash);
}

/** Another number from the same content, independent of the first. */
export const rehash = (hash: number): number => mix(hash ^ 0x9e3779b9);

const mix = (value: number): number => {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
