/** What stands where #UD was raised on purpose: a BUG, a sanitizer's report, a check of an indirect call that failed. */

export interface Bug {
  readonly kind: 'ud2' | 'ud1' | 'lock' | 'far jump';
  readonly lengthBytes: number;
  /** Of UD1 the displacement of its operand, which says why. */
  readonly code: number;
}

/** Null where it is none of these. */
export const decodeBug = (bytes: Uint8Array): Bug | null => {
  const [first] = bytes;
  // LOCK before a conditional jump, and a far JMP in 64-bit code, are #UD in no more bytes than the jump would need.
  if (first === 0xf0 && (bytes[1] & 0xf0) === 0x70) return { kind: 'lock', lengthBytes: 3, code: 0 };
  if (first === 0xea) return { kind: 'far jump', lengthBytes: 1, code: 0 };
  const at = first === 0x67 ? 1 : 0;
  if (bytes[at] !== 0x0f) return null;
  if (bytes[at + 1] === 0x0b) return { kind: 'ud2', lengthBytes: at + 2, code: 0 };
  return bytes[at + 1] === 0xb9 ? decodeUd1(bytes, at + 2) : null;
};

const decodeUd1 = (bytes: Uint8Array, at: number): Bug | null => {
  if (bytes.length <= at) return null;
  const modrm = bytes[at];
  const mod = modrm >> 6;
  const end = at + 1 + ((modrm & 7) === 4 && mod !== 3 ? 1 : 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = mod === 1 ? 1 : mod === 2 ? 4 : 0;
  if (bytes.length < end + count) return null;
  const code = count === 1 ? view.getInt8(end) : count === 4 ? view.getInt32(end, true) : 0;
  return { kind: 'ud1', lengthBytes: end + count, code };
};
