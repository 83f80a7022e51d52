/**
 * Arithmetic of floating-point numbers as SSE has it, rounded to nearest, with its exceptions (SDM 1 4.8, 4.9, 11.5.2).
 * Numbers of the language round so too; what they do not tell is which exceptions there were.
 */
import { compareExact, type Exact, exactOf, magnitudeOf, productOf, sumOf } from './exact-number.ts';
import {
  FloatException,
  type FloatWidth,
  floatOf,
  isDenormal,
  isNan,
  isSignaling,
  rounded,
  setFloat,
  setIndefinite,
  setQuiet,
  smallestNormal,
} from './float-format.ts';
import { copy, type Word } from './word.ts';

/** Of two numbers; `sqrt` is of the second alone. */
export type FloatOperation = 'add' | 'sub' | 'mul' | 'div' | 'sqrt' | 'min' | 'max';

const { I, D, Z, O, U, P } = FloatException;

/** The exceptions, as FloatException. */
export const calculate = (operation: FloatOperation, width: FloatWidth, a: Word, b: Word, into: Word): number => {
  const first = operation === 'sqrt' ? b : a;
  if (operation === 'min' || operation === 'max') return choose(operation, width, first, b, into);
  if (isNan(width, first) || isNan(width, b)) return propagate(width, first, b, into);
  const x = floatOf(width, first);
  const y = floatOf(width, b);
  const wide = resultOf(operation, x, y);
  if (Number.isNaN(wide)) {
    setIndefinite(width, into);
    return I;
  }
  const result = rounded(width, wide);
  setFloat(width, result, into);
  if (operation === 'div' && y === 0) return Number.isFinite(x) ? Z : 0;
  const denormal = isDenormal(width, first) || isDenormal(width, b) ? D : 0;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return denormal;
  if (!Number.isFinite(result)) return denormal | O | P;
  if (isExact(operation, width, x, y, wide, result)) return denormal;
  return denormal | P | (isTiny(operation, width, x, y, wide) ? U : 0);
};

/** The first operand that is a NaN, made quiet (SDM 1 table 4-7). */
const propagate = (width: FloatWidth, a: Word, b: Word, into: Word): number => {
  setQuiet(width, isNan(width, a) ? a : b, into);
  return isSignaling(width, a) || isSignaling(width, b) ? I : 0;
};

/** MIN and MAX: the second operand where there is a NaN or both are 0 (SDM 2B MINPD). */
const choose = (operation: 'min' | 'max', width: FloatWidth, a: Word, b: Word, into: Word): number => {
  const x = floatOf(width, a);
  const y = floatOf(width, b);
  const isUnordered = isNan(width, a) || isNan(width, b);
  copy(!isUnordered && (operation === 'min' ? x < y : x > y) ? a : b, into);
  if (width === 32) into.hi = 0;
  if (isUnordered) return I;
  return isDenormal(width, a) || isDenormal(width, b) ? D : 0;
};

const resultOf = (operation: FloatOperation, x: number, y: number): number => {
  switch (operation) {
    case 'add':
      return x + y;
    case 'sub':
      return x - y;
    case 'mul':
      return x * y;
    case 'div':
      return x / y;
    default:
      return Math.sqrt(y);
  }
};

/** Does an operation on doubles raise nothing but, perhaps, the inexact exception? */
export const isOrdinary = (operation: FloatOperation, x: number, y: number, result: number): boolean => {
  if (!(isZeroOrNormal(x) && isZeroOrNormal(y) && isZeroOrNormal(result))) return false;
  // A product or quotient of 0 may be one that was lost.
  if (result !== 0 || operation === 'add' || operation === 'sub') return true;
  return operation === 'mul' ? x === 0 || y === 0 : operation === 'div' ? x === 0 : y === 0;
};

/** Finite, and not denormal. */
export const isZeroOrNormal = (value: number): boolean =>
  value === 0 || (Math.abs(value) >= 2 ** -1022 && Math.abs(value) <= Number.MAX_VALUE);

/** The same as `isExact` of the double that the operation gives. */
export const isExactDouble = (operation: FloatOperation, x: number, y: number, result: number): boolean =>
  isExact(operation, 64, x, y, result, result);

