/** Vector registers as compiled code has them: lanes as halves and as doubles, and what it asks about arithmetic. */
import { type FloatOperation, isExactDouble, isOrdinary, isZeroOrNormal } from '../bits/float.ts';
import type { VectorRegisters } from '../execute/tier.ts';

/** Of MXCSR: roundings, FTZ and DAZ; and the inexact exception, which has happened before and is masked. */
const unusualControl = 0xe040;
const inexactIsKnown = 0x1020;

export class VectorFile {
  /** By register and lane: halves are at 16 * number + 2 * lane, doubles at 8 * number + lane. */
  readonly integers: Int32Array;
  readonly doubles: Float64Array;
  /** A double's way to its halves. */
  readonly scratch = new DataView(new ArrayBuffer(8));
  readonly #state: VectorRegisters;

  constructor(state: VectorRegisters) {
    const { buffer, byteOffset, byteLength } = state.vector;
    this.integers = new Int32Array(buffer, byteOffset, byteLength / 4);
    this.doubles = new Float64Array(buffer, byteOffset, byteLength / 8);
    this.#state = state;
  }

  /** Rounds to nearest, and need nobody be told of inexact results? */
  get isQuiet(): boolean {
    return (this.#state.mxcsr & (unusualControl | inexactIsKnown)) === inexactIsKnown;
  }

  /** Is there nothing to tell of a result, which is not two normal numbers' normal one or not `isQuiet`? */
  allows(operation: FloatOperation, x: number, y: number, result: number): boolean {
    if (!isOrdinary(operation, x, y, result) || (this.#state.mxcsr & unusualControl) !== 0) return false;
    return this.isQuiet || isExactDouble(operation, x, y, result);
  }

  /** Can they be compared without an exception? */
  orders(x: number, y: number): boolean {
    return isZeroOrNormal(x) && isZeroOrNormal(y) && (this.#state.mxcsr & unusualControl) === 0;
  }
}
