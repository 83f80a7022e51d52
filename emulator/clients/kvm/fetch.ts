/** Fetching an instruction in blocks: what ends early needs more bytes, and is not therefore invalid. */
import { type Decoding, decode } from '../../decode/decode.ts';
import { maxLengthBytes } from '../../decode/decoder.ts';
import type { Mode, Vendor } from '../../isa/modes.ts';

/** Up to `most` bytes at an address, fewer where a block ends, none where nothing can be fetched. */
export type FetchBlock = (address: bigint, most: number) => Uint8Array;

/** Ends of instructions that are as short as they can be: operands in registers, and what VEX and EVEX have behind them. */
const shortestEnds: readonly (readonly number[])[] = [
  [0xc0],
  [0x00],
  [0xf8, 0x77],
  [0xe1, 0x78, 0x77],
  [0xf1, 0x7c, 0x48, 0x10, 0xc0],
];

const isWhole = (bytes: Uint8Array, mode: Mode, vendor: Vendor): boolean =>
  decode(bytes, mode, { vendor }).status === 'valid';

/** How many bytes a truncated instruction needs at least to become a valid one; 0 of what is not truncated. */
export const missingBytes = (bytes: Uint8Array, mode: Mode, vendor: Vendor = 'intel'): number => {
  if (decode(bytes, mode, { vendor }).status !== 'truncated') return 0;
  for (let more = 1; more < maxLengthBytes - bytes.length; more++) {
    const hasEnd = endsOf(more).some((end) => isWhole(Uint8Array.of(...bytes, ...end), mode, vendor));
    if (hasEnd) return more;
  }
  return maxLengthBytes - bytes.length;
};

/** Any single byte, else the ends that are known, filled up. */
const endsOf = (count: number): readonly (readonly number[])[] =>
  count === 1
    ? Array.from({ length: 256 }, (_, byte) => [byte])
    : shortestEnds.map((end) => Array.from({ length: count }, (_, k) => end[k] ?? 0));

/** Fetches what the instruction needs, block after block, and no more than 15 bytes; truncated where nothing more comes. */
export const fetchInstruction = (
  fetch: FetchBlock,
  address: bigint,
  mode: Mode,
  vendor: Vendor = 'intel',
): Decoding => {
  let bytes = new Uint8Array(0);
  for (;;) {
    const block = fetch(address + BigInt(bytes.length), maxLengthBytes - bytes.length);
    bytes = Uint8Array.of(...bytes, ...block.subarray(0, maxLengthBytes - bytes.length));
    const decoding = decode(bytes, mode, { vendor });
    if (decoding.status !== 'truncated' || block.length === 0 || bytes.length >= maxLengthBytes) return decoding;
  }
};
