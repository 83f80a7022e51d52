/**
 * 64-bit values at which arithmetic changes its mind, written as two halves without a bigint: zero, ones, either side of
 * every sign bit and carry, powers of two, shift counts, and values that differ from these in what a narrow operand does
 * not see.
 */
import type { Random } from '../random.ts';

/** Fills the 64-bit value at `word` of `words`. */
export const drawValue = (words: Uint32Array, word: number, random: Random): void => {
  const lot = random.next();
  const rest = lot >>> 4;
  switch (lot & 15) {
    case 0:
      set(words, word, 0, 0);
      break;
    case 1:
      set(words, word, 1, 0);
      break;
    case 2:
      set(words, word, 0xffff_ffff, 0xffff_ffff);
      break;
    case 3:
    case 4:
    case 5:
      setBoundary(words, word, rest);
      break;
    case 6:
      setBoundary(words, word, rest);
      hideAbove(words, word, widthsBits[rest & 3] ?? 8, random);
      break;
    case 7:
      setPower(words, word, rest & 63);
      break;
    case 8:
      setPower(words, word, rest & 63);
      subtractOne(words, word);
      break;
    case 9:
      set(words, word, rest % 72, 0);
      break;
    case 10:
      set(words, word, counts[rest % counts.length] ?? 0, 0);
      break;
    case 11:
      set(words, word, random.next(), 0);
      break;
    case 12:
      setSigned(words, word, (rest << 24) >> ((rest >> 8) & 24));
      break;
    default:
      set(words, word, random.next(), random.next());
  }
};

/** What a count of a shift or rotate may be about: none, one, either side of each width, and of widths and one for RCL. */
const counts = Uint8Array.of(0, 1, 2, 7, 8, 9, 10, 15, 16, 17, 18, 31, 32, 33, 34, 63, 64, 65, 66, 127, 128, 255);

const widthsBits = Uint8Array.of(8, 16, 32, 48);

const set = (words: Uint32Array, word: number, low: number, high: number): void => {
  words[word] = low;
  words[word + 1] = high;
};

const setSigned = (words: Uint32Array, word: number, value: number): void => set(words, word, value, value >> 31);

const setPower = (words: Uint32Array, word: number, bit: number): void =>
  bit < 32 ? set(words, word, 1 << bit, 0) : set(words, word, 0, 1 << (bit - 32));

const subtractOne = (words: Uint32Array, word: number): void => {
  const low = words[word] ?? 0;
  words[word] = low - 1;
  if (low === 0) words[word + 1] = (words[word + 1] ?? 0) - 1;
};

const setBoundary = (words: Uint32Array, word: number, lot: number): void => {
  const place = (lot % (boundaries.length >> 1)) << 1;
  set(words, word, boundaries[place] ?? 0, boundaries[place + 1] ?? 0);
};

/** Above `bits` stands anything. */
const hideAbove = (words: Uint32Array, word: number, bits: number, random: Random): void => {
  const noise = random.next();
  if (bits < 32) words[word] = ((words[word] ?? 0) & ((1 << bits) - 1)) | (noise << bits);
  words[word + 1] = bits <= 32 ? random.next() : ((words[word + 1] ?? 0) & 0xffff) | (noise << 16);
};

/** Low and high half of each boundary in turn. */
export const boundaries: Uint32Array = ((): Uint32Array => {
  const values = new Set<bigint>([0x0fn, 0x10n, 0x09n, 0x0an, 0x99n, 0x9an, 0x9fn, 0xa0n]);
  for (const width of [4n, 8n, 16n, 32n, 64n]) {
    const sign = 1n << (width - 1n);
    for (const edge of [sign, sign << 1n]) for (const off of [-2n, -1n, 0n, 1n, 2n]) values.add(edge + off);
    for (const off of [-1n, 0n, 1n]) values.add(-sign + off);
  }
  // Where 48-bit addresses end (SDM 1 3.3.7.1), and those below 4 GiB.
  for (const edge of [1n << 47n, -(1n << 47n)]) for (const off of [-8n, -1n, 0n, 1n]) values.add(edge + off);
  const halves = [...values].flatMap((value) => {
    const whole = BigInt.asUintN(64, value);
    return [Number(whole & 0xffff_ffffn), Number(whole >> 32n)];
  });
  return Uint32Array.from(halves);
})();