/** Is the result what the operation gives before it is rounded? `wide` is the result as a double. */
const isExact = (
  operation: FloatOperation,
  width: FloatWidth,
  x: number,
  y: number,
  wide: number,
  result: number,
): boolean => {
  if (wide !== result) return false;
  switch (operation) {
    case 'add':
      return isSum(x, y, wide);
    case 'sub':
      return isSum(x, -y, wide);
    case 'mul':
      return width === 32 || isProduct(x, y, wide);
    case 'div':
      return isProduct(wide, y, x);
    default:
      return isProduct(wide, wide, y);
  }
};

/** Above, what the steps below need could overflow. */
const largest = 2 ** 1020;

/** x + y = sum, where sum is that rounded (Knuth's TwoSum). */
const isSum = (x: number, y: number, sum: number): boolean => {
  if (Math.abs(sum) > largest || Math.abs(x) > largest || Math.abs(y) > largest)
    return compareExact(sumOf(exactOf(x), exactOf(y)), exactOf(sum)) === 0;
  const added = sum - x;
  return x - (sum - added) + (y - added) === 0;
};

/** Between these, nothing overflows and nothing is lost below. */
const smallestFactor = 2 ** -450;
const largestFactor = 2 ** 450;

const isModerate = (value: number): boolean => {
  const magnitude = Math.abs(value);
  return magnitude > smallestFactor && magnitude < largestFactor;
};

/** x * y = product, for a product that is close to it (Dekker's, with Veltkamp's halves). */
const isProduct = (x: number, y: number, product: number): boolean => {
  if (x === 0 || y === 0) return product === 0;
  if (!isModerate(x) || !isModerate(y)) return compareExact(productOf(exactOf(x), exactOf(y)), exactOf(product)) === 0;
  if (x * y !== product) return false;
  const xHigh = upperHalf(x);
  const yHigh = upperHalf(y);
  const xLow = x - xHigh;
  const yLow = y - yHigh;
  return xHigh * yHigh - product + xHigh * yLow + xLow * yHigh + xLow * yLow === 0;
};

/** The upper 26 bits, so that products of halves are exact. */
const upperHalf = (value: number): number => {
  const spread = value * (2 ** 27 + 1);
  return spread - (spread - value);
};

/** Is an inexact result below all normal numbers, had its exponent no limit (SDM 1 4.9.1.5)? */
const isTiny = (operation: FloatOperation, width: FloatWidth, x: number, y: number, wide: number): boolean => {
  const magnitude = Math.abs(wide);
  const smallest = smallestNormal(width);
  if (magnitude > smallest) return false;
  if (width === 32) return Math.fround(magnitude * 2 ** 64) < smallest * 2 ** 64;
  if (magnitude < smallest) return true;
  if (operation !== 'mul' && operation !== 'div') return false;
  // It was rounded up to the smallest normal number: were there one bit more, would it still be?
  const exact = magnitudeOf(operation === 'mul' ? productOf(exactOf(x), exactOf(y)) : exactOf(x));
  const limit = operation === 'mul' ? lastTie : productOf(lastTie, magnitudeOf(exactOf(y)));
  return compareExact(exact, limit) < 0;
};

/** Half a unit of the last of 53 bits below the smallest normal double; a tie goes up, to the even one. */
const lastTie: Exact = { mantissa: 2n ** 54n - 1n, exponent: -1076 };

/** How two numbers compare: `unordered` where one is a NaN. */
export const Order = { equal: 0, less: 1, greater: 2, unordered: 3 } as const;
export type Order = (typeof Order)[keyof typeof Order];

export const orderOf = (width: FloatWidth, a: Word, b: Word): Order => {
  const x = floatOf(width, a);
  const y = floatOf(width, b);
  return x < y ? Order.less : x > y ? Order.greater : x === y ? Order.equal : Order.unordered;
};

/** Exceptions of a comparison, which may take quiet NaNs as invalid too. */
export const exceptionsOfOrder = (width: FloatWidth, a: Word, b: Word, signalsQuiet: boolean): number => {
  if (isNan(width, a) || isNan(width, b)) return signalsQuiet || isSignaling(width, a) || isSignaling(width, b) ? I : 0;
  return isDenormal(width, a) || isDenormal(width, b) ? D : 0;
};
