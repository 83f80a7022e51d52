/** x87, MMX and SSE registers as lanes of 64 bits, and as FXSAVE has them. */
import type { Word } from '../../bits/word.ts';
import type { MachineState } from '../../machine/state.ts';

const vectorBytes = 64;
const x87Bytes = 10;

/** Bits of MXCSR that exist (SDM 1 10.2.3). */
export const controlMask = 0xffff;

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

export class Lanes {
  readonly #state: MachineState;
  readonly #vector: DataView;
  readonly #x87: DataView;
  readonly #image = new DataView(new ArrayBuffer(512));

  constructor(state: MachineState) {
    this.#state = state;
    this.#vector = viewOf(state.vector);
    this.#x87 = viewOf(state.x87);
  }

  readVector(number: number, lane: number, into: Word): void {
    read(this.#vector, number * vectorBytes + 8 * lane, into);
  }

  writeVector(number: number, lane: number, low: number, high: number): void {
    write(this.#vector, number * vectorBytes + 8 * lane, low, high);
  }

  readMmx(number: number, into: Word): void {
    read(this.#x87, number * x87Bytes, into);
  }

  /** Sign and exponent become ones. */
  writeMmx(number: number, low: number, high: number): void {
    write(this.#x87, number * x87Bytes, low, high);
    this.#x87.setUint16(number * x87Bytes + 8, 0xffff, true);
  }

  /** MMX instructions begin the stack at 0 and mark all registers as in use. */
  useMmx(): void {
    this.#state.x87Status &= ~0x3800;
    this.#state.x87Tag = 0;
  }

  /** The image, of so many XMM registers. Pointers to the last x87 instruction are 0. */
  image(registers: number): DataView {
    const { x87Control, x87Status, x87Tag, mxcsr } = this.#state;
    const image = this.#image;
    const word = { lo: 0, hi: 0 };
    image.setUint16(0, x87Control, true);
    image.setUint16(2, x87Status, true);
    image.setUint16(4, abridged(x87Tag), true);
    image.setUint16(6, 0, true);
    for (let k = 8; k < 24; k += 8) write(image, k, 0, 0);
    image.setUint32(24, mxcsr, true);
    image.setUint32(28, controlMask, true);
    for (let k = 0; k < 8; k++) {
      const from = ((topOf(x87Status) + k) & 7) * x87Bytes;
      read(this.#x87, from, word);
      write(image, 32 + 16 * k, word.lo, word.hi);
      write(image, 40 + 16 * k, this.#x87.getUint16(from + 8, true), 0);
    }
    for (let k = 0; k < 2 * registers; k++) {
      this.readVector(k >> 1, k & 1, word);
      write(image, 160 + 8 * k, word.lo, word.hi);
    }
    return image;
  }

  /** The image becomes the state. */
  restore(image: DataView, registers: number): void {
    const state = this.#state;
    const word = { lo: 0, hi: 0 };
    state.x87Control = image.getUint16(0, true);
    state.x87Status = image.getUint16(2, true);
    state.mxcsr = image.getUint32(24, true);
    for (let k = 0; k < 8; k++) {
      const to = ((topOf(state.x87Status) + k) & 7) * x87Bytes;
      read(image, 32 + 16 * k, word);
      write(this.#x87, to, word.lo, word.hi);
      this.#x87.setUint16(to + 8, image.getUint16(40 + 16 * k, true), true);
    }
    state.x87Tag = this.#fullTag(image.getUint8(4));
    for (let k = 0; k < 2 * registers; k++) {
      read(image, 160 + 8 * k, word);
      this.writeVector(k >> 1, k & 1, word.lo, word.hi);
    }
  }

  /** Two bits a register from one: what kind of number it holds is seen from it (SDM 2A FXSAVE). */
  #fullTag(inUse: number): number {
    let tag = 0;
    for (let k = 0; k < 8; k++) tag |= ((inUse >> k) & 1 ? this.#kindOf(k) : 3) << (2 * k);
    return tag;
  }

  #kindOf(number: number): number {
    const from = number * x87Bytes;
    const exponent = this.#x87.getUint16(from + 8, true) & 0x7fff;
    const low = this.#x87.getUint32(from, true);
    const high = this.#x87.getUint32(from + 4, true);
    if (exponent === 0 && (low | high) === 0) return 1;
    return exponent === 0x7fff || exponent === 0 || high >>> 31 === 0 ? 2 : 0;
  }
}

const topOf = (status: number): number => (status >> 11) & 7;

/** A bit a register: is it in use? */
const abridged = (tag: number): number => {
  let inUse = 0;
  for (let k = 0; k < 8; k++) if (((tag >> (2 * k)) & 3) !== 3) inUse |= 1 << k;
  return inUse;
};

const read = (view: DataView, at: number, into: Word): void => {
  into.lo = view.getInt32(at, true);
  into.hi = view.getInt32(at + 4, true);
};

export const write = (view: DataView, at: number, low: number, high: number): void => {
  view.setInt32(at, low, true);
  view.setInt32(at + 4, high, true);
};
