/** Writes an ELF file with one executable section a case, all at one address, so that a disassembler starts anew at each. */
import assert from 'node:assert/strict';

export interface CaseFile {
  readonly machine: 'i386' | 'x86-64';
  /** All cases, `caseBytes` each. */
  readonly bytes: Uint8Array;
  readonly caseBytes: number;
  /** Where every case believes to be loaded. */
  readonly address: number;
}

/** What the two ELF classes lay out differently (ELF specification, "ELF Header" and "Section Header"). */
interface Layout {
  readonly headerBytes: number;
  readonly sectionBytes: number;
  readonly wordBytes: 4 | 8;
  readonly machine: number;
}
const layouts: Readonly<Record<CaseFile['machine'], Layout>> = {
  i386: { headerBytes: 52, sectionBytes: 40, wordBytes: 4, machine: 3 },
  'x86-64': { headerBytes: 64, sectionBytes: 64, wordBytes: 8, machine: 62 },
};

/** Short: a disassembler prints it twice a case. */
export const caseSection = 'c';
const names = Buffer.from(`\0${caseSection}\0.shstrtab\0`, 'latin1');
const caseName = 1;
const tableName = 2 + caseSection.length;

const SHT_PROGBITS = 1;
const SHT_STRTAB = 3;
const SHF_ALLOC_EXECINSTR = 6;
const ET_EXEC = 2;
/** Section numbers from here on mean something else. */
const SHN_LORESERVE = 0xff00;

export function writeElf(file: CaseFile): Buffer {
  const layout = layouts[file.machine];
  const cases = file.bytes.length / file.caseBytes;
  assert(cases + 2 < SHN_LORESERVE, `an ELF file holds fewer than ${SHN_LORESERVE} sections`);
  const namesOffset = layout.headerBytes + file.bytes.length;
  const tableOffset = (namesOffset + names.length + 15) & ~15;
  const out = Buffer.alloc(tableOffset + (cases + 2) * layout.sectionBytes);
  writeHeader(out, layout, { cases, tableOffset });
  out.set(file.bytes, layout.headerBytes);
  out.set(names, namesOffset);

  const section = sectionWriter(out, layout);
  // Section 0 is all zeros: the null section.
  for (let k = 0; k < cases; k++) {
    section(tableOffset + (k + 1) * layout.sectionBytes, {
      name: caseName,
      type: SHT_PROGBITS,
      flags: SHF_ALLOC_EXECINSTR,
      address: file.address,
      offset: layout.headerBytes + k * file.caseBytes,
      size: file.caseBytes,
    });
  }
  const strings = { name: tableName, type: SHT_STRTAB, offset: namesOffset, size: names.length };
  section(tableOffset + (cases + 1) * layout.sectionBytes, strings);
  return out;
}

function writeHeader(out: Buffer, layout: Layout, counts: { cases: number; tableOffset: number }): void {
  const { wordBytes } = layout;
  out.write('\x7fELF', 0, 'latin1');
  out.set([wordBytes === 8 ? 2 : 1, 1, 1], 4);
  out.writeUInt16LE(ET_EXEC, 16);
  out.writeUInt16LE(layout.machine, 18);
  out.writeUInt32LE(1, 20);
  // Entry point and program headers: none.
  out.writeUInt32LE(counts.tableOffset, 24 + 2 * wordBytes);
  const sizes = 24 + 3 * wordBytes + 4;
  out.writeUInt16LE(layout.headerBytes, sizes);
  out.writeUInt16LE(layout.sectionBytes, sizes + 6);
  out.writeUInt16LE(counts.cases + 2, sizes + 8);
  out.writeUInt16LE(counts.cases + 1, sizes + 10);
}

interface Section {
  readonly name?: number;
  readonly type?: number;
  readonly flags?: number;
  readonly address?: number;
  readonly offset?: number;
  readonly size: number;
}

function sectionWriter(out: Buffer, layout: Layout): (at: number, section: Section) => void {
  const { wordBytes } = layout;
  return (at, section) => {
    out.writeUInt32LE(section.name ?? 0, at);
    out.writeUInt32LE(section.type ?? 0, at + 4);
    // Every value fits 32 bits, so the upper halves of ELF64's words stay 0.
    const words = [section.flags ?? 0, section.address ?? 0, section.offset ?? 0, section.size];
    for (const [k, word] of words.entries()) out.writeUInt32LE(word, at + 8 + k * wordBytes);
  };
}
