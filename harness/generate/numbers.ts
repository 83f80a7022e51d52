/** The values that displacements and immediates take in turn: zero, one, and either side of each sign bit. */
export class Numbers {
  #turn: number;

  constructor(start: number) {
    this.#turn = start;
  }

  /** 32 bits. */
  displacement(): number {
    return displacements[this.#turn++ % displacements.length] ?? 0;
  }

  /** The bytes of an immediate of that length, least significant first. */
  immediate(lengthBytes: number): readonly number[] {
    const shape = this.#turn++ % immediateShapes.length;
    return Array.from({ length: lengthBytes }, (_, k) => immediateShapes[shape]?.(k, k === lengthBytes - 1) ?? 0);
  }
}

const displacements = [0, 0x10, -1, 0x7f, -0x80, 0x1234_5678, 0x7fff_ffff, -0x8000_0000, 1, 0x80] as const;

const immediateShapes: readonly ((k: number, isLast: boolean) => number)[] = [
  (k) => 0x12 + 0x11 * k,
  () => 0,
  () => 0xff,
  (_, isLast) => (isLast ? 0x80 : 0),
  (_, isLast) => (isLast ? 0x7f : 0xff),
  (k) => (k === 0 ? 1 : 0),
  (k, isLast) => (isLast ? 0x81 : 0x50 + k),
  (k) => (k === 0 ? 0x80 : 0),
];
