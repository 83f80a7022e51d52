/** Which bits of registers, flags and memory nobody has defined. Everything is defined until somebody says otherwise. */
import { pageBytes } from '../../machine/memory.ts';

const size = BigInt(pageBytes);

export class ShadowState {
  /** Undefined bits of rAX rCX rDX rBX rSP rBP rSI rDI R8 … R15. */
  readonly registers: bigint[] = new Array<bigint>(16).fill(0n);
  /** Undefined flags, as bits of RFLAGS. */
  flags = 0;
  readonly #pages = new Map<bigint, Uint8Array>();

  /** Bytes that come into use without a value: a new stack frame, an allocation. */
  undefine(address: bigint, lengthBytes: number): void {
    for (let k = 0n; k < BigInt(lengthBytes); k++) this.#set(address + k, 0xff);
  }

  define(address: bigint, lengthBytes: number): void {
    for (let k = 0n; k < BigInt(lengthBytes); k++) this.#set(address + k, 0);
  }

  load(address: bigint, bits: number): bigint {
    let mask = 0n;
    for (let k = bits / 8 - 1; k >= 0; k--) mask = (mask << 8n) | BigInt(this.#get(address + BigInt(k)));
    return mask;
  }

  store(address: bigint, bits: number, mask: bigint): void {
    for (let k = 0; k < bits / 8; k++) this.#set(address + BigInt(k), Number((mask >> BigInt(8 * k)) & 0xffn));
  }

  #get(address: bigint): number {
    return this.#pages.get(address / size)?.[Number(address % size)] ?? 0;
  }

  #set(address: bigint, mask: number): void {
    const known = this.#pages.get(address / size);
    if (known === undefined && mask === 0) return;
    const page = known ?? new Uint8Array(pageBytes);
    this.#pages.set(address / size, page);
    page[Number(address % size)] = mask;
  }
}
