/**
 * Reads the executable sections of an ELF file for x86 (System V ABI, chapters 4 and 5; gABI for extended numbering).
 * It knows nothing of symbols, relocations or instructions.
 */
import { readFileSync } from 'node:fs';
import type { Mode } from '../../emulator/isa/modes.ts';

export interface Elf {
  readonly machine: 'i386' | 'x86-64';
  readonly mode: Mode;
  /** Executable sections in file order; executable segments where the file has no sections. */
  readonly sections: readonly ElfSection[];
}

export interface ElfSection {
  /** `.text`; `segment 1` for a segment. */
  readonly name: string;
  readonly address: bigint;
  /** A view into the file. */
  readonly bytes: Uint8Array;
}

export type ElfProblem =
  /** There is no such file. */
  | 'missing'
  /** The system does not let it be read. */
  | 'unreadable'
  | 'not-elf'
  /** It ends before something that its headers name. */
  | 'truncated'
  | 'big-endian'
  /** Neither 32- nor 64-bit, or with headers of impossible sizes. */
  | 'malformed'
  /** For another processor. */
  | 'not-x86'
  /** Nothing in it is executable. */
  | 'no-code';

export interface ElfFailure {
  readonly problem: ElfProblem;
  /** A sentence without the file's name. */
  readonly detail: string;
}

/** Reads a file of that name. */
export const loadElf = (path: string): Elf | ElfFailure => {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return failure('missing', 'there is no such file');
    return failure('unreadable', code === 'EISDIR' ? 'it is a folder' : `it cannot be read (${code})`);
  }
  return readElf(bytes);
};

export const isElf = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;

export const readElf = (bytes: Uint8Array): Elf | ElfFailure => {
  if (!isElf(bytes)) return failure('not-elf', 'it does not start with 7F 45 4C 46, so it is no ELF file');
  const machine = readMachine(bytes);
  if (typeof machine !== 'string') return machine;
  const file = new ElfFile(bytes);
  const found = file.executableSections();
  if ('problem' in found) return found;
  const sections = found.length > 0 ? found : file.executableSegments();
  if ('problem' in sections) return sections;
  if (sections.length === 0) return failure('no-code', 'none of its sections and segments is executable');
  return { machine, mode: machine === 'x86-64' ? 64 : 32, sections };
};

const failure = (problem: ElfProblem, detail: string): ElfFailure => ({ problem, detail });

const hexOf = (value: number): string => `0x${value.toString(16)}`;

/** e_ident and e_machine. x32 is a 32-bit file of the x86-64 machine. */
const readMachine = (bytes: Uint8Array): Elf['machine'] | ElfFailure => {
  const fileClass = bytes[4] ?? 0;
  const headerBytes = fileClass === 2 ? 64 : 52;
  if (bytes.length < headerBytes)
    return failure('truncated', `it ends after ${bytes.length} bytes, within the ELF header of ${headerBytes} bytes`);
  if (fileClass !== 1 && fileClass !== 2)
    return failure('malformed', `its ELF class is ${fileClass}, neither 1 (32-bit) nor 2 (64-bit)`);
  if (bytes[5] === 2) return failure('big-endian', 'it is a big-endian ELF file; x86 is little-endian');
  if (bytes[5] !== 1) return failure('malformed', `its ELF data encoding is ${bytes[5]}, neither 1 nor 2`);
  const machine = new DataView(bytes.buffer, bytes.byteOffset).getUint16(18, true);
  if (machine === 62) return 'x86-64';
  if (machine === 3) return 'i386';
  const known = machineNames[machine];
  return failure(
    'not-x86',
    `it is for ${known ?? 'another processor'} (e_machine ${machine}), not for i386 (3) or x86-64 (62)`,
  );
};

const machineNames: Readonly<Record<number, string>> = {
  2: 'SPARC',
  8: 'MIPS',
  20: 'PowerPC',
  21: '64-bit PowerPC',
  22: 'S/390',
  40: 'Arm',
  43: '64-bit SPARC',
  183: 'AArch64',
  243: 'RISC-V',
  258: 'LoongArch',
};

interface SectionHeader {
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

const progbits = 1;
const execInstr = 4;
const extendedIndex = 0xffff;
const loadSegment = 1;
const executable = 1;

class ElfFile {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #is64: boolean;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#is64 = bytes[4] === 2;
  }

