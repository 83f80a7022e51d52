/** Bytes of branches and no-operations. */

export type Bytes = readonly number[];

/** The recommended no-operations of 1 to 8 bytes (SDM 2B NOP). */
export const nops: readonly Bytes[] = [
  [],
  [0x90],
  [0x66, 0x90],
  [0x0f, 0x1f, 0x00],
  [0x0f, 0x1f, 0x40, 0x00],
  [0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00],
  [0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00],
  [0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00],
];

/** So many bytes of as few no-operations as can be. */
export const padding = (count: number): Bytes => {
  const bytes: number[] = [];
  for (let left = count; left > 0; left -= nops.length - 1) bytes.push(...nops[Math.min(left, nops.length - 1)]);
  return bytes;
};

const signedBytes = (value: bigint, count: number): Bytes =>
  Array.from({ length: count }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));

/** An opcode and the distance of `count` bytes to a target; null where it does not reach. */
export const branchTo = (opcode: Bytes, from: bigint, target: bigint, count: 1 | 4): Bytes | null => {
  const distance = BigInt.asIntN(64, target - from - BigInt(opcode.length + count));
  if (BigInt.asIntN(8 * count, distance) !== distance) return null;
  return [...opcode, ...signedBytes(distance, count)];
};

export const same = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((byte, k) => byte === b[k]);
