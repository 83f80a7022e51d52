/**
 * An ELF file for x86 as a program is loaded from it: segments at their addresses, and the functions that its symbols
 * name (gABI, Symbol Table; Program Header). No relocations are applied.
 */

import { readFileSync } from 'node:fs';
import { type Elf, loadElf } from '../../harness/generate/elf.ts';

export interface ElfFunction {
  readonly name: string;
  readonly address: bigint;
  readonly lengthBytes: number;
}

export interface ElfSegment {
  readonly address: bigint;
  /** What the file has; zeros follow up to `memoryBytes`. */
  readonly bytes: Uint8Array;
  readonly memoryBytes: number;
}

export interface ElfImage {
  readonly mode: Elf['mode'];
  /** Sorted by address; several may be names of one place. */
  readonly functions: readonly ElfFunction[];
  readonly segments: readonly ElfSegment[];
}

/** Throws an Error whose message says what is wrong with the file. */
export const loadImage = (path: string): ElfImage => {
  const elf = loadElf(path);
  if ('problem' in elf) throw new Error(`${path}: ${elf.detail}`);
  const file = new Reader(readFileSync(path));
  return { mode: elf.mode, functions: file.functions(), segments: file.segments() };
};

/** Bytes of the image's own; null where a segment does not have them all. */
export const readImage = ({ segments }: ElfImage, address: bigint, lengthBytes: number): Uint8Array | null => {
  for (const segment of segments) {
    const from = Number(address - segment.address);
    if (from >= 0 && from + lengthBytes <= segment.bytes.length)
      return segment.bytes.subarray(from, from + lengthBytes);
  }
  return null;
};

export const functionNamed = ({ functions }: ElfImage, name: string): ElfFunction | undefined =>
  functions.find((one) => one.name === name);

export const functionAt = ({ functions }: ElfImage, address: bigint): ElfFunction | undefined =>
  functions.find((one) => address >= one.address && address < one.address + BigInt(one.lengthBytes));

/** Each place once, by the first of its names. */
export const distinctFunctions = ({ functions }: ElfImage): readonly ElfFunction[] =>
  functions.filter(({ address }, k) => functions[k - 1]?.address !== address);

const symbolTables = new Set([2, 11]);
const functionType = 2;
const loadSegment = 1;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #is64: boolean;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#is64 = bytes[4] === 2;
  }

  segments(): readonly ElfSegment[] {
    const first = this.#word(this.#is64 ? 32 : 28);
    const size = this.#half(this.#is64 ? 54 : 42);
    const count = this.#half(this.#is64 ? 56 : 44);
    return Array.from({ length: count }, (_, k) => first + k * size)
      .filter((at) => this.#view.getUint32(at, true) === loadSegment)
      .map((at) => {
        const offset = this.#word(at + (this.#is64 ? 8 : 4));
        const fileBytes = this.#word(at + (this.#is64 ? 32 : 16));
        return {
          address: this.#address(at + (this.#is64 ? 16 : 8)),
          bytes: this.#bytes.subarray(offset, offset + fileBytes),
          memoryBytes: this.#word(at + (this.#is64 ? 40 : 20)),
        };
      });
  }

  functions(): readonly ElfFunction[] {
    const sections = this.#sections();
    const all = sections
      .filter(({ type }) => symbolTables.has(type))
      .flatMap((table) => this.#functionsOf(table, sections[table.link]));
    const named = [...new Map(all.map((one) => [one.name, one])).values()];
    return named.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  }

  #functionsOf({ offset, size }: Section, names: Section | undefined): readonly ElfFunction[] {
    const entryBytes = this.#is64 ? 24 : 16;
    const found: ElfFunction[] = [];
    for (let at = offset; at + entryBytes <= offset + size; at += entryBytes) {
      const info = this.#view.getUint8(at + (this.#is64 ? 4 : 12));
      const lengthBytes = this.#word(at + (this.#is64 ? 16 : 8));
      if ((info & 15) !== functionType || lengthBytes === 0 || names === undefined) continue;
      const name = this.#text(names.offset + this.#view.getUint32(at, true));
      found.push({ name, address: this.#address(at + (this.#is64 ? 8 : 4)), lengthBytes });
    }
    return found;
  }

  #sections(): readonly Section[] {
    const first = this.#word(this.#is64 ? 40 : 32);
    const size = this.#half(this.#is64 ? 58 : 46);
    const count = first === 0 ? 0 : this.#half(this.#is64 ? 60 : 48);
    return Array.from({ length: count }, (_, k) => first + k * size).map((at) => ({
      type: this.#view.getUint32(at + 4, true),
      offset: this.#word(at + (this.#is64 ? 24 : 16)),
      size: this.#word(at + (this.#is64 ? 32 : 20)),
      link: this.#view.getUint32(at + (this.#is64 ? 40 : 24), true),
    }));
  }

  #text(at: number): string {
    const end = this.#bytes.indexOf(0, at);
    return Buffer.from(this.#bytes.subarray(at, end)).toString('latin1');
  }

  #half(at: number): number {
    return this.#view.getUint16(at, true);
  }

  #word(at: number): number {
    return this.#is64 ? Number(this.#view.getBigUint64(at, true)) : this.#view.getUint32(at, true);
  }

  #address(at: number): bigint {
    return this.#is64 ? this.#view.getBigUint64(at, true) : BigInt(this.#view.getUint32(at, true));
  }
}
