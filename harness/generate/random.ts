/**
 * Seeded pseudo-random numbers: sfc32 (Doty-Humphrey, PractRand), seeded from a hash of seed and label. A stream
 * depends on its seed and its label alone, never on what other streams have drawn, so that modes, shards and steps are
 * independent of each other and of the order in which they run.
 */
export class Random {
  readonly seed: number;
  readonly label: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Seeds are 32 bits wide. */
  constructor(seed: number, label = '') {
    this.seed = seed >>> 0;
    this.label = label;
    const text = `${this.seed} ${label}`;
    this.#a = hash(text, 0x9e37_79b9);
    this.#b = hash(text, 0x85eb_ca6b);
    this.#c = hash(text, 0xc2b2_ae35);
    // The state needs about a dozen steps to lose the shape of the seed.
    for (let k = 0; k < 15; k++) this.next();
  }

  /** A stream of its own for a part of the work. */
  split(label: string): Random {
    return new Random(this.seed, `${this.label}/${label}`);
  }

  /** 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  byte(): number {
    return this.next() >>> 24;
  }

  /** 0 to `bound - 1`; `bound` is at most 2^16, so that no number is favoured by more than 2^-16. */
  below(bound: number): number {
    return ((this.next() >>> 16) * bound) >>> 16;
  }

  /** True `times` in `of`. */
  chance(times: number, of: number): boolean {
    return this.below(of) < times;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('There is nothing to pick from.');
    return choice;
  }

  fill(bytes: Uint8Array): void {
    for (let k = 0; k < bytes.length; k++) bytes[k] = this.byte();
  }
}

/** FNV-1a with murmur3's finaliser. */
const hash = (text: string, basis: number): number => {
  let value = basis | 0;
  for (let k = 0; k < text.length; k++) value = Math.imul(value ^ text.charCodeAt(k), 0x0100_0193);
  value = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return value ^ (value >>> 16);
};
