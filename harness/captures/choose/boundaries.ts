/** Values at which results and flags change their mind, by width: zero, ones, sign edges, carries, shift counts. */

export const ones = (bits: number): bigint => (1n << BigInt(bits)) - 1n;
const sign = (bits: number): bigint => 1n << BigInt(bits - 1);
const half = (bits: number): bigint => 1n << BigInt(bits >> 1);

/** Repeated from its low bits: 0x5555…, 0x1234… */
const repeated = (pattern: bigint, bits: number): bigint => {
  let value = 0n;
  for (let at = 0; at < bits; at += 16) value |= pattern << BigInt(at);
  return value & ones(bits);
};

type Boundary = (bits: number) => bigint;

const zero: Boundary = () => 0n;
const one: Boundary = () => 1n;
const two: Boundary = () => 2n;
const max: Boundary = (bits) => sign(bits) - 1n;
const min: Boundary = sign;
const low: Boundary = () => 0x0fn;
const carry: Boundary = () => 0x10n;
const stripes: Boundary = (bits) => repeated(0x5555n, bits);
const gaps: Boundary = (bits) => repeated(0xaaaan, bits);
const digits: Boundary = (bits) => repeated(0x9a1fn, bits);
const others: Boundary = (bits) => repeated(0x3c6bn, bits);

/** First and second operand of the two that meet. */
const pairs: readonly (readonly [Boundary, Boundary])[] = [
  [zero, zero],
  [one, ones],
  [max, one],
  [min, one],
  [min, ones],
  [min, min],
  [max, max],
  [ones, ones],
  [zero, one],
  [max, min],
  [low, one],
  [carry, one],
  [stripes, gaps],
  [half, (bits) => half(bits) - 1n],
  [digits, others],
  [min, max],
  [() => 0x7fn, () => 0x80n],
  [(bits) => ones(bits) - 0xfn, carry],
  [others, digits],
  [(bits) => half(bits) - 1n, one],
];

/** States of values that each form gets. */
export const stateCount = pairs.length;

/** Slot `slot` of state `turn`: the first two are a pair, the rest go through the values in steps of their own. */
export const boundaryAt = (turn: number, slot: number, bits: number): bigint => {
  const shifted = slot < 2 ? turn : turn * 7 + slot * 3;
  const pair = pairs[shifted % pairs.length];
  const boundary = pair?.[slot & 1] ?? zero;
  return boundary(bits) & ones(bits);
};

/** None, one, either side of the width and of what a count is masked to; by a width of the shifted operand. */
export const countAt = (turn: number, bits: number): number => {
  const width = bits;
  const counts = [0, 1, 2, width - 1, width, width + 1, 31, 32, 33, 7, 9, 17, 63, 64, 65, 255, 8, 16, 1, width >> 1];
  return (counts[turn % counts.length] ?? 0) & 0xff;
};

const shifted: readonly Boundary[] = [min, max, ones, digits, one, others, stripes];

/** What is shifted: nearly every value with nearly every count. */
export const shiftedAt = (turn: number, bits: number): bigint => {
  const boundary = shifted[turn % shifted.length] ?? two;
  return boundary(bits) & ones(bits);
};

/** Bit offsets: within the operand, either side of its end, and before its beginning. */
export const bitOffsetAt = (turn: number, bits: number): bigint => {
  const width = BigInt(bits);
  const offsets = [0n, 1n, width - 1n, width, width + 1n, -1n, -width, -width - 1n, 7n, 3n * width + 5n];
  return BigInt.asUintN(bits, offsets[turn % offsets.length] ?? 0n);
};

/** Status flags before: none and all in turn. */
const statusFlags = 0x8d5;
const usualFlags = 0x202;

export const flagsAt = (turn: number): number => usualFlags | (turn % 2 === 1 ? statusFlags : 0);

/** O, S, Z, P and C in twenty of their thirty-two combinations; A with C. */
export const conditionsAt = (turn: number): number => {
  const lot = (turn * 13 + 5) & 31;
  const bit = (from: number, to: number): number => ((lot >>> from) & 1) << to;
  return usualFlags | bit(0, 0) | bit(1, 2) | bit(0, 4) | bit(2, 6) | bit(3, 7) | bit(4, 11);
};

/** High half, low half and divisor: quotients that fit, that just fit, that do not, and none. */
export interface Division {
  readonly high: bigint;
  readonly low: bigint;
  readonly divisor: bigint;
}

export const divisionAt = (turn: number, bits: number): Division => {
  const all = ones(bits);
  const divisions: readonly (readonly [high: bigint, low: bigint, divisor: bigint])[] = [
    [0n, 0n, 1n],
    [0n, 1n, 0n],
    [0n, all, 1n],
    [all, all, all],
    [0n, sign(bits), 2n],
    [1n, 0n, 1n],
    [1n, 0n, 2n],
    [1n, 0n, sign(bits)],
    [all, sign(bits), all],
    [all, sign(bits) + 1n, all],
    [all, sign(bits), 1n],
    [0n, max(bits), 1n],
    [0n, max(bits), all],
    [all, 0n, 7n],
    [digits(bits) >> 1n, others(bits), digits(bits)],
    [0n, others(bits), 3n],
    [all, BigInt.asUintN(bits, -7n), 2n],
    [all, BigInt.asUintN(bits, -7n), BigInt.asUintN(bits, -2n)],
    [sign(bits), 0n, all],
    [0n, 7n, BigInt.asUintN(bits, -2n)],
  ];
  const [high, low, divisor] = divisions[turn % divisions.length] ?? [0n, 0n, 1n];
  return { high, low, divisor };
};

/** AX of decimal and ASCII adjustment: either side of nine in both digits. */
export const decimalAt = (turn: number): number => {
  const values = [0x0000, 0x0009, 0x000a, 0x000f, 0x0010, 0x0090, 0x0099, 0x009a, 0x009f, 0x00a0, 0x00f9, 0x00fa];
  const more = [0x00ff, 0x0105, 0x01fa, 0xff06, 0xff0f, 0x7f7f, 0x0066, 0x0065];
  return [...values, ...more][turn % stateCount] ?? 0;
};

/** A and C before decimal adjustment, all four ways. */
export const decimalFlagsAt = (turn: number): number => usualFlags | ((turn & 1) << 4) | ((turn >> 1) & 1);