  executableSections(): readonly ElfSection[] | ElfFailure {
    const offset = this.#is64 ? this.#word(40) : this.#word(32);
    if (offset === 0) return [];
    const entryBytes = this.#half(this.#is64 ? 58 : 46);
    if (entryBytes < (this.#is64 ? 64 : 40))
      return failure('malformed', `its section headers have ${entryBytes} bytes each`);
    const first = this.#sectionHeader(offset);
    if (first === null) return this.#truncated('section headers', offset + entryBytes);
    // Over 65,279 sections, their number is in the first header.
    const count = this.#half(this.#is64 ? 60 : 48) || first.size;
    const end = offset + count * entryBytes;
    if (end > this.#bytes.length) return this.#truncated('section headers', end);
    const headers: SectionHeader[] = [];
    for (let k = 0; k < count; k++) headers.push(this.#sectionHeader(offset + k * entryBytes) ?? first);
    const index = this.#half(this.#is64 ? 62 : 50);
    return this.#withBytes(headers, headers[index === extendedIndex ? first.link : index]);
  }

  /** Segments to load and execute, for files without section headers. */
  executableSegments(): readonly ElfSection[] | ElfFailure {
    const offset = this.#is64 ? this.#word(32) : this.#word(28);
    const entryBytes = this.#half(this.#is64 ? 54 : 42);
    const count = this.#half(this.#is64 ? 56 : 44);
    if (offset === 0 || count === 0) return [];
    if (entryBytes < (this.#is64 ? 56 : 32))
      return failure('malformed', `its program headers have ${entryBytes} bytes each`);
    if (offset + count * entryBytes > this.#bytes.length)
      return this.#truncated('program headers', offset + count * entryBytes);
    const segments: ElfSection[] = [];
    for (let k = 0; k < count; k++) {
      const at = offset + k * entryBytes;
      const flags = this.#view.getUint32(at + (this.#is64 ? 4 : 24), true);
      if (this.#view.getUint32(at, true) !== loadSegment || (flags & executable) === 0) continue;
      const from = this.#word(at + (this.#is64 ? 8 : 4));
      const size = this.#word(at + (this.#is64 ? 32 : 16));
      if (from + size > this.#bytes.length) return this.#truncated(`segment ${k}`, from + size);
      const address = this.#address(at + (this.#is64 ? 16 : 8));
      if (size > 0) segments.push({ name: `segment ${k}`, address, bytes: this.#bytes.subarray(from, from + size) });
    }
    return segments;
  }

  #withBytes(headers: readonly SectionHeader[], names: SectionHeader | undefined): readonly ElfSection[] | ElfFailure {
    const sections: ElfSection[] = [];
    for (const header of headers) {
      if (header.type !== progbits || (header.flags & execInstr) === 0 || header.size === 0) continue;
      const name = this.#name(names, header.nameOffset);
      const end = header.offset + header.size;
      if (end > this.#bytes.length) return this.#truncated(`section ${name}`, end);
      sections.push({ name, address: header.address, bytes: this.#bytes.subarray(header.offset, end) });
    }
    return sections;
  }

  #truncated(what: string, end: number): ElfFailure {
    return failure('truncated', `it has ${this.#bytes.length} bytes, but its ${what} would end at ${hexOf(end)}`);
  }

  #sectionHeader(at: number): SectionHeader | null {
    if (at + (this.#is64 ? 64 : 40) > this.#bytes.length) return null;
    return {
      nameOffset: this.#view.getUint32(at, true),
      type: this.#view.getUint32(at + 4, true),
      flags: this.#view.getUint32(at + 8, true),
      address: this.#address(at + (this.#is64 ? 16 : 12)),
      offset: this.#word(at + (this.#is64 ? 24 : 16)),
      size: this.#word(at + (this.#is64 ? 32 : 20)),
      link: this.#view.getUint32(at + (this.#is64 ? 40 : 24), true),
    };
  }

  /** A name that is not where the headers say is no reason to refuse the code. */
  #name(names: SectionHeader | undefined, nameOffset: number): string {
    if (names === undefined) return '';
    const from = names.offset + nameOffset;
    const end = this.#bytes.indexOf(0, from);
    if (end < 0 || end > names.offset + names.size) return '';
    return String.fromCharCode(...this.#bytes.subarray(from, Math.min(end, from + 200)));
  }

  #half(at: number): number {
    return this.#view.getUint16(at, true);
  }

  /** A word of the file's class. */
  #word(at: number): number {
    return this.#is64 ? Number(this.#view.getBigUint64(at, true)) : this.#view.getUint32(at, true);
  }

  #address(at: number): bigint {
    return this.#is64 ? this.#view.getBigUint64(at, true) : BigInt(this.#view.getUint32(at, true));
  }
}
