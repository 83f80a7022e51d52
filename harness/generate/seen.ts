/**
 * Remembers byte strings in bounded memory: a table of 32-bit hashes, each at the place that a second hash names. A
 * string that another one has pushed out counts as new again. Two strings are taken for one only where 32 bits of hash
 * and the place agree, about once in 2^32 times the table's length.
 */
export class Seen {
  readonly #table: Uint32Array;
  readonly #mask: number;

  /** 2^`bits` entries of 4 bytes. */
  constructor(bits: number) {
    this.#table = new Uint32Array(2 ** bits);
    this.#mask = 2 ** bits - 1;
  }

  /** Remembers the first `length` bytes; true where they are new. `salt` keeps kinds of strings apart. */
  add(bytes: Uint8Array, length = bytes.length, salt = 0): boolean {
    // Spread over all bits, so that a salt or a length more is not the same as another first byte.
    let first = Math.imul((salt << 8) + length + 1, 0x9e37_79b1);
    let second = ~first;
    for (let k = 0; k < length; k++) {
      const byte = bytes[k] ?? 0;
      first = Math.imul(first ^ byte, 0x0100_0193);
      second = Math.imul((second << 5) ^ (second >>> 27) ^ byte, 0x5bd1_e995);
    }
    first = Math.imul(first ^ (first >>> 15), 0x2c1b_3c6d);
    second ^= second >>> 13;
    const place = (first ^ (first >>> 12)) & this.#mask;
    // 0 marks an empty place.
    const mark = second >>> 0 || 1;
    if (this.#table[place] === mark) return false;
    this.#table[place] = mark;
    return true;
  }
}
